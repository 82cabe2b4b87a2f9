"""Days and times on charts by the customs of the reader, or as ISO 8601 has them where no reader is known."""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from listener.charts.look import Look
from listener.reports.asking import Bucket

if TYPE_CHECKING:
    from babel import Locale

_PART = re.compile(r"'([^']*)'|([A-Za-z])\2*|.", re.DOTALL)
_FIELDS = {"d": "%-d", "dd": "%d", "M": "%-m", "MM": "%m", "MMM": "%b", "LLL": "%b", "y": "%Y", "yyyy": "%Y"}
"""CLDR's letters as d3 writes them."""
_SKELETONS = {Bucket.DAY: "MMMd", Bucket.WEEK: "MMMd", Bucket.MONTH: "yMMM"}
_ISO = {Bucket.DAY: "%m-%d", Bucket.WEEK: "%m-%d", Bucket.MONTH: "%Y-%m"}
_RIGHT, _END = "\u2067", "\u2069"


def stamp(look: Look, at: datetime) -> str:
    """A time to the minute, in the reader's zone, else in UTC."""
    return at.strftime("%Y-%m-%d %H:%M UTC") if look.wording is None else look.wording.time(at)


def day(look: Look, on: date) -> str:
    """``21 Nov 2026``."""
    return on.isoformat() if look.wording is None else look.wording.day(on)


def axis_format(look: Look, by: Bucket) -> str:
    """How an axis of time names its ticks, as d3 is told; the names of months come with ``locale``."""
    if look.wording is None:
        return _ISO[by]
    pattern = look.wording.locale.datetime_skeletons[_SKELETONS[by]].pattern
    said = "".join(_field(found) for found in _PART.finditer(pattern))
    return f"{_RIGHT}{said}{_END}" if look.is_rtl else said


def _field(found: re.Match[str]) -> str:
    if found[2] is not None:
        return _FIELDS[found[0]]
    return (found[1] if found[1] is not None else found[0]).replace("%", "%%")


def locale(look: Look) -> dict[str, Any]:
    """Vega's configuration of names of months and days; nothing where no reader is known."""
    if look.wording is None:
        return {}
    return {"locale": {"time": _names(look.wording.locale)}}


def _names(of: "Locale") -> dict[str, Any]:
    from babel.dates import get_day_names, get_month_names

    days = {width: get_day_names(width, "format", of) for width in ("wide", "abbreviated")}
    months = {width: get_month_names(width, "format", of) for width in ("wide", "abbreviated")}
    sunday_first = (6, 0, 1, 2, 3, 4, 5)
    return {
        "dateTime": "%Y-%m-%d %H:%M",
        "date": "%Y-%m-%d",
        "time": "%H:%M",
        "periods": ["AM", "PM"],
        "days": [days["wide"][at] for at in sunday_first],
        "shortDays": [days["abbreviated"][at] for at in sunday_first],
        "months": list(months["wide"].values()),
        "shortMonths": list(months["abbreviated"].values()),
    }
