"""Weeks begin on Monday at midnight of the brand's zone, whatever the clocks do; names are ISO's."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.weekly.weeks import Week, last_whole, named, week_of
from models.errors import InputError

ZONES = st.sampled_from(["UTC", "Europe/Vilnius", "Asia/Jerusalem", "Asia/Taipei", "America/Santiago", "Asia/Beirut"])
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(TIMES, ZONES)
def test_every_time_lies_in_exactly_one_week(at: datetime, zone: str) -> None:
    there = ZoneInfo(zone)
    week = week_of(at, there)
    assert week.since(there) <= at < week.until(there)
    assert week.earlier().until(there) == week.since(there)
    assert named(week.name) == week
    assert week.until(there) - week.since(there) in {timedelta(days=7, hours=shift) for shift in (-1, 0, 1)}
    assert last_whole(at, there).until(there) <= at


def test_a_week_in_which_the_clocks_change_is_an_hour_longer_or_shorter() -> None:
    zone = ZoneInfo("Europe/Vilnius")
    lengths = {name: named(name).until(zone) - named(name).since(zone) for name in ("2026-W13", "2026-W43", "2026-W44")}
    assert lengths == {
        "2026-W13": timedelta(days=7, hours=-1),
        "2026-W43": timedelta(days=7, hours=1),
        "2026-W44": timedelta(days=7),
    }


def test_the_years_of_weeks_are_isos() -> None:
    assert Week(date(2026, 12, 28)).name == "2026-W53"
    assert named("2027-w01").monday == date(2027, 1, 4)
    assert week_of(datetime(2027, 1, 1, tzinfo=UTC), ZoneInfo("UTC")).name == "2026-W53"


@pytest.mark.parametrize("name", ["2026-W54", "2027-W53", "2026-W00", "46", "2026-46", "0001-W01", "٢٠٢٦-W46x", ""])
def test_what_is_no_week_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="2026-W46"):
        named(name)
