"""Sources that say "not modified": a pass then costs one such answer a listing, and counts as a check all the same."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.collecting.clock import START, SimulatedClock, SimulatedNetwork
from tests.collecting.listening import Listening, listening, settings_for

LONG_AGO = START - timedelta(days=20)


class Repository:
    """Issues and comments of one GitHub repository. ``asked``: path, number asked for and status of each request."""

    def __init__(self) -> None:
        self.listings: dict[str, list[dict[str, Any]]] = {"issues": [], "comments": []}
        self.asked: list[tuple[str, str, int]] = []

    def write(self, at: datetime, text: str, *, is_comment: bool = False) -> None:
        entries = self.listings["comments" if is_comment else "issues"]
        number = len(entries) + 1
        page = f"https://github.com/kvarna/app/issues/{1 if is_comment else number}"
        entries.append(
            {
                "html_url": f"{page}#issuecomment-{number}" if is_comment else page,
                "title": f"Issue {number}",
                "body": text,
                "user": {"id": number, "login": f"user{number}"},
                "created_at": at.isoformat(),
                "updated_at": at.isoformat(),
            }
        )

    def respond(self, request: httpx.Request) -> httpx.Response:
        name, params = request.url.path.rpartition("/")[2], request.url.params
        issues, comments = self.listings.values()
        for number, issue in enumerate(issues, start=1):
            issue["comments"] = len(comments) if number == 1 else 0
        if name.isdigit():
            return httpx.Response(200, json=issues[int(name) - 1])
        if "/issues/1/" in request.url.path:
            return httpx.Response(200, json=comments)
        since = params.get("since")
        found = [one for one in self.listings[name] if since is None or one["updated_at"] >= since]
        found.sort(key=lambda one: str(one["updated_at"]), reverse=params["direction"] == "desc")
        body = json.dumps(found[: int(params["per_page"])])
        tag = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:8]}"'
        status = 304 if request.headers.get("if-none-match") == tag else 200
        self.asked.append((name, params["per_page"], status))
        return httpx.Response(status, headers={"etag": tag}, text="" if status == 304 else body)


@pytest.fixture
def repository() -> Repository:
    return Repository()


@pytest.fixture
def github(tmp_path: Path, repository: Repository) -> Iterator[Listening]:
    settings = settings_for(tmp_path / "posts.db", {"name": "github", "repositories": ["kvarna/app"]})
    with listening(settings, SimulatedNetwork(SimulatedClock(), repository.respond), START) as found:
        yield found


def test_a_repository_in_which_nothing_happened_costs_nothing(repository: Repository, github: Listening) -> None:
    repository.write(LONG_AGO, "Kava iš Amber Roast automato per karšta.")
    repository.write(LONG_AGO + timedelta(days=1), "Mnie też się to zdarzyło.", is_comment=True)
    (summary,) = github.collect()
    assert summary.counts["new"] == 2
    assert repository.asked == [
        ("issues", "1", 200),
        ("issues", "100", 200),
        ("comments", "1", 200),
        ("comments", "100", 200),
    ]
    for minutes in (15, 30):
        repository.asked.clear()
        (summary,) = github.collect(minutes=15)
        assert (summary.failure, summary.counts["new"], summary.counts["changed"]) == (None, 0, 0)
        assert repository.asked == [("issues", "1", 304), ("comments", "1", 304)]
        assert github.ask("SELECT covers_until FROM coverage") == [(f"2026-11-20 12:{minutes}:00.000000",)]


def test_only_the_listing_with_news_is_read(repository: Repository, github: Listening) -> None:
    repository.write(LONG_AGO, "הקפה קר")
    repository.write(LONG_AGO, "咖啡太燙了", is_comment=True)
    github.collect()
    repository.write(START + timedelta(minutes=5), "還是太燙")
    repository.asked.clear()
    (summary,) = github.collect(minutes=15)
    assert summary.counts["new"] == 1
    assert repository.asked == [("issues", "1", 200), ("issues", "100", 200), ("comments", "1", 304)]
    repository.asked.clear()
    github.collect(minutes=15)
    assert repository.asked == [("issues", "1", 304), ("comments", "1", 304)]


def test_what_was_asked_for_is_fetched_in_any_case(repository: Repository, github: Listening) -> None:
    repository.write(LONG_AGO, "Amber Roast")
    github.collect()
    repository.asked.clear()
    github.collect(minutes=15, since=LONG_AGO - timedelta(days=1))
    assert ("issues", "100", 200) in repository.asked


def test_a_forum_that_says_nothing_changed_is_not_walked_through(tmp_path: Path) -> None:
    asked: list[tuple[str, int]] = []

    def respond(request: httpx.Request) -> httpx.Response:
        status = 304 if request.headers.get("if-none-match") == '"a"' else 200
        asked.append((request.url.path + "?" + request.url.query.decode(), status))
        said = {"latest_posts": []} if request.url.params.get("before") else {"latest_posts": [POST]}
        return httpx.Response(status, headers={"etag": '"a"'}, text="" if status == 304 else json.dumps(said))

    source = {"name": "discourse", "base_url": "https://forum.example", "filter": False}
    settings = settings_for(tmp_path / "posts.db", source)
    with listening(settings, SimulatedNetwork(SimulatedClock(), respond), START) as forum:
        forum.collect()
        walked = [one for one in asked if one[0].startswith("/posts.json")]
        assert walked == [("/posts.json?", 200), ("/posts.json?before=1", 200)]
        asked.clear()
        (summary,) = forum.collect(minutes=60 * 24)
        assert summary.failure is None
        assert [one for one in asked if one[0].startswith("/posts.json")] == [("/posts.json?", 304)]
        assert forum.ask("SELECT covers_until FROM coverage") == [("2026-11-21 12:00:00.000000",)]


POST = {
    "id": 1,
    "topic_id": 1,
    "post_number": 1,
    "user_id": 5,
    "username": "ola",
    "created_at": f"{LONG_AGO:%Y-%m-%dT%H:%M:%S}.000Z",
    "cooked": "<p>Amber Roast dotarła.</p>",
}
