"""A network without sockets: a server that is a function, and time that passes only where somebody sleeps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from listener.collectors.contract import Declaration, Pace, Secret, Standing
from listener.network import Caps, Network, PoliteClient
from models.words import ReplyVisibility

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
QUICK = Pace(requests=1000, seconds=1.0, burst=1000)
Handler = Callable[[httpx.Request], httpx.Response]


class FakeTime:
    """A clock that only sleeping moves; remembers every sleep."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def wall(self) -> datetime:
        return NOON + timedelta(seconds=self.now - 1000.0)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def declaration(name: str = "forum", pace: Pace = QUICK, secrets: tuple[str, ...] = ()) -> Declaration:
    """A source with the pace and secrets that matter to a test."""
    return Declaration(
        name=name,
        title="A forum",
        covers="posts",
        replies=ReplyVisibility.IN_THREAD,
        standing=Standing.WORKS,
        history="all",
        terms="none",
        pace=pace,
        secrets=tuple(Secret(secret, "a key") for secret in secrets),
    )


def network(handler: Handler, time: FakeTime | None = None, **given: Any) -> Network:
    """A network whose only server is a function."""
    time = time or FakeTime()
    known: dict[str, Any] = {"clock": time.clock, "wall": time.wall, "sleep": time.sleep, "chance": lambda: 1.0}
    return Network(given.pop("contact", None), transport=httpx.MockTransport(handler), **{**known, **given})


def client(handler: Handler, time: FakeTime | None = None, **given: Any) -> PoliteClient:
    """A client of such a network; ``secrets`` and ``pace`` go into its declaration."""
    secrets: dict[str, str] = given.pop("secrets", {})
    declared = declaration(pace=given.pop("pace", QUICK), secrets=tuple(secrets))
    return network(handler, time, **given).client(declared, secrets)


def always(status: int = 200, headers: dict[str, str] | None = None, **content: Any) -> Handler:
    """A server that always answers the same."""
    return lambda _request: httpx.Response(status, headers=headers, **content)


class Script:
    """A server that answers one thing after another, the last again and again, and remembers what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


SMALL = Caps(connect=1.0, read=1.0, whole=2.0, body=1000)
