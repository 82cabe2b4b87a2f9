"""Days as a brand's time zone has them, counted in SQL: no row leaves the database to be dated."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, case, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_DAY = 86_400
_EPOCH = date(1970, 1, 1)


class epoch_seconds(FunctionElement[int]):
    """Whole seconds since 1970 of a time column, rounded down."""

    type = BigInteger()
    inherit_cache = True


@compiles(epoch_seconds, "sqlite")
def _sqlite(element: Any, compiler: Any, **words: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **words)}) AS INTEGER)"


@compiles(epoch_seconds, "postgresql")
def _postgresql(element: Any, compiler: Any, **words: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **words)})) AS BIGINT)"


def local_day(column: Any, zone: ZoneInfo, since: datetime, until: datetime) -> ColumnElement[int]:
    """The number of a time's day in the zone, 0 for 1970-01-01; right for times from ``since`` to ``until``.

    The zone's offset is looked up for each stretch between two changes of the clocks, not for each row.
    """
    shifted = epoch_seconds(column) + _offset(column, zone, since, until)
    # Both databases cut towards zero; far enough from 1970 that is down once the days are made positive.
    ages = 800_000
    return (shifted + ages * _DAY) // literal(_DAY, BigInteger) - ages


def day_of(number: int) -> date:
    """The date of a day's number."""
    return _EPOCH + timedelta(days=number)


def day_number(day: date) -> int:
    """The number of a date."""
    return (day - _EPOCH).days


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in the zone, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _offset(column: Any, zone: ZoneInfo, since: datetime, until: datetime) -> ColumnElement[int]:
    pieces = _pieces(zone, since, until)
    if len(pieces) == 1:
        return literal(pieces[0][1], BigInteger)
    whens = [(column < end, literal(offset, BigInteger)) for end, offset in pieces[:-1]]
    return case(*whens, else_=literal(pieces[-1][1], BigInteger))


def _pieces(zone: ZoneInfo, since: datetime, until: datetime) -> list[tuple[datetime, int]]:
    """(end, offset in seconds) of each stretch without a change of the clocks; changes are found to the second."""
    pieces: list[tuple[datetime, int]] = []
    at, until = since.astimezone(UTC).replace(microsecond=0), until.astimezone(UTC)
    while at < until:
        following = min(at + timedelta(days=7), until)
        if _seconds(zone, following) != _seconds(zone, at):
            low, high = at, following
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                if middle in (low, high):
                    break
                low, high = (middle, high) if _seconds(zone, middle) == _seconds(zone, at) else (low, middle)
            pieces.append((high, _seconds(zone, at)))
            following = high
        at = following
    return [*pieces, (until, _seconds(zone, until))]


def _seconds(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
