"""Keeps requests to one host at its pace, for all sources and threads together. It plans times and never sleeps."""

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from listener.collectors.contract import Pace

_NOTHING = 1e-9  # seconds: what sums of fractions leave over


class Bucket:
    """A token bucket whose tokens are booked ahead, so that threads that come together leave one after another.

    The bucket alone lets ``burst`` more than ``requests`` through in its first ``seconds``; the log of the last
    starts keeps every stretch of that length to ``requests``.
    """

    def __init__(self, pace: Pace) -> None:
        most = max(1, pace.requests)
        self._seconds = pace.seconds
        self._interval = pace.seconds / most
        self._slack = (min(max(1, pace.burst), most) - 1) * self._interval
        self._due = -math.inf
        self.starts: deque[float] = deque(maxlen=most)

    def earliest(self, now: float) -> float:
        """When the next request may start, ``now`` at the earliest."""
        at = max(now, self._due - self._slack)
        if len(self.starts) == self.starts.maxlen:
            at = max(at, self.starts[0] + self._seconds)
        return at if at - now > _NOTHING else now

    def take(self, at: float) -> None:
        """Book a start."""
        self._due = max(self._due, at) + self._interval
        self.starts.append(at)


@dataclass(slots=True)
class _Host:
    buckets: dict[Pace, Bucket] = field(default_factory=dict)
    held_until: float = -math.inf
    request_count: int = 0

    def bucket_for(self, pace: Pace) -> None:
        """See to it that a pace is kept, with what other paces let through before."""
        if pace not in self.buckets:
            known = max((bucket.starts for bucket in self.buckets.values()), key=len, default=deque[float]())
            self.buckets[pace] = Bucket(pace)
            for at in known:
                self.buckets[pace].take(at)


@dataclass(frozen=True, slots=True)
class Slot:
    """A booked start: ``wait`` seconds from now, ``imposed`` of which the server asked for.

    ``held_until`` is the hold that was known when it was booked, on the clock of the paces.
    """

    wait: float
    imposed: float
    held_until: float


class Paces:
    """The paces of all hosts. Every pace that a source declares for a host is kept, so that the strictest wins."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    def book(self, host: str, pace: Pace, patience: float) -> Slot | None:
        """A start for one request; None, and nothing booked, if the server's hold ends after ``patience`` seconds."""
        with self._lock:
            known = self._hosts.setdefault(host, _Host())
            known.bucket_for(pace)
            now = self._clock()
            imposed = max(0.0, known.held_until - now)
            if imposed > patience:
                return None
            at = max(now, known.held_until)
            at = max(bucket.earliest(at) for bucket in known.buckets.values())
            for bucket in known.buckets.values():
                bucket.take(at)
            return Slot(at - now, imposed, known.held_until)

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody ask a host again for some seconds: it said so."""
        with self._lock:
            known = self._hosts.setdefault(host, _Host())
            known.held_until = max(known.held_until, self._clock() + seconds)

    def is_held_beyond(self, host: str, slot: Slot) -> bool:
        """Whether the server asked for more time after the slot was booked."""
        with self._lock:
            return self._hosts[host].held_until > slot.held_until

    def hold_left(self, host: str) -> float:
        """Seconds until a host may be asked again, 0 if now."""
        with self._lock:
            known = self._hosts.get(host)
            return max(0.0, known.held_until - self._clock()) if known else 0.0

    def count(self, host: str) -> None:
        """Count a request that goes out."""
        with self._lock:
            self._hosts.setdefault(host, _Host()).request_count += 1

    @property
    def request_counts(self) -> dict[str, int]:
        """Requests sent so far, by host."""
        with self._lock:
            return {host: known.request_count for host, known in self._hosts.items() if known.request_count}
