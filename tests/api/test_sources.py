"""The sources of a brand and when they are asked next; the page of settings says how long posts are kept."""

from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlmodel import select

from models.database import session_of
from models.reads.clock import RUN
from models.store.clock import note_due
from models.store.streams import finish_pass, note_failure, the_stream
from models.tables import Brand
from models.words import ReplyVisibility
from tests.api.service import NOW, Client, check_problem

URL = "/api/v1/sources"
SOON, LATER = NOW + timedelta(minutes=15), NOW + timedelta(hours=3)


def _words(page: str) -> str:
    return " ".join(HTMLParser(page).css_first("main").text(separator=" ").split())  # type: ignore[union-attr]


@pytest.fixture
def client(client: Client) -> Client:
    """Two sources, one of which asked to be left alone."""
    with session_of(client.engine) as session:
        brand = session.exec(select(Brand)).one()
        for name, rests in (("mastodon", None), ("bluesky", LATER)):
            stream = the_stream(
                session, brand_id=brand.id or 0, source=name, key=name, title=name, replies=ReplyVisibility.IN_THREAD
            )
            finish_pass(session, stream.id or 0, since=NOW - timedelta(days=1), until=NOW, now=NOW)
            note_failure(session, stream.id or 0, "asks to be left alone" if rests else None, NOW, rests)
    return client


def test_without_anything_that_asks_it_is_unknown(client: Client) -> None:
    found = client.get(URL, brand="amber-roast").json()
    assert [one["source"] for one in found["sources"]] == ["bluesky", "mastodon"]
    assert [one["next_check_at"] for one in found["sources"]] == [None, None]
    assert _words(client.page("/brands/amber-roast/sources")).count("unknown: nothing is scheduled") == 2


def test_a_run_that_keeps_going_is_told_and_rest_is_kept(client: Client) -> None:
    with session_of(client.engine) as session:
        note_due(session, RUN, SOON, NOW)
    found = {one["source"]: one for one in client.get(URL, brand="amber-roast").json()["sources"]}
    assert found["mastodon"]["next_check_at"] == "2026-11-21T12:15:00Z"
    assert found["bluesky"]["next_check_at"] == "2026-11-21T15:00:00Z"
    assert found["bluesky"]["failure"] == "asks to be left alone"
    page = _words(client.page("/brands/amber-roast/sources"))
    assert "12:15" in page
    assert "unknown: nothing" not in page


def test_what_should_be_going_on_now_is_due(client: Client) -> None:
    with session_of(client.engine) as session:
        note_due(session, RUN, NOW - timedelta(minutes=1), NOW)
    assert "due now" in _words(client.page("/brands/amber-roast/sources"))


def test_an_unknown_brand(client: Client) -> None:
    check_problem(client.get(URL, brand="nobody"), 404, "no brand")


def test_the_settings_say_how_long_posts_are_kept(client: Client) -> None:
    page = "/brands/amber-roast/settings"
    assert "For ever" in _words(client.page(page))
    with session_of(client.engine) as session:
        brand = session.exec(select(Brand)).one()
        brand.keep_days, brand.removed_until = 17, NOW - timedelta(days=30)
    said = _words(client.page(page))
    assert "For 17 days" in said
    assert "4 posts by customers are older than that" in said
    assert "were removed for their age" in said
    assert "were removed for their age" in _words(client.page("/brands/amber-roast/gap"))
    assert client.get("/api/v1/reports/coverage", brand="amber-roast").json()["removed_until"]
