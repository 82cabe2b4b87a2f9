"""Reads from an answer's headers how long a server wants to be left alone. Pure; header names in lower case."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 86_400.0
"""Seconds: a longer wait is taken for a day, since a header may be nonsense."""

_EPOCH = 1_000_000_000
_FAMILIES = ("x-ratelimit", "ratelimit", "x-rate-limit")
_LEFT = re.compile(r"(?:^|[;,\s])(?:remaining|r)\s*=\s*(\d+)")
_RESET = re.compile(r"(?:^|[;,\s])(?:reset|t)\s*=\s*(\d+)")


def from_retry_headers(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait, 0 to ``LONGEST``: ``Retry-After``, else the reset of a used-up limit; None if neither is said.

    ``now`` is the local time, used where the answer has no ``Date`` of its own: the server's times are by its clock.
    """
    after = headers.get("retry-after")
    asked = None if after is None else _until(after, _server_time(headers, now))
    return until_reset(headers, now) if asked is None else asked


def until_reset(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until a used-up rate limit starts anew; None while anything is left of it or nothing is said."""
    at = _server_time(headers, now)
    waits = [wait for left, reset in _limits(headers) if _number(left) == 0 and (wait := _until(reset, at)) is not None]
    return max(waits, default=None)


def _limits(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is left and when it resets, of each family of headers that says both."""
    for family in _FAMILIES:
        left, reset = headers.get(f"{family}-remaining"), headers.get(f"{family}-reset")
        if left is not None and reset is not None:
            yield left, reset
    for policy in headers.get("ratelimit", "").split('"'):  # the newer form names several: "a";r=0;t=9, "b";r=1;t=2
        left_match, reset_match = _LEFT.search(policy), _RESET.search(policy)
        if left_match and reset_match:
            yield left_match[1], reset_match[1]


def _until(written: str, now: datetime) -> float | None:
    """Seconds from ``now`` to what is written as seconds to go, as seconds or milliseconds since 1970, or as a time."""
    number = _number(written)
    if number is None:
        at = _time(written)
        number = None if at is None else (at - now).total_seconds()
    elif number >= _EPOCH * 1000:
        number = number / 1000 - now.timestamp()
    elif number >= _EPOCH:
        number -= now.timestamp()
    return None if number is None else min(max(number, 0.0), LONGEST)


def _number(written: str) -> float | None:
    try:
        number = float(written)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _time(written: str) -> datetime | None:
    """A time in ISO 8601 or as mail and HTTP write it; UTC where no zone is given."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(written.strip())
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _server_time(headers: Mapping[str, str], now: datetime) -> datetime:
    return _time(headers.get("date", "")) or now
