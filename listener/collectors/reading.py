"""What parsers share: times, shapes of JSON, addresses. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from models.errors import GarbledError


def from_epoch(seconds: Any) -> datetime:
    """Seconds since 1970 (number or digits) as an aware time; zero, negative and absurd ones raise ValueError."""
    value = float(seconds)
    if not 0 < value < 32_503_680_000:  # before the year 3000: milliseconds are refused
        raise ValueError(f"{seconds!r} is no time in seconds since 1970")
    return datetime.fromtimestamp(value, UTC)


def from_iso(text: Any, *, is_utc: bool = False) -> datetime:
    """ISO 8601 text as an aware time; ``is_utc`` says that a text without zone is in UTC. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is no ISO 8601 time")
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        if not is_utc:
            raise ValueError(f"{text!r} has no time zone")
        at = at.replace(tzinfo=UTC)
    return at.astimezone(UTC)


def list_at(data: Any, *path: str, where: str) -> list[Any]:
    """The list at a path of keys; a missing or null last key is an empty list. Raises GarbledError otherwise.

    ``where`` names the source in the message.
    """
    at = data
    for place, key in enumerate(path):
        if not isinstance(at, Mapping):
            raise GarbledError(f"{where}: {'.'.join(path[:place]) or 'the answer'} is no object")
        at = at.get(key)
        if at is None and place == len(path) - 1:
            return []
    if not isinstance(at, list):
        raise GarbledError(f"{where}: {'.'.join(path) or 'the answer'} is no list")
    return at


def host_of(url: str) -> str:
    """Host, with the port where one is written, lower case: what makes ids of self-hosted sources unique."""
    return urlsplit(url).netloc.rsplit("@", 1)[-1].lower()
