"""Redirects: followed by hand, a few, on the web, and without what was meant for the first host."""

import httpx
import pytest

from models.errors import GarbledError, GoneError, RefusedError
from tests.network.fakes import Script, client, declaration, network

URL = "https://forum.example/posts"
GOOD = httpx.Response(200, json=["ok"])
OWN = {"Authorization": "Bearer abcdef", "X-Api-Key": "abcdef", "Cookie": "a=b", "Accept-Language": "pl"}


def to(location: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "there"),
    [
        ("/new", "https://forum.example/new"),
        ("new?page=2#top", "https://forum.example/new?page=2"),
        ("//other.example/x", "https://other.example/x"),
        ("https://ola:pass@forum.example/x", "https://forum.example/x"),
    ],
)
def test_they_are_followed(status: int, location: str, there: str) -> None:
    server = Script(to(location, status), GOOD)
    answer = client(server).get_json(URL, headers=OWN)
    assert (answer.data, answer.url, str(server.asked[1].url)) == (["ok"], there, there)
    assert server.asked[1].headers.get("authorization") in (None, "Bearer abcdef")


@pytest.mark.parametrize(
    ("start", "location", "is_kept"),
    [
        (URL, "/new", True),
        (URL, "https://forum.example:443/new", True),
        ("http://forum.example/posts", "https://forum.example/posts", True),
        (URL, "http://forum.example/posts", False),
        (URL, "https://other.example/posts", False),
        (URL, "https://api.forum.example/posts", False),
        (URL, "https://forum.example:8443/posts", False),
        ("http://forum.example:8080/posts", "https://forum.example/posts", False),
    ],
)
def test_only_the_same_side_sees_what_was_meant_for_it(start: str, location: str, is_kept: bool) -> None:
    server = Script(to(location), GOOD)
    client(server).get_json(start, headers=OWN)
    sent = server.asked[1].headers
    for name in ("authorization", "x-api-key", "cookie"):
        assert (name in sent) == is_kept, name
    assert sent["accept-language"] == "pl"
    assert sent["user-agent"].startswith("moment-listener/")


def test_what_is_lost_on_the_way_does_not_come_back() -> None:
    server = Script(to("https://other.example/posts"), to("https://forum.example/back"), GOOD)
    client(server).get_json(URL, headers=OWN)
    assert "authorization" not in server.asked[2].headers


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_a_post_stays_one_where_the_status_says_so(status: int, method: str) -> None:
    server = Script(to("/new", status), GOOD)
    client(server).post_json(URL, {"q": 1})
    again = server.asked[1]
    assert (again.method, again.content) == (method, b'{"q": 1}' if method == "POST" else b"")
    assert ("content-type" in again.headers) == (method == "POST")


def test_a_body_is_not_carried_to_another_host() -> None:
    server = Script(to("https://other.example/login", 307), GOOD)
    with pytest.raises(GarbledError, match="points a POST to another host"):
        client(server).post_json(URL, {"password": "abcdef"})
    assert len(server.asked) == 1


@pytest.mark.parametrize("location", ["/posts", "https://forum.example/posts#again", ""])
def test_a_circle_is_noticed(location: str) -> None:
    server = Script(to("/other"), to(location or "/other"))
    with pytest.raises(GarbledError, match="in a circle"):
        client(server).get_json(URL)
    assert len(server.asked) == 2


def test_five_are_enough() -> None:
    steps = [to(f"/{place}") for place in range(6)]
    assert client(Script(*steps[:5], GOOD)).get_json(URL).data == ["ok"]
    server = Script(*steps, GOOD)
    with pytest.raises(GarbledError, match="redirected more than 5 times"):
        client(server).get_json(URL)
    assert len(server.asked) == 6


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://forum.example/", "javascript:1", "http://[::1"])
def test_only_to_the_web(location: str) -> None:
    with pytest.raises(GarbledError, match=r"^forum\.example/posts points to what is no http:// or https:// address$"):
        client(Script(to(location), GOOD)).get_json(URL)


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1/", "http://169.254.169.254/latest", "http://localhost:8080/x", "http://[::1]/"]
)
def test_never_to_a_private_address(location: str) -> None:
    server = Script(to(location), GOOD)
    with pytest.raises(RefusedError, match="allow_private_addresses"):
        client(server).get_json(URL)
    assert len(server.asked) == 1


def test_what_is_missing_there_is_named_there() -> None:
    with pytest.raises(GoneError, match=r"^other\.example/x is not there"):
        client(Script(to("https://other.example/x"), httpx.Response(404))).get_json(URL)


def test_failures_on_the_way_are_tried_again_from_there() -> None:
    server = Script(to("/new"), httpx.Response(500), GOOD)
    shared = network(server)
    assert shared.client(declaration(), {}).get_json(URL).data == ["ok"]
    assert [request.url.path for request in server.asked] == ["/posts", "/new", "/new"]
