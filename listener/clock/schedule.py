"""When something is due next: every so often, or weekly by the clocks of a place. Pure; it reads no clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Schedule(Protocol):
    """When a job is due."""

    def last(self, at: datetime) -> datetime:
        """The last time due, up to and at ``at``."""

    def following(self, at: datetime) -> datetime:
        """The first time due after ``at``."""


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again after the same pause, counted from 1970, so that all instances agree."""

    pause: timedelta

    def last(self, at: datetime) -> datetime:
        """The last full pause."""
        since = at - datetime.fromtimestamp(0, UTC)
        return at - since % self.pause

    def following(self, at: datetime) -> datetime:
        """The next full pause."""
        return self.last(at) + self.pause


@dataclass(frozen=True, slots=True)
class Weekly:
    """On a day of the week (0 is Monday) at a time by the clocks of a zone.

    A time that the clocks leave out in spring is as much later as they leap; of one that comes twice in autumn it is
    the first.
    """

    weekday: int
    at: time
    zone: ZoneInfo

    def last(self, at: datetime) -> datetime:
        """This week's, or the one of the week before."""
        due = self._near(at, 0)
        return due if due <= at else self._near(at, -1)

    def following(self, at: datetime) -> datetime:
        """This week's, or the one of the week after."""
        due = self._near(at, 0)
        return due if due > at else self._near(at, 1)

    def _near(self, at: datetime, weeks: int) -> datetime:
        local = at.astimezone(self.zone)
        day = local.date() + timedelta(days=self.weekday - local.weekday(), weeks=weeks)
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)
