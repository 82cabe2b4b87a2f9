"""Time for many threads that passes only while all of them wait: a simulated hour is exact and takes no time."""

import heapq
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from listener.collectors.contract import Answer, Declaration
from listener.network import Caps, Network, PoliteClient

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_CAPS = Caps(connect=20.0, read=20.0, whole=1_000_000.0)
"""Simulated time may leap while a real answer is on its way: only real silence may end it."""


class SimulatedClock:
    """Seconds since ``START``. Whoever asks the network does so within ``at_work``; if all who do sleep, time leaps.

    So a thread that sleeps does not age the requests of another one, as it would with a clock that sleeping moves.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._seconds = 0.0
        self._wakes: list[float] = []
        self._at_work = 0

    def seconds(self) -> float:
        return self._seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self._seconds)

    def sleep(self, seconds: float) -> None:
        """Wait until the others have waited long enough too."""
        with self._changed:
            wake = self._seconds + max(0.0, seconds)
            heapq.heappush(self._wakes, wake)
            self._leap()
            while self._seconds < wake:
                self._changed.wait()

    def pass_until(self, seconds: float) -> None:
        """Let the time come, for one who is alone."""
        self._seconds = max(self._seconds, seconds)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with self._changed:
            self._at_work += 1
        try:
            yield
        finally:
            with self._changed:
                self._at_work -= 1
                self._leap()

    def _leap(self) -> None:
        """To the next one's waking, if nobody is awake; whoever wakes leaves the list at once."""
        if self._wakes and len(self._wakes) >= self._at_work:
            self._seconds = max(self._seconds, self._wakes[0])
            while self._wakes and self._wakes[0] <= self._seconds:
                heapq.heappop(self._wakes)
            self._changed.notify_all()


class SimulatedNetwork(Network):
    """The real network, its time simulated, over real sockets or (``answer``) a function."""

    def __init__(self, clock: SimulatedClock, answer: Callable[[httpx.Request], httpx.Response] | None = None) -> None:
        super().__init__(
            "t@example.org",
            allow_private=True,
            transport=httpx.MockTransport(answer) if answer else None,
            clock=clock.seconds,
            wall=clock.now,
            sleep=clock.sleep,
            caps=_CAPS,
            chance=lambda: 0.5,
        )
        self._time = clock

    def client(self, declaration: Declaration, secrets: Mapping[str, str]) -> PoliteClient:
        given = super().client(declaration, secrets)
        return _Timed(given, self._time)


class _Timed(PoliteClient):
    """The client, at work for as long as each call takes."""

    def __init__(self, given: PoliteClient, clock: SimulatedClock) -> None:
        self.__dict__.update(given.__dict__)
        self._clock = clock

    def get_json(self, *given: Any, **named: Any) -> Answer:
        with self._clock.at_work():
            return super().get_json(*given, **named)

    def get_text(self, *given: Any, **named: Any) -> Answer:
        with self._clock.at_work():
            return super().get_text(*given, **named)

    def post_json(self, *given: Any, **named: Any) -> Answer:
        with self._clock.at_work():
            return super().post_json(*given, **named)

    def post_form(self, *given: Any, **named: Any) -> Answer:
        with self._clock.at_work():
            return super().post_form(*given, **named)
