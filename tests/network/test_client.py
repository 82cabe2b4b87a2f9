"""What is sent and what comes back: who we say we are, parameters, headers, JSON, text, conditions."""

import json
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from listener.collectors.contract import Client
from listener.network import Network
from models.errors import GarbledError, SourceError
from tests.network.fakes import Script, always, client, declaration, network

URL = "https://forum.example/posts"
POST = {"id": 7, "text": "Laukiau dvi savaites, 但是沒有人回答", "author": "Rasa"}


def echo(request: httpx.Request) -> httpx.Response:
    """Says what it was asked."""
    body = request.content.decode()
    return httpx.Response(200, json={"url": str(request.url), "headers": dict(request.headers), "body": body})


def test_it_is_the_client_that_collectors_are_promised() -> None:
    promised: Client = client(always(json=[]))
    assert promised.get_json(URL).data == []


def test_json_comes_with_its_headers_in_lower_case() -> None:
    answer = client(always(json=[POST], headers={"X-Total": "1", "LINK": "<a>; rel=next"})).get_json(URL)
    assert (answer.status, answer.url, answer.data, answer.is_unchanged) == (200, URL, [POST], False)
    assert answer.headers["x-total"] == "1"
    assert answer.headers["link"] == "<a>; rel=next"


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        (None, ""),
        ("", ""),
        ("https://brand.example/bot", " (+https://brand.example/bot)"),
        ("+ola@brand.example", " (+ola@brand.example)"),
        ("Zoë\r\nX-Evil: 1 (me)", " (+Zoe X-Evil: 1 (me)"),
        ("我們", ""),
    ],
)
def test_we_say_who_we_are(contact: str | None, agent: str) -> None:
    sent = client(echo, contact=contact).get_json(URL, headers={"User-Agent": "Mozilla/5.0"}).data["headers"]
    assert sent["user-agent"] == f"moment-listener/0.1.0{agent}"
    assert "x-evil" not in sent


def test_headers_of_a_collector_go_along() -> None:
    sent = client(echo).get_json(URL, headers={"Accept": "application/activity+json", "X-Api-Key": "abcd\n"}).data
    assert sent["headers"]["accept"] == "application/activity+json"
    assert sent["headers"]["x-api-key"] == "abcd"
    assert sent["headers"]["accept-encoding"] == "gzip"
    assert "cookie" not in sent["headers"]


@pytest.mark.parametrize(
    ("url", "params", "query"),
    [
        (URL, {"q": "kawa & herbata", "none": None}, {"q": ["kawa & herbata"]}),
        (URL, {"any[]": ["a", "b"], "new": True, "n": 5}, {"any[]": ["a", "b"], "new": ["true"], "n": ["5"]}),
        (f"{URL}?q=1&p=2", {"p": 3}, {"q": ["1"], "p": ["3"]}),
        (f"{URL}?q=a%2Fb", {"none": None}, {"q": ["a/b"]}),
        (f"{URL}#part", None, {}),
    ],
)
def test_parameters(url: str, params: dict[str, Any] | None, query: dict[str, list[str]]) -> None:
    asked = httpx.URL(client(echo).get_json(url, params).data["url"])
    assert parse_qs(asked.query.decode()) == query
    assert asked.path == "/posts"
    assert asked.fragment == ""


def test_parameters_that_are_too_long_are_an_error_of_the_source() -> None:
    with pytest.raises(GarbledError, match="too long for an address"):
        client(echo).get_json(URL, {"ids": "x" * 70_000})


def test_a_query_as_it_is_written_is_left_alone() -> None:
    url = f"{URL}?q=a+b%20c&empty=&x"
    assert client(echo).get_json(url).data["url"] == url


def test_a_name_and_password_in_the_address_are_sent_as_such_and_told_nobody() -> None:
    answer = client(echo).get_json("https://ola:t%40jne@forum.example/posts")
    assert answer.data["headers"]["authorization"] == "Basic b2xhOnRAam5l"
    assert (answer.url, answer.data["url"]) == (URL, URL)


def test_posting_json_and_forms() -> None:
    sent = client(echo).post_json(URL, POST).data
    assert json.loads(sent["body"]) == POST
    assert sent["headers"]["content-type"] == "application/json"
    sent = client(echo).post_form(URL, {"q": "kawa i ciasto", "page": "2"}).data
    assert parse_qs(sent["body"]) == {"q": ["kawa i ciasto"], "page": ["2"]}
    assert sent["headers"]["content-type"] == "application/x-www-form-urlencoded"


def test_a_form_may_be_answered_by_text_or_by_guarded_json() -> None:
    text = client(always(text="plain", headers={"content-type": "text/plain"})).post_form(URL, {})
    assert (text.text, text.data) == ("plain", None)
    guarded = client(always(text=")]}'\n[1]", headers={"content-type": "application/json"})).post_form(URL, {})
    assert (guarded.text, guarded.data) == (")]}'\n[1]", None)


@pytest.mark.parametrize(
    ("body", "content_type", "said"),
    [
        (
            "<!DOCTYPE html>\n<title>Just a  moment</title>",
            "text/html; charset=utf-8",
            "but (text/html; charset=utf-8): ",
        ),
        ("<!DOCTYPE html>\n<title>Just a  moment</title>", "text/html", "<!DOCTYPE html> <title>Just a moment</title>"),
        ('{"posts": [', "application/json", '(application/json): {"posts": ['),
        ("[NaN]", "application/json", ": [NaN]"),
        ("", "application/json", "sent nothing where JSON was expected (application/json)"),
        (" \n", "", "sent nothing where JSON was expected"),
        ("x" * 500, "text/plain", f"(text/plain): {'x' * 80}"),
        ("\x1b[2Jno", "text/plain", ": [2Jno"),
    ],
)
@pytest.mark.parametrize("is_post", [False, True])
def test_what_is_no_json_is_shown_by_its_start(body: str, content_type: str, said: str, is_post: bool) -> None:
    asked = client(always(content=body.encode(), headers={"content-type": content_type}))
    with pytest.raises(GarbledError) as raised:
        asked.post_json(f"{URL}?key=1", {}) if is_post else asked.get_json(f"{URL}?key=1")
    message = str(raised.value)
    assert message.startswith("forum.example/posts sent no")
    assert said in message
    assert message.isprintable()
    assert len(message) < 200


def test_text_is_decoded() -> None:
    body = "<p>שירות מצוין</p>".encode("cp1255")
    answer = client(always(content=body, headers={"content-type": "text/html; charset=windows-1255"})).get_text(URL)
    assert (answer.text, answer.data) == ("<p>שירות מצוין</p>", None)


def test_an_unchanged_answer_is_told_by_its_validators() -> None:
    first = httpx.Response(200, text="feed", headers={"ETag": '"a"', "Last-Modified": "Mon, 02 Nov 2026 11:00:00 GMT"})
    server = Script(first, httpx.Response(304, headers={"ETag": '"b"'}))
    asked = client(server)
    answer = asked.get_text(URL)
    assert answer.validators == {"etag": '"a"', "last-modified": "Mon, 02 Nov 2026 11:00:00 GMT"}
    again = asked.get_text(URL, validators={**answer.validators, "other": "x"})
    assert (again.is_unchanged, again.text, again.status) == (True, "", 304)
    assert again.validators == {**answer.validators, "etag": '"b"'}
    sent = server.asked[1].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"a"', "Mon, 02 Nov 2026 11:00:00 GMT")
    assert "other" not in sent
    assert "if-none-match" not in server.asked[0].headers
    assert asked.get_json(URL, headers={"If-None-Match": '"b"'}).is_unchanged
    unread = asked.get_json(URL, validators={"etag": '"a"'})
    assert (unread.is_unchanged, unread.data, unread.validators) == (True, None, {"etag": '"b"'})


def test_a_304_that_nobody_asked_for_is_an_error() -> None:
    for ask in (client(always(304)).get_text, client(always(304)).get_json):
        with pytest.raises(SourceError, match="304"):
            ask(URL)


@pytest.mark.parametrize(
    "url", ["", "forum.example/posts", "ftp://forum.example", "file:///etc/passwd", "https://", "http://[::1"]
)
def test_only_web_addresses_are_asked(url: str) -> None:
    with pytest.raises(GarbledError, match=r"no http:// or https:// address"):
        client(always()).get_text(url)


def test_cookies_are_not_kept() -> None:
    server = Script(httpx.Response(200, json=[], headers={"set-cookie": "id=1; Path=/"}))
    asked = client(server)
    asked.get_json(URL)
    asked.get_json(URL)
    assert "cookie" not in server.asked[1].headers


def test_only_secrets_that_are_set_are_there() -> None:
    shared = network(always())
    assert shared.client(declaration(secrets=("key", "token")), {"key": " abc\n", "token": ""}).secrets == {
        "key": "abc"
    }


def test_a_network_closes_what_it_opened() -> None:
    class Closing(httpx.MockTransport):
        is_closed = False

        def close(self) -> None:
            self.is_closed = True

    transport = Closing(always(json=[]))
    with Network(None, transport=transport) as shared:
        assert shared.request_counts == {}
    assert transport.is_closed
