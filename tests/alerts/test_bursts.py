"""Bursts: found soon where they were planted, hardly ever where not; one loud author is none."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from listener.alerts.bursts import HOURS, SERIES, Series, find_bursts, heard_since, hourly, slots_of
from listener.alerts.rhythm import usual
from tests.alerts.simulate_bursts import Score, watch, world

END = datetime(2026, 11, 20, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Vilnius")


def quiet(rate: float = 2.0, seed: int = 3) -> Series:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rate, (len(SERIES), HOURS)).astype(float)
    return Series("amber-roast", counts, slots_of(END, ZONE), np.ones(HOURS, bool))


def now(series: Series, count: int) -> Series:
    counts = series.counts.copy()
    counts[:, -1] = 0
    counts[0, -1] = count
    return Series(series.brand, counts, series.slots, series.heard)


@pytest.mark.parametrize(
    ("rate", "count", "is_burst"), [(2, 5, False), (2, 16, True), (0.02, 4, False), (0.02, 7, True)]
)
def test_what_is_unusual_depends_on_what_is_usual(rate: float, count: int, is_burst: bool) -> None:
    found = find_bursts([now(quiet(rate), count)])
    assert [burst.series for burst in found] == (["all"] if is_burst else [])


def test_a_busy_brand_is_not_alarmed_by_little() -> None:
    assert find_bursts([now(quiet(400), 470)]) == []
    assert find_bursts([now(quiet(400), 900)])[0].expected == pytest.approx(400, rel=0.05)


def test_an_earlier_burst_hides_no_later_one() -> None:
    counts = now(quiet(), 20).counts
    for week in (1, 2, 5):
        counts[:, -1 - 168 * week] = 150
    (burst,) = find_bursts([Series("amber-roast", counts, slots_of(END, ZONE), np.ones(HOURS, bool))])
    assert burst.expected < 3


def test_the_same_hour_of_the_week_counts() -> None:
    """Every Friday at noon the newsletter makes people write."""
    series = quiet()
    noons = np.flatnonzero(series.slots == series.slots[-1])
    counts = series.counts.copy()
    counts[:, noons] += 30
    assert find_bursts([Series("a", counts, series.slots, series.heard)]) == []
    counts[:, noons] -= 30
    counts[0, -1] += 30
    assert len(find_bursts([Series("a", counts, series.slots, series.heard)])) == 1


def test_too_short_a_history_says_nothing() -> None:
    loud = now(quiet(), 60)
    for days, count in ((10, 0), (20, 1)):
        heard = heard_since(END - timedelta(days=days), END)
        assert len(find_bursts([Series("a", loud.counts, loud.slots, heard)])) == count
    assert find_bursts([]) == []
    nothing = usual(loud.counts, loud.slots, np.zeros(HOURS, bool))
    assert np.isnan(nothing[0]).all()


def test_distinct_authors_are_counted() -> None:
    at = int(END.timestamp())
    rows = [(at - 30, 7, 3, n) for n in range(40)] + [(at - 40, 8, 1, 41), (at - 3700, 7, 3, 42), (at, 9, 3, 43)]
    counts = hourly(rows, END)
    assert counts[:, -1].tolist() == [2, 1, 0, 1, 0]
    assert counts[:, -2].tolist() == [1, 0, 0, 1, 0]
    assert counts.sum() == 6
    assert hourly([], END).sum() == 0


def test_hours_are_those_of_the_brand_s_clock_on_both_sides_of_the_change() -> None:
    end = datetime(2026, 10, 28, 8, tzinfo=UTC)  # 10:00 in Vilnius; the clocks went back on the 25th
    slots = slots_of(end, ZONE)
    assert slots[-1] == 2 * 24 + 9
    assert slots[-1 - 168] == 2 * 24 + 10
    assert slots[-2 - 168] == 2 * 24 + 9


def test_planted_bursts_are_found_within_an_hour() -> None:
    """A small draw of what ``tests.alerts.simulate_bursts`` prints."""
    ours, common = Score(), Score()
    for seed, rate in ((1, 0.3), (2, 3.0), (3, 30.0)):
        one, other = watch([world(np.random.default_rng(seed), rate, 4)], thin=25)
        ours, common = ours + one, common + other
    assert ours.planted >= 4
    assert ours.found / ours.planted >= 0.9
    assert ours.false <= common.false
    assert ours.false / ours.months <= 1


def test_the_simulation_can_be_lost() -> None:
    """Bursts far smaller than promised are not found: the score measures something."""
    ours, _ = watch([world(np.random.default_rng(2), 3.0, 4, times=0.1)], thin=50)
    assert ours.planted > ours.found
