"""``POST /webhook/{brand}``: what is signed rightly is imported, whatever its shape; everything else is refused."""

import gzip
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

import api.routes.webhook
from models.database import open_database
from models.errors import InputError
from tests.api.service import NOW, POSTS, Client, check_problem, lines

SECRET = "a secret of the tests, zażółć"
HOOK = "/api/v1/webhook/amber-roast"
AT = int(NOW.timestamp())


@pytest.fixture(autouse=True)
def _is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTENER_WEBHOOK_SECRET", SECRET)


@pytest.fixture
def empty() -> Client:
    """A service that holds nothing."""
    return Client(open_database("sqlite://"))


def headers(body: bytes, at: object = AT, secret: str = SECRET) -> dict[str, str]:
    """The headers that a sender makes, worked out apart from the service's own code."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Listener-Timestamp": str(at), "X-Listener-Signature": f"sha256={digest}"}


def sent(client: Client, body: bytes, path: str = HOOK) -> httpx.Response:
    """A rightly signed request."""
    return client.post(path, content=body, headers=headers(body))


def counts(answer: httpx.Response) -> tuple[int, int]:
    """New and bad posts of an import that went well."""
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result["new_count"], result["bad_count"]


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(POSTS, ensure_ascii=False).encode(),
        json.dumps(POSTS, indent=2).encode(),
        lines(POSTS),
        b"\xef\xbb\xbf" + lines(POSTS),
        gzip.compress(lines(POSTS)),
    ],
    ids=["list", "indented list", "lines", "lines with a mark", "packed lines"],
)
def test_posts_in_every_shape_are_imported_and_labelled(empty: Client, body: bytes) -> None:
    answer = sent(empty, body)
    assert counts(answer) == (len(POSTS), 0)
    assert answer.json()["is_classifying"]
    assert len(empty.posts()) == len(POSTS) - 1  # the brand's own reply is none of its customers' posts
    assert empty.get("/api/v1/health").json()["unlabelled_count"] == 0


@pytest.mark.parametrize("indent", [None, 2])
def test_a_single_post(empty: Client, indent: int | None) -> None:
    body = json.dumps(POSTS[3], indent=indent, ensure_ascii=False).encode()
    assert counts(sent(empty, body)) == (1, 0)
    assert empty.posts()[0]["text"] == POSTS[3]["text"]


def test_the_same_request_again_changes_nothing(empty: Client) -> None:
    body = lines(POSTS)
    sent(empty, body)
    result = sent(empty, body).json()
    assert (result["new_count"], result["unchanged_count"], result["is_classifying"]) == (0, len(POSTS), False)


def test_bad_ones_are_named_by_number_and_the_rest_is_kept(empty: Client) -> None:
    bad: list[Any] = ["a word", {"source": "forum"}, None, POSTS[1] | {"text": "half of an emoji \ud83d"}]
    answer = sent(empty, json.dumps([POSTS[0], *bad, POSTS[2]]).encode())
    assert counts(answer) == (2, 4)
    assert [line["line"] for line in answer.json()["bad_lines"]] == [2, 3, 4, 5]
    answer = sent(empty, lines(POSTS[3:5]) + b"{broken\n" + lines(POSTS[5:]))
    assert counts(answer) == (len(POSTS) - 3, 1)
    assert answer.json()["bad_lines"][0]["line"] == 3


@pytest.mark.parametrize(
    "body", [b"17", b"{broken", b"\xff\xfe\x00", b'{"a":' * 100_000, b'{"n": ' + b"9" * 5000 + b"}"]
)
def test_what_is_no_post_is_a_bad_line(empty: Client, body: bytes) -> None:
    answer = sent(empty, body)
    assert answer.status_code == 400 if body.startswith(b"\xff") else counts(answer) == (0, 1)


@pytest.mark.parametrize(("body", "words"), [(b" \n", "empty"), (b'[{"a": 1}, {"b"', "list"), (b"[" * 99_999, "list")])
def test_what_cannot_be_read_at_all_leaves_no_brand_behind(empty: Client, body: bytes, words: str) -> None:
    check_problem(sent(empty, body), 400, words)
    assert empty.get("/api/v1/brands").json() == []


def test_a_near_miss_of_a_brand_is_refused(client: Client) -> None:
    problem = check_problem(sent(client, lines(POSTS), "/api/v1/webhook/amber-rost"), 422, "amber-roast")
    assert (problem["errors"][0]["parameter"], problem["errors"][0]["place"]) == ("brand", "path")


def test_without_a_secret_there_is_no_webhook(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("", None):
        monkeypatch.delenv("LISTENER_WEBHOOK_SECRET")
        if value is not None:
            monkeypatch.setenv("LISTENER_WEBHOOK_SECRET", value)
        body = lines(POSTS)
        check_problem(client.post(HOOK, content=body, headers=headers(body, secret="")), 404, "LISTENER_WEBHOOK_SECRET")
        monkeypatch.setenv("LISTENER_WEBHOOK_SECRET", SECRET)


BODY = lines(POSTS[:1])
RIGHT = headers(BODY)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"X-Listener-Timestamp": str(AT)},
        {"X-Listener-Signature": RIGHT["X-Listener-Signature"]},
        RIGHT | {"X-Listener-Signature": RIGHT["X-Listener-Signature"].removeprefix("sha256=")},
        RIGHT | {"X-Listener-Signature": RIGHT["X-Listener-Signature"].replace("sha256", "sha1")},
        RIGHT | {"X-Listener-Signature": "sha256="},
        RIGHT | {"X-Listener-Signature": b"sha256=\xe9\xff"},
        RIGHT | {"X-Listener-Timestamp": str(AT + 1)},
        headers(BODY, secret="another"),
        headers(BODY + b" "),
        headers(BODY, at=AT - 301),
        headers(BODY, at=AT + 301),
        headers(BODY, at=f"{AT}.0"),
        headers(BODY, at=f"-{AT}"),
        headers(BODY, at="9" * 5000),
        headers(BODY, at=""),
    ],
    ids=str,
)
def test_everything_else_is_refused(empty: Client, wrong: dict[str, Any]) -> None:
    answer = empty.post(HOOK, content=BODY, headers=wrong)
    problem = check_problem(answer, 401, "X-Listener-")
    assert answer.headers["www-authenticate"]
    assert SECRET not in answer.text
    assert RIGHT["X-Listener-Signature"].removeprefix("sha256=") not in problem["detail"]
    assert empty.get("/api/v1/brands").json() == []


@pytest.mark.parametrize("off", [-300, 300])
def test_a_clock_may_be_five_minutes_off(empty: Client, off: int) -> None:
    assert counts(empty.post(HOOK, content=BODY, headers=headers(BODY, at=AT + off))) == (1, 0)


def test_more_than_the_limit_is_refused(empty: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.routes.webhook, "MOST_BYTES", 100_000)
    body = b"x" * 300_000

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 50_000):
            yield body[start : start + 50_000]

    check_problem(empty.post(HOOK, content=chunks(), headers=headers(body)), 413, "MiB")


def test_a_page_of_another_site_cannot_send(client: Client) -> None:
    answer = client.post(HOOK, content=BODY, headers=RIGHT | {"Origin": "https://evil.example"})
    check_problem(answer, 403)


def test_lists_become_lines() -> None:
    assert api.routes.webhook.as_lines(b'[{"text": "\xe7\x9c\x9f"}, 2]') == b'{"text": "\\u771f"}\n2\n'
    assert api.routes.webhook.as_lines(b"[]") == b""
    with pytest.raises(InputError, match="empty"):
        api.routes.webhook.as_lines(b"\n")


def test_the_headers_are_described(client: Client) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/api/v1/webhook/{brand}"]["post"]
    names = {parameter["name"] for parameter in operation["parameters"]}
    assert names == {"brand", "X-Listener-Timestamp", "X-Listener-Signature"}
    assert {"200", "400", "401", "403", "404", "413", "422"} <= operation["responses"].keys()
