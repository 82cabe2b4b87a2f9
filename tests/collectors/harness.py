"""Replays recorded exchanges to a collector through the real client: tests/data/<source>/<case>.json."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from listener.collectors import Collector, collector
from listener.collectors.contract import Gone, GoneAuthor, Page, Pause, Shortfall, SourceOptions, ThreadRef, Window
from listener.network import Caps, Network
from listener.network.redirects import Ask
from listener.network.websocket import Closed, Turned, Wire
from listener.pipeline.arriving import UNREADABLE, digest
from models.postdata import PostData

DATA = Path(__file__).parents[1] / "data"
Answerer = Callable[[httpx.Request], httpx.Response]
_START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(slots=True)
class Time:
    """A clock that only sleeping moves; ``slept`` are the pauses, in seconds."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return datetime.fromtimestamp(_START.timestamp() + self.seconds, UTC)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += max(0.0, seconds)


@dataclass(slots=True)
class Outcome:
    """What came out of a pass: posts as JSON, ids of gone ones, bad posts, shortfalls, cursors, requests made.

    ``pauses`` are the reasons for which it stopped before the end.
    """

    posts: list[dict[str, Any]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    gone_authors: list[str] = field(default_factory=list)
    pauses: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    shortfalls: list[str] = field(default_factory=list)
    cursors: list[str | None] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)


class Case:
    """One recorded case: options, window, and a server that answers as it was recorded."""

    def __init__(self, source: str, name: str) -> None:
        self.collector: Collector = collector(source)
        self.said = json.loads((DATA / source / f"{name}.json").read_text("utf-8"))
        self.options: SourceOptions = self.collector.Options.model_validate(self.said["options"])
        self.secrets: dict[str, str] = self.said.get("secrets", {})
        self.used: set[int] = set()
        self.requests: list[httpx.Request] = []

    @staticmethod
    def has_expected(source: str, name: str) -> bool:
        """Whether what is expected of it is written down."""
        return (DATA / source / f"{name}.expected.json").exists()

    def expected(self, source: str, name: str) -> dict[str, Any]:
        """What is expected of it."""
        found: dict[str, Any] = json.loads((DATA / source / f"{name}.expected.json").read_text("utf-8"))
        return found

    @property
    def window(self) -> Window:
        """The stretch of time asked for."""
        said = self.said.get("window") or {}
        times = {key: datetime.fromisoformat(said[key]) if said.get(key) else None for key in ("since", "until")}
        return Window(times["since"], times["until"], said.get("cursor"), tuple(said.get("terms") or ()))

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The first fitting exchange not used so far, else the last fitting one."""
        self.requests.append(request)
        fitting = [place for place, said in enumerate(self.said["exchanges"]) if _fits(said, request)]
        assert fitting, f"nothing recorded answers {request.method} {request.url}"
        place = next((place for place in fitting if place not in self.used), fitting[-1])
        self.used.add(place)
        return response_of(self.said["exchanges"][place])

    def run(
        self,
        answer: Answerer | None = None,
        time: Time | None = None,
        cursor: str | None = None,
        outcome: Outcome | None = None,
    ) -> Outcome:
        """One pass (of the thread, where the case has one) against the recorded server or another one.

        ``outcome`` is filled as the pass goes on, for passes that end in an error.
        """
        outcome = Outcome() if outcome is None else outcome
        with network_over(answer or self.answer, time or Time()) as network:
            client = network.client(self.collector.DECLARATION, self.secrets)
            for page in self._pages(client, cursor):
                if isinstance(page, Shortfall):
                    outcome.shortfalls.append(page.reason)
                elif isinstance(page, Pause):
                    outcome.pauses.append(page.reason)
                else:
                    self._read(page, outcome)
        return outcome

    def pages_until_repeat(self, answer: Answerer) -> int:
        """How many pages a pass has, read as the runner does: one that says what an earlier one said ends it."""
        seen: set[str] = set()
        with network_over(answer, Time()) as network:
            client = network.client(self.collector.DECLARATION, self.secrets)
            for page in self.collector.fetch(client, self.options, self.window):
                if isinstance(page, Shortfall | Pause):
                    continue
                if digest(page) in seen:
                    break
                seen.add(digest(page))
        return len(seen)

    def _pages(self, client: Any, cursor: str | None) -> Iterator[Page | Shortfall | Pause]:
        thread = self.said.get("thread")
        if thread:
            known = ThreadRef(thread["root_source_id"], tuple(thread.get("post_source_ids", ())))
            yield from self.collector.fetch_thread(client, self.options, known)  # type: ignore[attr-defined]
            return
        window = self.window
        if cursor is not None:
            window = Window(window.since, window.until, cursor, window.terms)
        yield from self.collector.fetch(client, self.options, window)

    def _read(self, page: Page, outcome: Outcome) -> None:
        outcome.cursors.append(page.cursor)
        outcome.pages.append(page)
        for raw in self.collector.split(page.data):
            try:
                parsed = self.collector.parse(raw, self.options)
            except UNREADABLE as error:
                outcome.bad.append(repr(error))
                continue
            if isinstance(parsed, Gone):
                outcome.gone.append(parsed.source_id)
            elif isinstance(parsed, GoneAuthor):
                outcome.gone_authors.append(parsed.source_id)
            elif isinstance(parsed, PostData):
                outcome.posts.append(parsed.model_dump(mode="json", exclude_defaults=True))


def network_over(answer: Answerer, time: Time) -> Network:
    """The real client over a function that answers, with time that only sleeping moves; no host has a robots.txt."""

    def of_host(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404) if request.url.path == "/robots.txt" else answer(request)

    def dial(ask: Ask, _caps: Caps) -> Wire:
        return Recorded(answer(httpx.Request("GET", ask.url, headers=dict(ask.headers))))

    transport = httpx.MockTransport(of_host)
    clock, wall, sleep = time.monotonic, time.wall, time.sleep
    return Network("t@example.org", transport=transport, dial=dial, clock=clock, wall=wall, sleep=sleep)


class Recorded:
    """A WebSocket whose messages are the lines of an answer; one with another status than 101 is none."""

    def __init__(self, answer: httpx.Response) -> None:
        if answer.status_code != 101:
            raise Turned(answer.status_code, dict(answer.headers), answer.content)
        self.left = answer.text.splitlines()

    def receive(self, seconds: float) -> str | None:  # noqa: ARG002
        if not self.left:
            raise Closed
        return self.left.pop(0)

    def is_answering(self, seconds: float) -> bool:  # noqa: ARG002
        return True

    def close(self) -> None:
        """Nothing is open."""


def cases_of(source: str) -> list[str]:
    """Names of the recorded cases of a source."""
    files = (DATA / source).glob("*.json") if (DATA / source).is_dir() else iter(())
    return sorted(file.stem for file in files if not file.name.endswith(".expected.json"))


def response_of(said: dict[str, Any]) -> httpx.Response:
    """An exchange's answer."""
    status, headers = said.get("status", 200), said.get("headers", {})
    if "messages" in said:
        lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in said["messages"]]
        return httpx.Response(101, text="\n".join(lines))
    if "json" in said:
        return httpx.Response(status, headers=headers, json=said["json"])
    return httpx.Response(status, headers=headers, text=said.get("text", ""))


def _fits(said: dict[str, Any], request: httpx.Request) -> bool:
    if said.get("method", "GET") != request.method or said["path"] != request.url.path:
        return False
    if "host" in said and said["host"] != request.url.netloc.decode():
        return False
    given = request.url.params
    return all(
        (key not in given) if value is None else given.get(key) == str(value)
        for key, value in said.get("query", {}).items()
    )
