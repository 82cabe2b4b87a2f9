"""Slows down guessing of passwords: counts failed sign-ins by name, by address and by both. Kept in memory alone."""

from collections import deque
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock

WINDOW = timedelta(minutes=15)
MOST_OF_BOTH = 5
MOST_OF_ADDRESS = 20
MOST_OF_NAME = 50
"""Failures in a window after which nothing more is tried: one person mistyping, one machine, many machines."""
MOST_KEPT = 20_000


class Throttle:
    """Counts attempts before they are tried, so that a hundred at once are no way around it."""

    def __init__(self) -> None:
        self._failures: dict[tuple[str, ...], deque[datetime]] = {}
        self._lock = Lock()

    def attempt(self, name: str, address: str, now: datetime) -> timedelta | None:
        """Count an attempt as failed; or, if there were too many, count nothing and say how long to wait."""
        limits = _limits(name, address)
        with self._lock:
            waits = [wait for key, most in limits.items() if (wait := self._wait(key, most, now))]
            if waits:
                return max(waits)
            for key in limits:
                self._failures.setdefault(key, deque()).append(now)
            self._drop_the_oldest()
        return None

    def succeed(self, name: str, address: str) -> None:
        """The last attempt was none to count; whoever has the password has not been guessing from there."""
        both, *others = _limits(name, address)
        with self._lock:
            self._failures.pop(both, None)
            for key in others:
                if self._failures.get(key):
                    self._failures[key].pop()

    def _wait(self, key: tuple[str, ...], most: int, now: datetime) -> timedelta | None:
        failures = self._failures.get(key, deque())
        while failures and failures[0] <= now - WINDOW:
            failures.popleft()
        return failures[0] + WINDOW - now if len(failures) >= most else None

    def _drop_the_oldest(self) -> None:
        while len(self._failures) > MOST_KEPT:
            del self._failures[next(iter(self._failures))]


def _limits(name: str, address: str) -> dict[tuple[str, ...], int]:
    place = _network(address)
    return {
        ("both", name, place): MOST_OF_BOTH,
        ("address", place): MOST_OF_ADDRESS,
        ("name", name): MOST_OF_NAME,
    }


def _network(address: str) -> str:
    """The address; of IPv6 the /64, as one machine may take any address in it."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)
