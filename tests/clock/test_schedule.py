"""Jobs are due by the clocks of a place, in summer and in winter, and at both changes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.clock.schedule import Every, Weekly

START = datetime(2024, 1, 1, tzinfo=UTC)
ZONES = ("Europe/Vilnius", "Asia/Jerusalem", "Asia/Taipei", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
TIMES = st.integers(0, 4 * 366 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


def monday(zone: str, at: time = time(7)) -> Weekly:
    return Weekly(0, at, ZoneInfo(zone))


@given(TIMES, st.sampled_from(ZONES), st.integers(0, 6), st.times().map(lambda at: at.replace(microsecond=0)))
def test_it_is_due_once_a_week_at_that_time(at: datetime, zone: str, weekday: int, when: time) -> None:
    due = Weekly(weekday, when, ZoneInfo(zone))
    last, following = due.last(at), due.following(at)
    assert last <= at < following
    assert timedelta(days=6, hours=22) <= following - last <= timedelta(days=7, hours=2)
    assert due.following(last) == following
    local = following.astimezone(ZoneInfo(zone))
    shifted = local.replace(tzinfo=None) - datetime.combine(local.date(), when)
    assert shifted in (timedelta(0), timedelta(minutes=30), timedelta(hours=1))


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("Europe/Vilnius", "2026-03-25T12:00Z", "2026-03-30T04:00Z"),  # the clocks went forward on the 29th
        ("Europe/Vilnius", "2026-10-22T12:00Z", "2026-10-26T05:00Z"),
        ("Asia/Taipei", "2026-11-20T12:00Z", "2026-11-22T23:00Z"),
        ("America/New_York", "2026-11-02T11:59Z", "2026-11-02T12:00Z"),
    ],
)
def test_monday_at_seven(zone: str, now: str, due: str) -> None:
    assert monday(zone).following(datetime.fromisoformat(now)) == datetime.fromisoformat(due)


def test_a_time_that_the_clocks_leave_out_is_later_and_one_that_comes_twice_the_first() -> None:
    zone = ZoneInfo("Europe/Vilnius")
    spring = Weekly(6, time(3, 30), zone).following(datetime(2026, 3, 28, tzinfo=UTC))
    assert spring.astimezone(zone).isoformat() == "2026-03-29T04:30:00+03:00"
    autumn = Weekly(6, time(3, 30), zone).following(datetime(2026, 10, 24, tzinfo=UTC))
    assert autumn.astimezone(zone).isoformat() == "2026-10-25T03:30:00+03:00"


@given(TIMES, st.integers(60, 90_000))
def test_every_so_often(at: datetime, seconds: int) -> None:
    every = Every(timedelta(seconds=seconds))
    assert every.last(at) <= at < every.following(at)
    assert every.following(at) - every.last(at) == timedelta(seconds=seconds)
