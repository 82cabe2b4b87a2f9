"""Messages: what went wrong, where, and what to do; never a query, a header or a secret."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import structlog

from listener.network import PoliteClient
from listener.network.failures import message_of
from models.errors import BusyError, GarbledError, GoneError, RefusedError, SourceError, UnreachableError
from tests.network.fakes import SMALL, FakeTime, Handler, Script, always, client, declaration, network

SECRET = "s3cr3t/with+signs"
URL = f"https://forum.example/v1/posts?key={SECRET}&q=kawa"


def failure(handler: Handler, url: str = URL, **given: Any) -> SourceError:
    with pytest.raises(SourceError) as raised:
        client(handler, **given).get_json(url)
    assert "\n" not in str(raised.value)
    return raised.value


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (400, SourceError, "forum.example/v1/posts answered 400: no such page"),
        (401, RefusedError, "forum.example/v1/posts refused with 401: no such page"),
        (403, RefusedError, "refused with 403"),
        (404, GoneError, "is not there (404)"),
        (410, GoneError, "is not there (410)"),
        (418, SourceError, "answered 418"),
        (429, BusyError, "again and again to come back later"),
        (500, UnreachableError, "answered 500, an error of the server's own: no such page; the next run tries again"),
        (501, UnreachableError, "answered 501"),
        (503, UnreachableError, "answered 503"),
        (522, UnreachableError, "answered 522"),
        (300, SourceError, "answered 300"),
        (302, SourceError, "answered 302"),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[SourceError], words: str) -> None:
    error = failure(always(status, json={"error": {"message": "no such page"}}))
    assert type(error) is kind
    assert words in str(error)


def test_a_refusal_names_the_variables_to_set_or_to_check() -> None:
    shared = network(always(401))
    declared = declaration("stack_exchange", secrets=("key", "token"))
    for given, advice in [
        ({}, "; set LISTENER_STACK_EXCHANGE_KEY and LISTENER_STACK_EXCHANGE_TOKEN"),
        ({"key": "abcd"}, "; set LISTENER_STACK_EXCHANGE_TOKEN"),
        ({"key": "abcd", "token": "efgh"}, "; check LISTENER_STACK_EXCHANGE_KEY and LISTENER_STACK_EXCHANGE_TOKEN"),
    ]:
        with pytest.raises(RefusedError, match=rf"refused with 401{advice}$"):
            shared.client(declared, given).get_json(URL)
    assert str(failure(always(401))) == "forum.example/v1/posts refused with 401"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), "cannot be reached: [Errno 111] Connection refused"),
        (httpx.ConnectTimeout("x"), "did not answer in time"),
        (httpx.ReadTimeout("x"), "did not answer in time"),
        (httpx.RemoteProtocolError("x"), "broke off before its answer was whole"),
        (httpx.ReadError("x"), "broke off before its answer was whole"),
        (httpx.ProxyError("x"), "through the proxy: check HTTPS_PROXY"),
    ],
)
def test_no_answer_is_said_in_words(error: Exception, words: str) -> None:
    said = failure(Script(error))
    assert type(said) is UnreachableError
    assert str(said).startswith("forum.example/v1/posts ")
    assert words in str(said)


def test_an_answer_that_never_ends_is_given_up() -> None:
    time = FakeTime()
    asked: list[httpx.Request] = []

    def drip(request: httpx.Request) -> httpx.Response:
        asked.append(request)

        def pieces() -> Iterator[bytes]:
            while True:
                time.now += 0.5
                yield b" "

        return httpx.Response(200, content=pieces())

    with pytest.raises(UnreachableError, match="took longer than 2 s"):
        client(drip, time, caps=SMALL).get_text(URL)
    assert len(asked) == 1, "trying again would take as long again"


def test_an_answer_that_is_too_large_is_refused() -> None:
    with pytest.raises(GarbledError, match=r"^forum.example/v1/posts: the answer is larger than 1,000 bytes$"):
        client(always(text="x" * 1001), caps=SMALL).get_text(URL)


SAYING: list[Callable[[str], Handler]] = [
    lambda word: always(400, json={"message": f"bad key {word}"}),
    lambda word: always(403, text=f"<p>{word}</p>"),
    lambda word: always(404, json=[f"no {word}"]),
    lambda word: always(500, text=word),
    lambda word: always(200, text=f"no JSON {word}"),
    lambda word: always(302, headers={"location": f"ftp://x.example/{word}"}),
    lambda word: always(302, headers={"location": f"/v1/posts?key={word}"}),
    lambda word: Script(httpx.RemoteProtocolError(word)),
    lambda word: Script(httpx.LocalProtocolError(f"Illegal header value {word}")),
]


@pytest.mark.parametrize("saying", SAYING)
@pytest.mark.parametrize("way", ["query", "header", "path", "set"])
def test_secrets_stay_out_of_messages_and_logs(saying: Callable[[str], Handler], way: str) -> None:
    handler = saying(SECRET)
    headers = {"Authorization": f"Bearer {SECRET}"} if way == "header" else {}
    secrets = {} if way == "header" else {"key": SECRET}
    url = {"query": URL, "path": f"https://forum.example/bot{SECRET}/posts"}.get(way, "https://forum.example/v1/posts")
    asked = client(handler, secrets=secrets)
    with structlog.testing.capture_logs() as logs, pytest.raises(SourceError) as raised:
        asked.get_json(url, headers=headers)
    error: BaseException | None = raised.value
    while error:
        assert SECRET not in str(error)
        error = error.__cause__
    assert logs
    assert SECRET not in str(logs)
    assert "kawa" not in str(logs)


@pytest.mark.parametrize("value", ["clé-secrète", "two\r\nlines"])
def test_a_secret_that_no_header_can_hold_is_not_repeated(value: str) -> None:
    asked = client(always(json=[]), secrets={"key": value})
    if "\n" in value:
        asked = client(Script(httpx.LocalProtocolError(f"Illegal header value {value!r}")), secrets={"key": value})
    with pytest.raises(SourceError, match="a header cannot be sent; look for line breaks") as raised:
        asked.get_json(URL, headers={"X-Key": value})
    assert raised.value.__cause__ is None
    assert value not in str(raised.value)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/@kasia_k/posts", "/*/posts"),
        ("/users/kasia/posts", "/users/*/posts"),
        ("/u/kasia.json", "/u/*"),
        ("/xrpc/feed/did:plc:abc123", "/xrpc/feed/*"),
        ("/.well-known/x/kasia%40a.example", "/.well-known/x/*"),
        ("/t/1234.json", "/t/1234.json"),
        ("/users", "/users"),
    ],
)
def test_people_are_not_named_in_logs(path: str, shown: str) -> None:
    with structlog.testing.capture_logs() as logs:
        client(always(json=[])).get_json(f"https://forum.example{path}?q=kasia")
    assert [(log["host"], log["path"], log["status"]) for log in logs] == [("forum.example", shown, 200)]
    assert set(logs[0]) == {"event", "log_level", "host", "path", "status", "ms"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"message": "too long"}', "too long"),
        ('{"error": {"code": 3, "message": "too long"}}', "too long"),
        ('{"errors": [{"detail": "too long"}]}', "too long"),
        ('{"error": "invalid", "error_description": "too long"}', "too long"),
        ('{"error": true}', ""),
        ('{"a": 1}', ""),
        ("[]", ""),
        ("<h1>Za\nwolno</h1><p>spróbuj później</p>", "Za wolno spróbuj później"),
        ("x" * 300, "x" * 120),
        ("\x1b[31mred\x00", "[31mred"),
        ("", ""),
    ],
)
def test_the_server_s_own_words(body: str, said: str) -> None:
    assert message_of(body, ()) == said


def test_a_secret_at_the_end_of_a_long_path_is_not_cut_into_view() -> None:
    url = f"https://forum.example/{'a' * 110}{SECRET}/posts"
    assert "s3cr" not in str(failure(always(404), url, secrets={"key": SECRET}))


def test_a_client_s_failure_leaves_it_usable() -> None:
    server = Script(httpx.Response(404), httpx.Response(200, json=[1]))
    asked: PoliteClient = client(server)
    with pytest.raises(GoneError):
        asked.get_json(URL)
    assert asked.get_json(URL).data == [1]
