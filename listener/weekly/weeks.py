"""ISO weeks in a brand's time zone: Monday's midnight to the next, 167 to 169 hours long. It reads no clock."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.errors import InputError
from models.reads.days import start_of

BAND = 4
"""How many weeks before the one reported on make the band that is usual."""
_NAME = re.compile(r"(\d{4})-?W(\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One ISO week, by its Monday."""

    monday: date

    @property
    def name(self) -> str:
        """``2026-W46``."""
        year, week, _ = self.monday.isocalendar()
        return f"{year:04}-W{week:02}"

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=6)

    def earlier(self, weeks: int = 1) -> "Week":
        """So many weeks before this one."""
        return Week(self.monday - timedelta(weeks=weeks))

    def since(self, zone: ZoneInfo) -> datetime:
        """When it begins, UTC."""
        return start_of(self.monday, zone)

    def until(self, zone: ZoneInfo) -> datetime:
        """When the next one begins, UTC."""
        return start_of(self.monday + timedelta(weeks=1), zone)


def week_of(at: datetime, zone: ZoneInfo) -> Week:
    """The week that an aware time lies in, by the calendar of the zone."""
    day = at.astimezone(zone).date()
    return Week(day - timedelta(days=day.weekday()))


def last_whole(now: datetime, zone: ZoneInfo) -> Week:
    """The last week that is over."""
    return week_of(now, zone).earlier()


def named(name: str) -> Week:
    """The week of a name such as ``2026-W46``. Raises InputError for what is none."""
    match = _NAME.fullmatch(name.strip().upper())
    try:
        if match is None:
            raise ValueError
        week = Week(date.fromisocalendar(int(match[1]), int(match[2]), 1))
        week.earlier(2 * (BAND + 1))
        return week
    except (ValueError, OverflowError):
        raise InputError(f"{name!r} is no week: write it as 2026-W46") from None
