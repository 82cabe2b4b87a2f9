"""A brand's working time between two instants: its zone, its week, its holidays. Reads no settings, measures no posts.

Working time is what a clock on the brand's wall would count while the brand is open, so a day on which the clocks
change has an hour more or less of it where that hour falls into the opening hours.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import numpy as np

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
RIGHT = "'Mon-Fri 09:00-17:00' or 'Mon-Thu 09:00-18:00, Fri 09:00-15:00'"
_SPAN = re.compile(
    r"(?P<first>[a-z]{3})(?:\s*-\s*(?P<last>[a-z]{3}))?\s+(?P<start>\d{1,2}:\d\d)\s*-\s*(?P<end>\d{1,2}:\d\d)", re.I
)
_DAY = 86_400
_EARLIEST = 0.0
"""Working time is counted from 1970 on: a post stamped before that adds nothing, and no calendar of 2,000 years."""


@dataclass(frozen=True, slots=True)
class Span:
    """Opening hours on a day of the week (Monday is 0), in seconds after midnight on the wall."""

    weekday: int
    start: int
    end: int


def parse_hours(text: str) -> tuple[Span, ...]:
    """Opening hours as settings hold them. Raises ValueError that says what is right."""
    spans: list[Span] = []
    for part in text.split(","):
        found = _SPAN.fullmatch(part.strip())
        if found is None:
            raise ValueError(f"{part.strip()!r} are no opening hours such as {RIGHT}")
        start, end = _seconds(found["start"]), _seconds(found["end"])
        if start >= end:
            raise ValueError(
                f"{part.strip()!r} ends before it begins; cut hours past midnight at 24:00, such as {RIGHT}"
            )
        first, last = _weekday(found["first"]), _weekday(found["last"] or found["first"])
        spans += [Span((first + step) % 7, start, end) for step in range((last - first) % 7 + 1)]
    spans.sort(key=lambda span: (span.weekday, span.start))
    for before, after in pairwise(spans):
        if before.weekday == after.weekday and after.start < before.end:
            raise ValueError(f"{text!r} opens twice at the same time on {DAYS[after.weekday]}; write such as {RIGHT}")
    return tuple(spans)


def check_holidays(code: str) -> str:
    """A country code with or without a subdivision (``LT``, ``DE-BY``). Raises ValueError that names what is right."""
    import holidays

    country, dash, part = code.partition("-")
    known = holidays.list_supported_countries()
    if country not in known:
        hint = f"; did you mean {code.upper()!r}?" if country.upper() in known else ""
        raise ValueError(f"{code!r} is no country (ISO 3166) such as 'LT', nor a part of one such as 'DE-BY'{hint}")
    if dash and part not in known[country]:
        parts = ", ".join(f"{country}-{one}" for one in known[country]) or "none"
        raise ValueError(f"{part!r} is no part of {country!r} whose holidays are known; known: {parts}")
    return code


@lru_cache(maxsize=32)
def holiday_dates(code: str, first_year: int, last_year: int) -> frozenset[date]:
    """The public holidays of a country, or of a part of it, in these years. Raises ValueError for an unknown code."""
    import holidays

    check_holidays(code)
    country, _, part = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=range(first_year, last_year + 1)))


@dataclass(frozen=True, slots=True)
class WorkingWeek:
    """When a brand is open: its zone, its opening hours, and the code of its holidays where it keeps any."""

    zone: ZoneInfo
    spans: tuple[Span, ...]
    holidays: str | None = None

    def seconds(self, since: Any, until: Any) -> "np.ndarray[Any, Any]":
        """Working seconds between instants: arrays of seconds since 1970, ``until`` nowhere before ``since``.

        Exact to the second and additive: from a to b and from b to c make from a to c.
        """
        import numpy as np

        since, until = np.asarray(since, float), np.asarray(until, float)
        if since.size == 0:
            return np.zeros(0)
        opened, closed = self._open_times(max(_EARLIEST, since.min()), max(_EARLIEST, until.max()))
        before = np.concatenate([[0.0], np.cumsum(closed - opened)])

        def worked(at: Any) -> Any:
            place = np.searchsorted(opened, at, side="right")
            last_opened = np.concatenate([[0.0], opened])[place]
            length = np.concatenate([[0.0], closed - opened])[place]
            return before[np.maximum(place - 1, 0)] + np.clip(at - last_opened, 0.0, length)

        return np.asarray(worked(until) - worked(since))

    def _open_times(self, since: float, until: float) -> tuple[Any, Any]:
        """When the brand opens and closes, in seconds since 1970, in order, over all that lies between the two."""
        import numpy as np

        opened, closed = [np.zeros(0)], [np.zeros(0)]
        free = self._free_days(since, until)
        for start, end, offset in _stretches(self.zone, since, until):
            days = np.arange((start + offset) // _DAY, (end + offset) // _DAY + 1)
            days = days[~np.isin(days, free)]
            for span in self.spans:
                mine = days[(days + 3) % 7 == span.weekday] * _DAY - offset  # 1970-01-01 was a Thursday
                opened.append(np.clip(mine + span.start, start, end))
                closed.append(np.clip(mine + span.end, start, end))
        starts, ends = np.concatenate(opened), np.concatenate(closed)
        kept = ends > starts
        order = np.argsort(starts[kept], kind="stable")
        return starts[kept][order], ends[kept][order]

    def _free_days(self, since: float, until: float) -> list[int]:
        if self.holidays is None:
            return []
        years = [datetime.fromtimestamp(at, UTC).astimezone(self.zone).year for at in (since, until)]
        epoch = date(1970, 1, 1)
        return sorted((day - epoch).days for day in holiday_dates(self.holidays, years[0], years[1]))


def _stretches(zone: ZoneInfo, since: float, until: float) -> Iterator[tuple[float, float, int]]:
    """(start, end, offset in seconds) of the pieces between changes of the clocks, found to the second."""
    start, at = since, since
    while at < until:
        following = min(at + 7 * _DAY, until)
        offset = _offset(zone, at)
        if _offset(zone, following) != offset:
            first, last = int(at), int(following)  # changes fall on whole seconds
            seconds: Sequence[int] = range(first, last + 1)
            change = first + bisect_right(seconds, False, key=lambda second: _offset(zone, second) != offset)
            yield start, float(change), offset
            start, following = float(change), float(change)
        at = following
    yield start, until, _offset(zone, start)


def _offset(zone: ZoneInfo, at: float) -> int:
    offset = datetime.fromtimestamp(at, zone).utcoffset() or timedelta()
    return int(offset.total_seconds())


def _weekday(name: str) -> int:
    if name.title() not in DAYS:
        raise ValueError(f"{name!r} is no day of the week; write {', '.join(DAYS)}")
    return DAYS.index(name.title())


def _seconds(clock: str) -> int:
    hours, minutes = (int(part) for part in clock.split(":"))
    if minutes > 59 or 60 * hours + minutes > 24 * 60:
        raise ValueError(f"{clock!r} is no time of day; write 00:00 to 24:00")
    return 3600 * hours + 60 * minutes
