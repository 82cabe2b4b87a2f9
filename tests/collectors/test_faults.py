"""Every collector against servers in trouble: refusing, busy, slow, cut off, talking nonsense."""

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from listener.collectors import names
from listener.pipeline.arriving import UNREADABLE
from models.errors import BusyError, GarbledError, GoneError, RefusedError, SourceError, UnreachableError
from tests.collectors.harness import Case, Time

SOURCES = names()
Handler = Callable[[httpx.Request], httpx.Response]
REFUSALS = [(401, RefusedError), (403, RefusedError), (404, GoneError), (410, GoneError), (400, SourceError)]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(("status", "error"), REFUSALS)
def test_refusals_are_errors_that_say_which(source: str, status: int, error: type[SourceError]) -> None:
    case = Case(source, "full")
    tolerated = case.said.get("tolerates", [])
    if status in tolerated:
        assert case.run(lambda _request: httpx.Response(status, json={"error": "no"})).posts == []
        return
    with pytest.raises(error) as caught:
        case.run(lambda _request: httpx.Response(status, json={"error": "no"}))
    assert "\n" not in str(caught.value)
    for secret in case.secrets.values():
        assert secret not in str(caught.value)


WAITS: list[tuple[str, dict[str, str], float]] = [
    ("Retry-After in seconds", {"Retry-After": "7"}, 7),
    ("Retry-After as a date", {"Retry-After": "Fri, 20 Nov 2026 12:00:07 GMT"}, 7),
    ("reset in seconds", {"RateLimit-Remaining": "0", "RateLimit-Reset": "7"}, 7),
    ("reset as epoch", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795176007"}, 7),
    ("reset as ISO time", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-11-20T12:00:07.000Z"}, 7),
    ("nothing said", {}, 0),
]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("headers", "wait"), [(headers, wait) for _, headers, wait in WAITS], ids=[w[0] for w in WAITS]
)
def test_a_busy_server_is_waited_for(source: str, headers: dict[str, str], wait: float) -> None:
    case, time = Case(source, "full"), Time()
    outcome = case.run(_after(case, [httpx.Response(429, headers=headers)]), time)
    assert outcome.posts == case.expected(source, "full")["posts"]
    assert sum(time.slept) >= wait


@pytest.mark.parametrize("source", SOURCES)
def test_a_server_that_stays_busy_is_left_alone(source: str) -> None:
    with pytest.raises(BusyError):
        Case(source, "full").run(lambda _request: httpx.Response(429, headers={"Retry-After": "86400"}))


def _fail(error: Exception) -> Handler:
    def handler(_request: httpx.Request) -> httpx.Response:
        raise error

    return handler


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("fault", ["500", "503", "timeout", "cut off"])
def test_passing_trouble_costs_nothing(source: str, fault: str) -> None:
    case = Case(source, "full")
    troubles: dict[str, httpx.Response | Exception] = {
        "500": httpx.Response(500),
        "503": httpx.Response(503),
        "timeout": httpx.ReadTimeout("slow"),
        "cut off": httpx.RemoteProtocolError("cut off"),
    }
    assert case.run(_after(case, [troubles[fault]])).posts == case.expected(source, "full")["posts"]


@pytest.mark.parametrize("source", SOURCES)
def test_lasting_trouble_is_an_error(source: str) -> None:
    for handler in (
        lambda _request: httpx.Response(502),
        _fail(httpx.ConnectError("nobody")),
        _fail(httpx.ReadTimeout("slow")),
    ):
        with pytest.raises(UnreachableError):
            Case(source, "full").run(handler)


GARBLED = {
    "truncated": '{"data": [{"id": 1, "te',
    "a page for people": "<!doctype html><html><head><title>Sign in</title></head><body>Please sign in</body></html>",
    "nothing": "",
    "a number": "17",
    "a bare word": '"ok"',
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("said", GARBLED.values(), ids=GARBLED)
def test_garbage_is_an_error_or_bad_posts_and_never_a_post(source: str, said: str) -> None:
    kind = "text/html" if said.startswith("<") else "application/json"
    with pytest.raises((GarbledError, *UNREADABLE)):
        Case(source, "full").run(lambda _request: httpx.Response(200, text=said, headers={"content-type": kind}))


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("wrong", [None, 7, "text", [], {}], ids=["null", "number", "text", "list", "object"])
def test_a_value_of_the_wrong_type_spoils_one_post_at_most(source: str, wrong: Any) -> None:
    """Each part of each raw post is replaced in turn: parsing gives a post or refuses, and never fails otherwise."""
    case = Case(source, "full")
    pages = case.run().pages
    tried = 0
    for page in pages:
        for raw in case.collector.split(page.data):
            for changed in _spoiled(json.loads(json.dumps(raw, default=str)), wrong):
                with contextlib.suppress(*UNREADABLE):
                    case.collector.parse(changed, case.options)
                tried += 1
    assert tried


@pytest.mark.parametrize("source", SOURCES)
def test_a_huge_page_is_refused(source: str) -> None:
    with pytest.raises(GarbledError):
        Case(source, "full").run(lambda _request: httpx.Response(200, text="[" + " " * 21_000_000 + "]"))


def _spoiled(raw: Any, wrong: Any) -> Iterator[Any]:
    for path in _paths(raw):
        changed = json.loads(json.dumps(raw))
        at = changed
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = wrong
        yield changed


def _paths(raw: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    for key, value in members:
        yield (*before, key)
        yield from _paths(value, (*before, key))


def _after(case: Case, troubles: list[httpx.Response | Exception]) -> Handler:
    """The recorded server behind some trouble."""
    left = list(troubles)

    def handler(request: httpx.Request) -> httpx.Response:
        if left:
            trouble = left.pop(0)
            if isinstance(trouble, Exception):
                raise trouble
            return trouble
        return case.answer(request)

    return handler
