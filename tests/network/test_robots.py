"""robots.txt and X-Robots-Tag: asked once, kept a day, refused where in doubt."""

import httpx
import pytest

from listener.network import is_noindex
from listener.network.robots import is_allowed
from models.errors import GoneError
from tests.network.fakes import FakeTime, Script, always, client

RULES = "\ufeffUser-agent: moment-listener\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n"


def robots(text: str = RULES) -> httpx.Response:
    return httpx.Response(200, text=text)


def test_our_own_rules_come_before_everyone_s() -> None:
    asked = client(always(text=RULES))
    assert asked.may_fetch("https://forum.example/posts?page=2")
    assert not asked.may_fetch("https://forum.example/private/1")
    assert not client(always(text="User-agent: *\nDisallow: /")).may_fetch("https://forum.example/posts")
    assert client(always(text="")).may_fetch("https://forum.example/posts")


def test_a_host_is_asked_once_a_day() -> None:
    time, server = FakeTime(), Script(robots())
    asked = client(server, time)
    for path in ("a", "b", "c"):
        asked.may_fetch(f"https://forum.example/{path}")
    assert [str(request.url) for request in server.asked] == ["https://forum.example/robots.txt"]
    asked.may_fetch("https://other.example/a")
    time.now += 86_401
    asked.may_fetch("https://ola:pass@forum.example/a")
    assert len(server.asked) == 3
    assert str(server.asked[2].url) == "https://forum.example/robots.txt"


@pytest.mark.parametrize(
    ("answer", "is_fine"),
    [(404, True), (410, True), (400, True), (401, False), (403, False), (429, False), (500, False), (503, False)],
)
def test_no_robots_txt_allows_all_and_a_failing_host_nothing(answer: int, is_fine: bool) -> None:
    assert client(always(answer)).may_fetch("https://forum.example/posts") is is_fine


def test_after_a_failure_it_is_asked_again_soon() -> None:
    time, server = FakeTime(), Script(*[httpx.Response(500)] * 5, robots())
    asked = client(server, time)
    assert not asked.may_fetch("https://forum.example/posts")
    assert not asked.may_fetch("https://forum.example/posts")
    assert len(server.asked) == 5
    time.now += 601
    assert asked.may_fetch("https://forum.example/posts")


def test_it_can_be_asked_without_a_client() -> None:
    assert is_allowed(lambda _url: RULES, "https://forum.example/posts")
    assert not is_allowed(lambda _url: RULES, "https://forum.example/posts", "other")

    def gone(_url: str) -> str:
        raise GoneError("404")

    assert is_allowed(gone, "https://forum.example/posts")


@pytest.mark.parametrize(
    ("tag", "is_closed"),
    [
        ("noindex", True),
        ("nofollow, NOINDEX", True),
        ("none", True),
        ("moment-listener: noindex", True),
        ("*: noindex", True),
        ("otherbot: noindex, nofollow", False),
        ("otherbot: nofollow, moment-listener: noindex", True),
        ("unavailable_after: 25 Jun 2027 15:00:00 UTC, noindex", True),
        ("max-snippet: 20", False),
        ("nofollow", False),
        ("index", False),
        ("", False),
    ],
)
def test_the_header_that_forbids_indexing(tag: str, is_closed: bool) -> None:
    assert is_noindex({"x-robots-tag": tag}) is is_closed
    assert not is_noindex({})
