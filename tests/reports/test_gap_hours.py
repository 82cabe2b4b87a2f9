"""Working time against a count in five-minute steps on the wall clock: weekends, holidays, clocks that change."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from listener.reports.working_hours import WorkingWeek, check_holidays, holiday_dates, parse_hours

ZONES = (
    "Europe/Vilnius",
    "America/New_York",
    "Australia/Lord_Howe",  # changes by half an hour
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "UTC",
)
WEEKS = (
    "Mon-Fri 09:00-17:00",
    "Mon-Thu 09:00-18:00, Fri 09:00-15:00",
    "Sun-Thu 08:30-12:15, Sun 13:00-24:00",
    "Mon-Sun 00:00-24:00",
    "Mon-Sun 01:30-03:45",  # where clocks change
)
# Weeks with a change of the clocks somewhere, Christmas, and the days around a new year.
STARTS = (
    "2026-03-06",
    "2026-03-27",
    "2026-04-03",
    "2026-10-03",
    "2026-10-23",
    "2026-10-30",
    "2026-12-22",
    "2025-12-30",
)
MINUTES = st.integers(0, 6 * 24 * 12).map(lambda fives: 5 * fives)


def week_of(hours: str, zone: str, code: str | None = None) -> WorkingWeek:
    return WorkingWeek(ZoneInfo(zone), parse_hours(hours), code)


def seconds(week: WorkingWeek, since: datetime, until: datetime) -> float:
    (found,) = week.seconds([since.timestamp()], [until.timestamp()])
    return float(found)


def minutes_on_the_wall(hours: str, zone: str, code: str | None, since: datetime, until: datetime) -> int:
    """Every fifth minute from ``since`` to ``until``, looked up on the wall clock; all clocks here change on one."""
    country, _, part = (code or "").partition("-")
    free = holidays.country_holidays(country, subdiv=part or None) if code else set()
    spans = parse_hours(hours)
    count, at, wall = 0, since, ZoneInfo(zone)
    while at < until:
        local = at.astimezone(wall)
        of_day = 3600 * local.hour + 60 * local.minute
        is_open = any(span.weekday == local.weekday() and span.start <= of_day < span.end for span in spans)
        count += 5 * (is_open and local.date() not in free)
        at += timedelta(minutes=5)
    return count


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(WEEKS),
    st.sampled_from(ZONES),
    st.sampled_from([None, "LT", "US", "DE-BY"]),
    st.sampled_from(STARTS),
    MINUTES,
    MINUTES,
)
@example(WEEKS[4], "Europe/Vilnius", None, "2026-10-23", 0, 4 * 1440)
@example(WEEKS[4], "America/New_York", None, "2026-03-06", 0, 4 * 1440)
@example(WEEKS[3], "Australia/Lord_Howe", None, "2026-04-03", 0, 4 * 1440)
def test_it_is_what_the_clock_on_the_wall_counts(
    hours: str, zone: str, code: str | None, start: str, one: int, other: int
) -> None:
    day = datetime.fromisoformat(start).replace(tzinfo=UTC)
    since, until = day + timedelta(minutes=min(one, other)), day + timedelta(minutes=max(one, other))
    counted = minutes_on_the_wall(hours, zone, code, since, until)
    assert seconds(week_of(hours, zone, code), since, until) == 60 * counted


INSTANTS = st.floats(1.6e9, 1.9e9).map(lambda at: datetime.fromtimestamp(at, UTC))  # 2020 to 2030


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(WEEKS), st.sampled_from(ZONES), st.sampled_from([None, "LT"]), st.tuples(*[INSTANTS] * 3))
def test_it_adds_up_and_is_never_more_than_the_time_that_passed(
    hours: str, zone: str, code: str | None, times: tuple[datetime, datetime, datetime]
) -> None:
    week = week_of(hours, zone, code)
    first, middle, last = sorted(times)
    whole = seconds(week, first, last)
    assert whole == pytest.approx(seconds(week, first, middle) + seconds(week, middle, last), abs=1e-3)
    assert 0 <= whole <= (last - first).total_seconds() + 1e-3
    assert seconds(week, middle, middle) == 0


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        ("Europe/Vilnius", "2026-03-29", 23),
        ("Europe/Vilnius", "2026-10-25", 25),
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Europe/Vilnius", "2026-06-01", 24),
    ],
)
def test_a_day_on_which_the_clocks_change(zone: str, day: str, length: float) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    following = (datetime.fromisoformat(day) + timedelta(days=1)).replace(tzinfo=ZoneInfo(zone))
    assert seconds(week_of("Mon-Sun 00:00-24:00", zone), midnight, following) == length * 3600
    assert seconds(week_of("Mon-Sun 09:00-17:00", zone), midnight, following) == 8 * 3600


def test_weekends_and_holidays_do_not_count() -> None:
    """Friday 16:00 to Monday 10:00 is two hours; over Christmas 2026 (Thursday to Saturday) it is as few."""
    week = week_of("Mon-Fri 09:00-17:00", "Europe/Vilnius", "LT")
    zone = ZoneInfo("Europe/Vilnius")
    friday, monday = datetime(2026, 11, 6, 16, tzinfo=zone), datetime(2026, 11, 9, 10, tzinfo=zone)
    assert seconds(week, friday, monday) == 2 * 3600
    eve, after = datetime(2026, 12, 23, 16, tzinfo=zone), datetime(2026, 12, 28, 10, tzinfo=zone)
    assert seconds(week, eve, after) == 2 * 3600
    without = week_of("Mon-Fri 09:00-17:00", "Europe/Vilnius")
    assert seconds(without, eve, after) == 18 * 3600


def test_holidays_of_a_part_are_those_of_the_country_and_its_own() -> None:
    whole, part = holiday_dates("DE", 2026, 2026), holiday_dates("DE-BY", 2026, 2026)
    assert whole < part
    assert date(2026, 1, 6) in part - whole  # Epiphany


def test_many_waits_at_once_are_those_one_by_one() -> None:
    week = week_of(WEEKS[1], "Europe/Vilnius", "LT")
    starts = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=7 * n) for n in range(1000)]
    ends = [start + timedelta(hours=n % 90) for n, start in enumerate(starts)]
    found = week.seconds([at.timestamp() for at in starts], [at.timestamp() for at in ends])
    assert found.tolist() == [seconds(week, *pair) for pair in zip(starts, ends, strict=True)]
    assert week.seconds([], []).tolist() == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mon-Fri 9-17", "such as 'Mon-Fri 09:00-17:00'"),
        ("weekdays 09:00-17:00", "such as 'Mon-Fri 09:00-17:00'"),
        ("", "such as 'Mon-Fri 09:00-17:00'"),
        ("Mon-Fri 09:00-17:00,", "such as 'Mon-Fri 09:00-17:00'"),
        ("Fre 09:00-17:00", "'Fre' is no day of the week; write Mon, Tue, Wed, Thu, Fri, Sat, Sun"),
        ("Mon 09:00-24:01", "'24:01' is no time of day; write 00:00 to 24:00"),
        ("Mon 09:60-12:00", "'09:60' is no time of day"),
        ("Mon 17:00-09:00", "ends before it begins"),
        ("Mon 09:00-09:00", "ends before it begins"),
        ("Mon-Fri 09:00-17:00, Wed 16:00-18:00", "opens twice at the same time on Wed"),
    ],
)
def test_wrong_hours_are_refused_with_what_is_right(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        parse_hours(text)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("lt", "did you mean 'LT'?"),
        ("Lithuania", "is no country (ISO 3166) such as 'LT', nor a part of one such as 'DE-BY'"),
        ("DE-", "known: DE-BB, "),
        ("DE-XY", "'XY' is no part of 'DE'"),
        ("", "is no country"),
    ],
)
def test_wrong_holidays_are_refused_with_what_is_right(code: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        check_holidays(code)


def test_what_is_stamped_before_1970_adds_nothing_and_takes_no_time() -> None:
    week = week_of(WEEKS[0], "Europe/Vilnius", "LT")
    ancient, zero = datetime(1, 1, 2, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)
    later = datetime(1970, 3, 1, tzinfo=UTC)
    assert seconds(week, ancient, later) == seconds(week, zero, later) > 0


def test_hours_over_the_end_of_the_week_and_two_a_day() -> None:
    assert {span.weekday for span in parse_hours("Fri-Mon 08:00-12:00")} == {4, 5, 6, 0}
    assert [(span.start, span.end) for span in parse_hours("mon 13:00-24:00, mon 9:00-12:00")] == [
        (9 * 3600, 12 * 3600),
        (13 * 3600, 24 * 3600),
    ]
