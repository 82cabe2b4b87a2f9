"""Waiting times: against a plain product-limit curve, over clocks of sources and threads, and in simulated runs."""

from datetime import timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.reports.figures import weighted_share
from listener.reports.response_times import HOURS, Waits, times_of, wait_figures, waits_of
from listener.reports.working_hours import WorkingWeek, parse_hours
from models.reads.coverage import SourceCoverage
from models.reads.states import ResponseClock
from models.words import ReplyVisibility
from tests.builders import NOW, START
from tests.reports.simulate_waits import lines, simulate

US = 1_000_000


def clock_until(hours: float) -> ResponseClock:
    until = START + timedelta(hours=hours)
    return ResponseClock(NOW, [SourceCoverage("forum", ReplyVisibility.IN_THREAD, until, until, 1)])


def said(hours: float, state: str, answer: float | None = None, followed: int | None = None) -> SimpleNamespace:
    at = round(START.timestamp() * US + hours * 3600 * US)
    responded = None if answer is None else round(START.timestamp() * US + answer * 3600 * US)
    return SimpleNamespace(
        source="forum", state=state, published_us=at, responded_us=responded, replies_seen_seconds=followed
    )


def test_simulated_waits_lie_in_the_interval_and_the_naive_median_is_biased(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = simulate()
    with capsys.disabled():
        print("\n" + lines(outcomes))  # noqa: T201
    ours, naive = outcomes["kaplan-meier"], outcomes["answered alone"]
    assert ours.covered >= 0.93
    assert ours.ratio == pytest.approx(1, abs=0.03)
    assert naive.covered < 0.5
    assert naive.ratio < 0.75


def test_a_post_is_as_old_as_when_its_source_or_its_own_thread_was_last_looked_at() -> None:
    posts = [said(0, "unanswered"), said(0, "unanswered", followed=7200), said(4, "answered", 5), said(0, "unknown")]
    waits = waits_of(posts, clock_until(10))
    assert waits.age.tolist() == [10 * 3600, 7200, 6 * 3600]
    assert waits.waited.tolist()[2] == 3600
    assert np.isnan(waits.waited[:2]).all()


def test_a_response_after_the_time_of_the_report_is_not_known_yet() -> None:
    waits = waits_of([said(0, "unanswered", answer=400)], clock_until(100))
    assert np.isnan(waits.waited).all()


def test_a_source_that_was_never_checked_tells_nothing_of_waits() -> None:
    unseen = ResponseClock(NOW, [SourceCoverage("forum", ReplyVisibility.NOT_EXPOSED, None, None, 1)])
    assert len(waits_of([said(0, "answered", 1)], unseen).age) == 0


_HOURS = st.integers(0, 300).map(float)


@given(st.lists(st.tuples(_HOURS, st.one_of(st.none(), _HOURS)), max_size=40))
def test_the_figures_are_those_of_a_product_limit_curve_by_hand(rows: list[tuple[float, float | None]]) -> None:
    """A plain loop over sorted times, and plain counts; an answer never comes after the last look."""
    age = np.array([age * 3600 for age, _ in rows])
    waited = np.array([np.nan if wait is None or wait > age else wait * 3600 for age, wait in rows])
    found = wait_figures(Waits(-age, waited, age), NOW, None)
    answered = sorted(wait for wait in waited if not np.isnan(wait))
    alive, median = 1.0, None
    for time in sorted(set(answered)):
        at_risk = sum(min(a, w) >= time if not np.isnan(w) else a >= time for a, w in zip(age, waited, strict=True))
        alive *= 1 - answered.count(time) / at_risk
        if median is None and alive <= 0.5 + 1e-12:
            median = time
    assert found.median.value == median
    for hours in HOURS:
        old = [wait for a, wait in zip(age, waited, strict=True) if a >= hours * 3600]
        quick = [wait for wait in old if wait <= hours * 3600]
        assert (found.within_hours[hours].n, found.within_hours[hours].value) == (
            len(old),
            len(quick) / len(old) if old else None,
        )


def test_business_time_starts_when_the_brand_opens() -> None:
    """Published on Sunday the 1st at 9, answered on Monday at 10 in Vilnius: one working hour."""
    week = WorkingWeek(ZoneInfo("Europe/Vilnius"), parse_hours("Mon-Fri 09:00-17:00"))
    posts = [said(0, "answered", 23), said(0, "unanswered")]
    times = times_of(waits_of(posts, clock_until(47)), NOW, 1.0, week)
    assert times.business is not None
    assert times.answered_median.value == 23 * 3600
    assert times.business.answered_median.value == 3600
    assert times.business.within_hours[1].value == 0.5
    assert times.within_hours[1].value == 0
    assert times.business.within_hours[8].n == 2  # open for 47 hours, of which nine were worked
    assert times.business.within_hours[24].n == 0
    assert times_of(waits_of(posts, clock_until(47)), NOW, 1.0, None).business is None


def test_no_waits_give_no_figures() -> None:
    figures = wait_figures(waits_of([], clock_until(1)), NOW, None)
    for figure in (figures.median, figures.answered_median, figures.answered_p90, *figures.within_hours.values()):
        assert (figure.value, figure.interval, figure.n) == (None, None, 0)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 1e6)), min_size=1, max_size=30))
def test_a_weighted_share_lies_inside_its_interval(rows: list[tuple[float, float]]) -> None:
    parts, weights = zip(*rows, strict=True)
    found = weighted_share(parts, weights, NOW, None)
    expected = sum(part * weight for part, weight in rows) / sum(weights)
    assert found.value == pytest.approx(expected)
    low, high = found.interval or (None, None)
    assert low is not None
    assert high is not None
    assert -1e-9 <= low <= expected + 1e-9 <= high + 2e-9 <= 1 + 1e-8


def test_equal_weights_give_the_unweighted_share_and_a_heavy_one_gives_a_wide_interval() -> None:
    from listener.reports.figures import share

    even = weighted_share([1.0, 0, 0, 0], [7.0] * 4, NOW, None)
    plain = share(1, 4, NOW, None)
    assert even.value == plain.value
    assert even.interval == pytest.approx(plain.interval)
    heavy = weighted_share([1.0, 0, 0, 0], [1000.0, 1, 1, 1], NOW, None)
    assert heavy.interval is not None
    assert (heavy.interval[0] or 0) < 0.3
    assert weighted_share([], [], NOW, None).value is None
