"""``GET /posts``: paging, cursors, each filter; one post with its thread."""

import base64
import json
from typing import Any

import pytest

from tests.api.service import POSTS, Client, add, check_problem, post


def test_paging_yields_each_post_once_newest_first(client: Client) -> None:
    add(client.engine, [post(f"m{n}", f"same minute number {n}", "11-10 10:00") for n in range(9)])
    seen: list[str] = []
    cursor: str | None = None
    pages = 0
    while True:
        more = {"cursor": cursor} if cursor else {}
        body = client.get("/api/v1/posts", brand="amber-roast", limit=3, **more).json()
        seen += [one["source_id"] for one in body["posts"]]
        pages += 1
        cursor = body["next_cursor"]
        if cursor is None:
            break
    whole = client.posts(limit=200)
    assert seen == [one["source_id"] for one in whole]
    assert len(seen) == len(set(seen)) == len(POSTS) - 1 + 9
    assert pages == -(-len(seen) // 3)
    times = [one["published_at"] for one in whole]
    assert times == sorted(times, reverse=True)


def test_a_page_says_as_of_when_and_what_was_covered(client: Client) -> None:
    body = client.get("/api/v1/posts", brand="amber-roast", limit=1).json()
    assert body["as_of"] == "2026-11-21T12:00:00Z"
    assert [row["source"] for row in body["coverage"]] == ["app_store", "bluesky", "mastodon"]
    assert body["coverage"][0]["reply_visibility"] == "not_exposed"


def test_a_cursor_keeps_the_time_of_its_list(client: Client) -> None:
    first = client.get("/api/v1/posts", brand="amber-roast", limit=1, as_of="2026-11-10T00:00:00Z").json()
    second = client.get("/api/v1/posts", brand="amber-roast", limit=1, cursor=first["next_cursor"]).json()
    assert second["as_of"] == first["as_of"] == "2026-11-10T00:00:00Z"


def _word(said: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense!",
        "abc",
        _word({}),
        _word([]),
        _word(["2026-11-01", 1, "2026-11-01"]),
        _word(["2026-11-01T00:00:00Z", "1", "2026-11-01T00:00:00Z"]),
        _word(["2026-11-01T00:00:00Z", 10**30, "2026-11-01T00:00:00Z"]),
        _word(["2026-11-01T00:00:00Z", True, "2026-11-01T00:00:00Z"]),
        _word([1, 2, 3]),
    ],
)
def test_a_broken_cursor_is_a_problem(client: Client, cursor: str) -> None:
    problem = check_problem(client.get("/api/v1/posts", brand="amber-roast", cursor=cursor), 400, "cursor")
    assert problem["type"].endswith("invalid-cursor")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"source": "app_store"}, "86"),
        ({"stage": "umot"}, "65"),
        ({"sentiment": "positive"}, "65"),
        ({"language": "he"}, "4"),
        ({"language": "zh"}, "5"),
        ({"complaint": "true"}, "78431"),
        ({"complaint": "false"}, "65"),
        ({"state": "answered"}, "1"),
        ({"state": "unanswered"}, "43"),
        ({"state": "too_early"}, "7"),
        ({"state": "unknown"}, "8"),
        ({"state": "not_needed"}, "65"),
        ({"relation": "direct"}, "861"),
        ({"from_": "2026-11-05", "to": "2026-11-06T10:00:00Z"}, "6"),
        ({"as_of": "2026-11-02T00:00:00Z"}, "1"),
        ({"as_of": "2026-11-01T12:00:00Z", "state": "too_early"}, "1"),
        ({"q": "PARCEL"}, "7"),
        ({"q": "voucher</b>"}, "3"),
        ({"q": "%"}, ""),
        ({"q": "", "stage": "", "complaint": ""}, "7865431"),
        ({"stage": "smot", "source": "mastodon", "language": "he"}, "4"),
    ],
)
def test_each_filter(client: Client, filters: dict[str, str], expected: str) -> None:
    assert "".join(one["source_id"] for one in client.posts(**filters)) == expected


@pytest.mark.parametrize("name", ["stage", "sentiment", "complaint", "state", "relation", "limit", "from_", "as_of"])
def test_a_wrong_filter_is_named(client: Client, name: str) -> None:
    problem = check_problem(client.get("/api/v1/posts", brand="amber-roast", **{name: "wrong"}), 422)
    assert [fault["parameter"] for fault in problem["errors"]] == [name.rstrip("_")]


def test_all_wrong_parameters_are_listed_at_once(client: Client) -> None:
    problem = check_problem(client.get("/api/v1/posts", limit=0, stage="x", sentimnt="negative"), 422)
    assert {fault["parameter"] for fault in problem["errors"]} == {"brand", "limit", "stage", "sentimnt"}


def test_times_that_make_no_sense(client: Client) -> None:
    check_problem(client.get("/api/v1/posts", brand="amber-roast", as_of="2030-01-01"), 422, "future")
    check_problem(client.get("/api/v1/posts", brand="amber-roast", from_="2026-11-02", to="2026-11-01"), 422, "before")


def test_one_post_has_labels_and_its_whole_thread(client: Client) -> None:
    id = client.posts(q="machine leaks")[0]["id"]
    body = client.get(f"/api/v1/posts/{id}").json()
    (view,) = body["brands"]
    assert (view["brand"], view["state"], view["stage"]) == ("amber-roast", "answered", "smot")
    assert view["label"]["model"] == "by hand 1"
    assert sum(view["label"]["stage_probabilities"].values()) == pytest.approx(1)
    assert [(one["is_own"], one["reply_kind"]) for one in body["thread"]] == [(False, None), (True, "answer")]
    assert body["thread"][1]["author"]["owned_by"] == "amber-roast"
    reply = client.get(f"/api/v1/posts/{body['thread'][1]['id']}").json()
    assert reply["brands"][0]["relation"] == "own"
    assert reply["brands"][0]["state"] is None
    assert [one["id"] for one in reply["thread"]] == [one["id"] for one in body["thread"]]
