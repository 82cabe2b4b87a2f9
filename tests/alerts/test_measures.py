"""Late complaints, spreading experiences, silent sources: each on rows made by hand, with what is just not one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from listener.alerts.silence import Asked, find_failing, find_quiet
from listener.alerts.spreading import find_spreading
from models.reads.alerts import Uptake

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
HOUR, DAY = 3600, 86400
UTC_ZONE = ZoneInfo("UTC")


def taken_up(shared: int, people: int, hours_ago: float, first: int = 100) -> list[Uptake]:
    at = SECONDS - int(hours_ago * HOUR)
    return [Uptake(shared, first + n, at - n, 10_000 + 100 * shared + n) for n in range(people)]


SHARED = [(id, SECONDS - id * DAY) for id in range(1, 25)]


def test_a_shared_experience_spreads() -> None:
    (alert,) = find_spreading(SHARED, [*taken_up(3, 9, 5), *taken_up(3, 2, 30), *taken_up(8, 3, 4)], SECONDS)
    assert alert.subject == "spread:3"
    assert (alert.detail["people_count"], alert.detail["people_count_before"]) == (9, 2)
    assert alert.post_ids[0] == 3
    assert len(alert.post_ids) == 10


@pytest.mark.parametrize(
    "uptakes",
    [
        taken_up(3, 4, 5),
        [Uptake(3, 7, SECONDS - n, n) for n in range(40)],  # one person alone
        [*taken_up(3, 6, 5), *taken_up(3, 9, 30)],  # it has been spreading, and ebbs
        [],
    ],
    ids=["few", "one person", "ebbs", "nothing"],
)
def test_and_this_does_not(uptakes: list[Uptake]) -> None:
    assert find_spreading(SHARED, uptakes, SECONDS) == []


def test_what_is_usual_for_a_brand_is_no_news() -> None:
    usual = [one for id, _ in SHARED for day in range(id) for one in taken_up(id, 6, 24 * day + 3, 1000 * day)]
    assert find_spreading(SHARED, usual, SECONDS) == []
    assert len(find_spreading(SHARED, [*usual, *taken_up(2, 60, 2, 50_000)], SECONDS)) == 1


def hours(step: int, until_hours_ago: int, weeks: int = 4, *, nights: bool = True) -> dict[int, int]:
    """A post every ``step`` hours, up to so long ago; ``nights`` False: none from 20 to 8."""
    now = SECONDS // HOUR
    kept = range(now - weeks * 168, now - until_hours_ago, step)
    return {hour: 1 for hour in kept if nights or 8 <= datetime.fromtimestamp(hour * HOUR, UTC).hour < 20}


@pytest.mark.parametrize(
    ("step", "silent", "is_silent"),
    [(1, 5, False), (1, 14, True), (6, 14, False), (6, 70, True), (24, 72, False), (24, 300, True)],
)
def test_a_source_is_silent_by_its_own_rate(step: int, silent: int, is_silent: bool) -> None:
    alert = find_quiet("forum", hours(step, silent), NOW, UTC_ZONE)
    assert (alert is not None) == is_silent
    if alert is not None:
        assert (alert.subject, alert.detail["reason"]) == ("quiet:forum", None)


def test_nobody_writes_at_night() -> None:
    morning = datetime(2026, 11, 20, 8, tzinfo=UTC)
    calm = {hour: 1 for hour in hours(1, 0, nights=False) if hour < int(morning.timestamp()) // HOUR}
    assert find_quiet("forum", calm, morning, UTC_ZONE) is None
    assert find_quiet("forum", calm, morning + timedelta(hours=11), UTC_ZONE) is not None


def test_a_young_source_is_never_silent() -> None:
    assert find_quiet("forum", hours(1, 60, weeks=1), NOW, UTC_ZONE) is None
    assert find_quiet("forum", {}, NOW, UTC_ZONE) is None


def test_a_source_that_cannot_be_asked() -> None:
    def asked(hours: float | None, failure: str | None) -> Asked:
        return Asked("forum", None if hours is None else NOW - timedelta(hours=hours), failure)

    (alert,) = find_failing([asked(25, "answered 401")], NOW)
    assert (alert.subject, alert.detail["reason"]) == ("failing:forum", "answered 401")
    assert find_failing([asked(23, "answered 401"), asked(99, None), asked(None, "no key")], NOW) == []
