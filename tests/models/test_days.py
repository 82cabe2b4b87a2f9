"""Days in a zone, counted in SQL, against the standard library's calendar: also where the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlmodel import col

from models.database import open_database, session_of
from models.reads.days import day_number, day_of, local_day, start_of
from models.tables import Coverage

ZONES = ("UTC", "Europe/Vilnius", "Asia/Jerusalem", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe")
"""Whole, half and three-quarter hours; Lord Howe's summer time moves by half an hour."""
SINCE, UNTIL = datetime(1965, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
ENGINE = open_database("sqlite://")


def counted(engine: Engine, zone: ZoneInfo, times: list[datetime]) -> list[date]:
    """The days of times as the database counts them."""
    from models.tables import Brand, Source

    with session_of(engine) as session:
        connection = session.connection()
        brand, found = Brand(slug="a", name="A"), []
        session.add(brand)
        session.add(Source(name="s", reply_visibility="in_thread"))
        session.flush()
        for at in times:
            row = Coverage(brand_id=brand.id or 0, source="s", covers_until=at, checked_at=at)
            session.add(row)
            session.flush()
            day = local_day(col(Coverage.covers_until), zone, SINCE, UNTIL)
            found.append(day_of(connection.execute(select(day).where(col(Coverage.id) == row.id)).scalar_one()))
            session.delete(row)
            session.flush()
        session.rollback()
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.integers(-126_000_000, 1_890_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)
def test_a_day_is_that_of_the_calendar(zone: str, at: datetime) -> None:
    assert counted(ENGINE, ZoneInfo(zone), [at]) == [at.astimezone(ZoneInfo(zone)).date()]


@pytest.mark.parametrize("zone", ZONES)
def test_around_every_change_of_the_clocks(zone: str) -> None:
    where = ZoneInfo(zone)
    midnights = [start_of(date(2026, month, day), where) for month in (3, 4, 10, 11) for day in range(1, 31, 3)]
    times = [at + timedelta(seconds=step) for at in midnights for step in (-1, 0, 1, 7200)]
    assert counted(ENGINE, where, times) == [at.astimezone(where).date() for at in times]


def test_a_number_is_its_day() -> None:
    assert day_number(date(1970, 1, 1)) == 0
    assert day_of(day_number(date(2026, 3, 29))) == date(2026, 3, 29)
