"""Reads the dates and times that people type."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from models.errors import InputError


def now() -> datetime:
    """The clock of the commands."""
    return datetime.now(UTC)


def when(value: str | None, zone: str = "UTC") -> datetime | None:
    """A date (its first moment) or a time in ISO 8601; without zone, the given one. Raises InputError."""
    if value is None:
        return None
    if value == "now":
        return now()
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise InputError(f"{value!r} is no date or time: write 2026-11-01 or 2026-11-01T09:30:00Z") from None
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
