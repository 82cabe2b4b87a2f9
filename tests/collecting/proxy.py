"""A proxy with faults between collector and server: slow, cut off, busy, garbled, out of order or repeating itself."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.collecting.forum import Answer, Reply, serving

_PAGING = {"page", "before"}
_PART = {"include", "parent"}


class Fault(StrEnum):
    """What the proxy does to an answer."""

    DELAY = "delay"
    CUT = "cut"
    BUSY = "busy"
    GARBAGE = "garbage"
    REPEAT = "repeat"
    ERROR = "error"


ALL_BUT_REPEAT = tuple(fault for fault in Fault if fault is not Fault.REPEAT)


def busy_headers(now: datetime) -> list[Mapping[str, str]]:
    """Every way to ask for one to three seconds of rest."""
    later = now + timedelta(seconds=2)
    said = [
        {"Retry-After": "1"},
        {"Retry-After": format_datetime(later, usegmt=True)},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(later.timestamp()))},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": later.isoformat()},
        {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": str(int(later.timestamp() * 1000))},
        {"RateLimit-Remaining": "0", "RateLimit-Reset": "2"},
        {"RateLimit": '"default";r=0;t=3'},
        {},
    ]
    return [{"Date": format_datetime(now, usegmt=True), **headers} for headers in said]


_GARBAGE = (
    b"<!doctype html><title>Just a moment...</title>",
    b"",
    b'{"error": "try again"}',
    b'[{"id": 1, "te',
    b"\xff\xfe\x00",
)


@dataclass
class FaultProxy:
    """Passes on what ``upstream`` answers, or does one of ``faults`` to every so many-th answer (``rate``, 0 to 1).

    What happens to a request depends on ``seed``, its path and how often that was asked, not on the order of threads.
    ``done`` counts the faults.
    """

    upstream: Answer
    seed: int
    rate: float = 0.4
    faults: Sequence[Fault] = ALL_BUT_REPEAT
    is_on: bool = True
    done: Counter[Fault] = field(default_factory=Counter)
    _asked: Counter[str] = field(default_factory=Counter)
    _last: dict[str, Reply] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str) -> Reply:
        """The answer to a path with its query, spoilt or not."""
        with self._lock:
            chance = random.Random(f"{self.seed} {path} {self._asked[path]}")
            self._asked[path] += 1
        said = self.upstream(path)
        if not self.is_on or chance.random() >= self.rate:
            return self._remember(path, said)
        fault = chance.choice(self.faults)
        with self._lock:
            self.done[fault] += 1
        return self._spoilt(fault, path, said, chance)

    def _spoilt(self, fault: Fault, path: str, said: Reply, chance: random.Random) -> Reply:
        if fault is Fault.DELAY:
            time.sleep(chance.uniform(0, 0.02))  # real: the answer is on its way
            return self._remember(path, said)
        if fault is Fault.CUT:
            return replace(said, cut=chance.randrange(max(1, len(said.body))))
        if fault is Fault.BUSY:
            return Reply(b"slow down", 429, chance.choice(busy_headers(datetime.now(UTC))))
        if fault is Fault.GARBAGE:
            return Reply(chance.choice(_GARBAGE), headers={"Content-Type": "application/json"})
        if fault is Fault.REPEAT:
            with self._lock:
                return self._last.get(_listing(path), said)
        return Reply(b"oops", chance.choice((500, 502, 503, 504)))

    def _remember(self, path: str, said: Reply) -> Reply:
        listing = _listing(path)
        if listing:
            with self._lock:
                self._last[listing] = said
        return said


def _listing(path: str) -> str:
    """Which listing a page belongs to; none for what was asked for by number."""
    parts = urlsplit(path)
    asked = set(parse_qs(parts.query))
    return parts.path if asked & _PAGING and not asked & _PART else ""


@contextmanager
def passing_on(url: str) -> Iterator[Answer]:
    """A server at an address as a function."""
    with httpx.Client(base_url=url, trust_env=False) as client:

        def answer(path: str) -> Reply:
            found = client.get(path)
            kept = {name: value for name, value in found.headers.items() if name.startswith(("content-type", "x-"))}
            return Reply(found.content, found.status_code, kept)

        yield answer


@contextmanager
def proxied(url: str, seed: int, faults: Sequence[Fault] = ALL_BUT_REPEAT, rate: float = 0.4) -> Iterator["Proxied"]:
    """A fault proxy before the server at ``url``, itself a server on the loopback address."""
    with passing_on(url) as upstream:
        proxy = FaultProxy(upstream, seed, rate, faults)
        with serving(proxy.answer) as address:
            yield Proxied(proxy, address)


@dataclass(frozen=True, slots=True)
class Proxied:
    """A running proxy and its address."""

    proxy: FaultProxy
    url: str
