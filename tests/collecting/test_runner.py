"""Passes: where they begin, resume and end, what they leave on record, and that one in trouble stops no other."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from listener.collectors.contract import Page
from tests.collecting.clock import START
from tests.collecting.conftest import HOST, Listen
from tests.collecting.forum import Forum, Reply
from tests.collecting.listening import Listening
from tests.collecting.scripted import Scripted, raw

LONG_AGO = START - timedelta(days=40)


def _fill(forum: Forum, count: int) -> None:
    for place in range(count):
        forum.add(f"Paczka {place} przyszła otwarta.", LONG_AGO + timedelta(hours=place), f"guest{place}")


def _pages(forum: Forum) -> list[int]:
    """The numbers of the pages of listings that were asked for; those of threads do not count."""
    asked = [parse_qs(urlsplit(path).query) for path in forum.paths]
    return [int(query["page"][0]) for query in asked if not query.keys() & {"include", "parent"}]


def _garbled(page: int) -> Reply:
    return Reply(f"<title>Page {page} is resting</title>".encode())


def _numbers(listening: Listening) -> list[int]:
    return sorted(int(id.rpartition("/")[2]) for (id,) in listening.ask("SELECT source_id FROM post"))


def test_an_interrupted_pass_resumes_at_its_cursor(forum: Forum, wordpress: Listening) -> None:
    _fill(forum, 14)
    forum.trouble = lambda path: _garbled(4) if "&page=4" in path else None
    (summary,) = wordpress.collect()
    assert summary.failure
    assert "is resting" in summary.failure
    assert _pages(forum) == [1, 2, 3, 4]
    assert _numbers(wordpress) == list(range(1, 10))
    forum.requests.clear()
    forum.trouble = lambda _path: None
    (summary,) = wordpress.collect(minutes=10)
    assert summary.failure is None
    assert _pages(forum) == [4, 5, 1], "the rest of the old pass, then a new one"
    assert _numbers(wordpress) == list(range(1, 15))
    assert summary.counts["new"] == 5


def test_an_expired_cursor_begins_anew(forum: Forum, wordpress: Listening) -> None:
    _fill(forum, 14)
    forum.trouble = lambda path: _garbled(4) if "&page=4" in path else None
    wordpress.collect()
    forum.requests.clear()
    refused = iter([Reply(b'{"code": "rest_invalid_param"}', 400)])
    forum.trouble = lambda path: next(refused, None) if "&page=4" in path else None
    (summary,) = wordpress.collect(minutes=10)
    assert summary.failure is None
    assert _pages(forum) == [4, 1, 2, 3, 4, 5, 1]
    assert _numbers(wordpress) == list(range(1, 15))


@pytest.mark.parametrize(("status", "error"), [(401, "refused"), (503, "answered 503"), (429, "come back later")])
def test_a_source_in_passing_trouble_keeps_its_cursor(
    forum: Forum, wordpress: Listening, status: int, error: str
) -> None:
    _fill(forum, 14)
    forum.trouble = lambda path: _garbled(4) if "&page=4" in path else None
    wordpress.collect()
    forum.requests.clear()
    forum.trouble = lambda _path: Reply(b"", status)
    (summary,) = wordpress.collect(minutes=10)
    assert error in str(summary.failure)
    assert set(_pages(forum)) == {4}
    forum.trouble = lambda _path: None
    forum.requests.clear()
    wordpress.collect(minutes=10)
    assert _pages(forum)[:2] == [4, 5]


def test_a_repeated_page_ends_the_pass(forum: Forum, wordpress: Listening) -> None:
    """Of a server that takes no page numbers and does not say how many there are."""
    _fill(forum, 3)
    body = forum.answer("/wp-json/wp/v2/comments?page=1&per_page=100").body
    forum.requests.clear()
    forum.trouble = lambda path: None if "include" in path or "parent" in path else Reply(body)
    (summary,) = wordpress.collect()
    assert summary.failure is None
    assert _pages(forum) == [1, 2, 2]  # once more from where it was, in case the copy was stale
    assert _numbers(wordpress) == [1, 2, 3]


def test_a_page_that_is_repeated_once_hides_nothing_for_good(forum: Forum, wordpress: Listening) -> None:
    _fill(forum, 14)
    first = forum.answer(
        f"/wp-json/wp/v2/comments?page=1&per_page=100&after={LONG_AGO - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    )
    stale = iter([first])
    forum.trouble = lambda path: next(stale, None) if "&page=3" in path else None
    wordpress.collect()
    wordpress.collect(minutes=10)
    assert _numbers(wordpress) == list(range(1, 15))


def test_null_is_no_empty_page(forum: Forum, wordpress: Listening) -> None:
    _fill(forum, 14)
    nothing = iter([Reply(b"null")])
    forum.trouble = lambda path: next(nothing, None) if "&page=3" in path else None
    wordpress.collect()
    wordpress.collect(minutes=10)
    assert _numbers(wordpress) == list(range(1, 15))


def test_a_failing_stream_is_on_record_and_stops_no_other(forum: Forum, listen: Listen) -> None:
    broken = Forum()
    broken.trouble = lambda _path: Reply(b"the database is away", 500)
    _fill(forum, 4)
    sources = [{"name": "wordpress", "base_url": url} for url in ("https://broken.example", HOST)]
    with listen(*sources, hosts={"broken.example": broken}) as listening:
        bad, good = listening.collect()
        assert "broken.example/wp-json/wp/v2/comments answered 500" in str(bad.failure)
        assert (good.failure, good.counts["new"]) == (None, 4)
        errors = dict(listening.ask("SELECT failure, failed_at FROM stream"))
        assert errors == {bad.failure: "2026-11-20 12:00:00.000000", None: None}
        assert set(listening.ask("SELECT error, new_count, finished_at IS NULL FROM run")) == {
            (bad.failure, 0, 0),
            (None, 4, 0),
        }
        broken.trouble = lambda _path: None
        listening.collect(minutes=10)
        assert listening.ask("SELECT DISTINCT failure FROM stream") == [(None,)]


def test_two_streams_of_one_source_are_covered_up_to_the_earlier_one(forum: Forum, listen: Listen) -> None:
    other = Forum()
    sources = [{"name": "wordpress", "base_url": url} for url in ("https://other.example", HOST)]
    coverage = "SELECT covers_until FROM coverage"
    with listen(*sources, hosts={"other.example": other}) as listening:
        other.trouble = lambda _path: Reply(b"", 403)
        listening.collect()
        assert listening.ask(coverage) == [], "one was never seen"
        other.trouble = lambda _path: None
        listening.collect(minutes=10)
        assert listening.ask(coverage) == [("2026-11-20 12:10:00.000000",)]
        other.trouble = lambda _path: Reply(b"", 403)
        listening.collect(minutes=10)
        assert listening.ask(coverage) == [("2026-11-20 12:10:00.000000",)]
        assert forum.paths


def test_a_missing_secret_is_a_failure_that_names_its_variable(forum: Forum, listen: Listen) -> None:
    _fill(forum, 1)
    with listen(
        {"name": "youtube", "channels": ["UC0123456789012345678901"]}, {"name": "wordpress", "base_url": HOST}
    ) as found:
        youtube, wordpress = found.collect()
    assert youtube.failure == "LISTENER_YOUTUBE_KEY is not set"
    assert wordpress.counts["new"] == 1


def test_a_bad_post_is_counted_and_the_rest_saved(wordpress: Listening) -> None:
    at = START - timedelta(days=2)
    posts = [
        raw("a", at, "המסננת חסרה בחבילה."),
        raw("b", at, "half of an emoji \ud83d"),
        raw("c", at, "a NUL \x00"),
        {"source": "scripted", "source_id": "d", "text": "no time"},
        ValueError("'yesterday' is no ISO 8601 time"),
        KeyError("id"),
        OverflowError("date value out of range"),
        raw("e", at),
    ]
    wordpress.replace_stream(collector=Scripted([Page(posts)]))
    (summary,) = wordpress.collect()
    assert (summary.counts["new"], summary.counts["bad"], summary.failure) == (2, 6, None)
    ((bad, new, error),) = wordpress.ask("SELECT bad_count, new_count, error FROM run")
    assert (bad, new) == (6, 2)
    assert (
        error
        == "text holds a lone surrogate (half of a broken emoji?); text holds a NUL character; published_at is missing"
    )


class Unheard(Exception):
    """What a foreign collector may raise: its author did not read the contract."""


@pytest.mark.parametrize("error", [Unheard("no"), ZeroDivisionError("no"), OSError("no"), RecursionError("no")])
def test_whatever_a_collector_raises_stops_no_other(forum: Forum, listen: Listen, error: Exception) -> None:
    _fill(forum, 1)
    sources = [{"name": "wordpress", "base_url": url} for url in ("https://other.example", HOST)]
    with listen(*sources) as listening:
        listening.replace_stream(0, collector=Scripted([error]))
        bad, good = listening.collect()
        assert bad.failure
        assert good.counts["new"] == 1
        assert (None,) not in listening.ask("SELECT finished_at FROM run")


def test_until_when_a_host_wants_to_rest_is_on_record(forum: Forum, wordpress: Listening) -> None:
    _fill(forum, 2)
    forum.trouble = lambda _path: Reply(b"", 429, {"Retry-After": "7200"})
    (summary,) = wordpress.collect()
    assert "left alone" in (summary.failure or "")
    ((rests_until,),) = wordpress.ask("SELECT rests_until FROM stream")
    wanted = START + timedelta(hours=2)
    assert abs(datetime.fromisoformat(rests_until).replace(tzinfo=UTC) - wanted) < timedelta(minutes=2)
