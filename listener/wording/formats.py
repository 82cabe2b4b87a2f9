"""Numbers, shares, dates and times by a locale's customs, through Babel; it translates nothing."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from babel import Locale

GAP = "\N{NO-BREAK SPACE}"
"""Between parts that no line should end between."""
_MINUS = "\N{MINUS SIGN}"


@lru_cache(maxsize=64)
def locale_of(tag: str) -> "Locale":
    """Babel's data of a tag such as ``zh-Hant-TW``. Raises ValueError for what is no tag."""
    from babel import Locale

    return Locale.parse(tag, sep="-")


@lru_cache(maxsize=16384)
def number(value: float, locale: "Locale") -> str:
    """``12,345.6``: digits grouped, at most three decimals."""
    from babel.numbers import format_decimal

    return format_decimal(value, locale=locale)


@lru_cache(maxsize=16384)
def percent(value: float, locale: "Locale") -> str:
    """A share (0 to 1) as ``57%``; below one in ten with a decimal, so that 0.4% is not nothing."""
    from babel.numbers import format_percent

    pattern = locale.percent_formats[None].pattern
    if abs(value) < 0.0995 and value != 0:
        pattern = pattern.replace("#,##0", "#,##0.0")
    return format_percent(value, pattern, locale=locale).replace(" ", GAP)


def day(on: date, locale: "Locale") -> str:
    """``21 Nov 2026``."""
    from babel.dates import format_date

    return format_date(on, "medium", locale=locale)


def moment(at: datetime, zone: ZoneInfo, locale: "Locale") -> str:
    """``21 Nov 2026, 14:00 UTC+2``: to the minute, in the reader's zone, which is said."""
    from babel.dates import format_time, get_datetime_format

    here = at.astimezone(zone)
    clock = f"{format_time(here, 'short', tzinfo=zone, locale=locale)}{GAP}{offset(here)}"
    joined = str(get_datetime_format("medium", locale=locale))
    return joined.replace("'", "").replace("{1}", day(here, locale)).replace("{0}", clock)


def offset(at: datetime) -> str:
    """How far an aware time is from UTC: ``UTC``, ``UTC+5:45``; the same in every language, unlike ``EET``."""
    ahead = at.utcoffset() or timedelta()
    minutes = round(abs(ahead).total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(minutes, 60)
    return f"UTC{_MINUS if ahead < timedelta() else '+'}{hours}{f':{rest:02}' if rest else ''}"


def two_units(seconds: float) -> list[tuple[int, str]]:
    """A duration in at most two units, the largest first: ``[(3, "hour"), (20, "minute")]``."""
    whole = round(seconds)
    if whole < 60:
        return [(whole, "second")]
    minutes = round(whole / 60)
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        found = [(hours, "hour"), (rest, "minute")]
    else:
        days, rest = divmod(round(whole / 3600), 24)
        found = [(days, "day"), (rest, "hour")]
    return [(count, unit) for count, unit in found if count]
