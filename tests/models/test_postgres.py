"""A real PostgreSQL gives the same states, counts and figures as SQLite, from the same files."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel, select

from listener.pipeline.classifying import classify_stored
from listener.pipeline.preparing import ListeningBrand
from listener.reports import influence_loop_kind, journey_kind, response_gap_kind, trends_kind
from listener.reports.asking import ReportRequest, Segment
from models.database import open_database, session_of
from models.reads.customers import MentionFilter
from models.reads.days import start_of
from models.reads.linking import mentions_of
from models.tables import Author, Post
from nlp.moments import load_classifier
from tests.builders import NOW, a_brand, bring, clock, label_all, memory, post, reply, states, views
from tests.listener.test_importing import LONG, THREAD, repeats
from tests.models.standing import changed_at_random
from tests.models.test_days import ZONES, counted
from tests.postgres import empty, running

pytest.importorskip("pgserver")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a PostgreSQL of this module's own."""
    with running() as address:
        yield address


@pytest.fixture
def engine(server: str) -> Iterator[Engine]:
    """The server's database, emptied and migrated."""
    empty(server)
    opened = open_database(server)
    yield opened
    opened.dispose()


MORE = [
    post("m1", "@amberroast הקפה הגיע שבור ואף אחד לא עונה", hours=11, author="noa"),
    post("m2", "客服完全不回，太失望了", hours=12, author="mei", source="bluesky"),
    post("m3", "The tin was open", hours=13, author="zoe", source="google_play", kind="review", rating=1)
    | {"reply": {"text": "We have sent you a new one today.", "published_at": "2026-11-04T09:00:00Z"}},
    post("m4", "never heard back", hours=14, author="kim", source="forum"),
    post("m5", "a bot speaks", hours=15) | {"author": {"handle": "botty", "is_bot": True}},
    post("m6", "Thread cut short", hours=16, author="lou", engagement={"replies": 5}),
    post("m7", "no name at all", hours=17) | {"author": {}},
]


def build(engine: Engine) -> ListeningBrand:
    brand = a_brand(engine)
    rival = a_brand(engine, "north-beans", "northbeans")
    bring(engine, brand, [*THREAD, *MORE])
    bring(engine, rival, [post("n1", "North Beans is cold", author="pat", hours=3)])
    classify_stored(engine, load_classifier(), clock)
    bring(engine, brand, [THREAD[0] | {"text": "@amberroast my order is late and nobody tells me why, still"}])
    classify_stored(engine, load_classifier(), clock)
    return brand


def test_the_migrations_make_the_tables_that_the_models_say(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_states_counts_and_figures_are_those_of_sqlite(engine: Engine) -> None:
    sqlite = open_database("sqlite://")
    brand, twin = build(engine), build(sqlite)
    assert states(engine, brand) == states(sqlite, twin)
    assert repeats(engine, brand) == repeats(sqlite, twin)
    assert [view.source_id for view in views(engine, brand)] == [view.source_id for view in views(sqlite, twin)]
    reports = []
    for each in (engine, sqlite):
        with session_of(each) as session:
            reports.append(
                response_gap_kind.build(session, ReportRequest("amber-roast", NOW)).model_dump(exclude={"unanswered"})
            )
    assert reports[0] == reports[1]
    for each in (engine, sqlite):
        label_all(each)
    assert states(engine, brand) == states(sqlite, twin)
    assert set(states(engine, brand).values()) == {"answered", "redirected", "unanswered", "unknown"}


@pytest.mark.parametrize("text", ["LATE", "%", "_", "\\", "回", "הקפה", "nothing of the kind"])
def test_searches_find_what_sqlite_finds(engine: Engine, text: str) -> None:
    sqlite = open_database("sqlite://")
    found = []
    for each in (engine, sqlite):
        brand = a_brand(each)
        bring(each, brand, [*THREAD, *MORE])
        found.append([view.source_id for view in views(each, brand, filters=MentionFilter(text=text))])
    assert found[0] == found[1]


def test_a_second_import_changes_nothing(engine: Engine) -> None:
    brand = a_brand(engine)
    bring(engine, brand, [*THREAD, *MORE])
    summary, bad = bring(engine, brand, [*THREAD, *MORE])
    assert (dict(summary.counts), bad) == ({"unchanged": 18}, [])


def test_two_openers_at_once_migrate_once(server: str, engine: Engine) -> None:
    brand = a_brand(engine)
    again = open_database(server)
    assert {view.source_id for view in views(again, brand)} == set()
    again.dispose()


def test_reads_by_many_ids_are_not_bound_by_the_protocols_65535_parameters(engine: Engine) -> None:
    with session_of(engine) as session:
        try:
            assert mentions_of(session, range(70_000)) == []
        except OperationalError as error:
            pytest.fail(str(error.orig))


def odd(**keys: Any) -> list[dict[str, Any]]:
    return [post("before"), post("odd", author="bob") | keys, post("after", author="cat")]


NOISE = "".join(random.Random(7).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9000))


@pytest.mark.parametrize(
    "keys",
    [
        {"author": {"handle": NOISE}},
        {"author": {"source_id": NOISE[:500], "name": NOISE}},
        {"text": LONG + NOISE, "title": NOISE, "url": f"https://x.example/{NOISE}"},
        {"source_id": "é" * 500, "source": "ж" * 100},
        {"parent_source_id": NOISE[:500], "thread_source_id": NOISE[500:1000]},
        {"published_at": "0001-01-01T00:00:00Z"},
        {"published_at": "9999-12-31T23:59:59.999999Z"},
        {"engagement": {"likes": 2**63 - 1}, "author": {"followers": 2**63 - 1, "handle": "bob"}},
        {"language": NOISE},
    ],
    ids=["handle", "author", "texts", "ids", "parents", "first day", "last day", "counts", "language"],
)
def test_an_odd_post_is_stored_or_reported_and_costs_nothing_else(engine: Engine, keys: dict[str, Any]) -> None:
    brand = a_brand(engine)
    summary, bad = bring(engine, brand, odd(**keys))
    with session_of(engine) as session:
        assert {"before", "after"} <= set(session.exec(select(Post.source_id)))
        assert len(session.exec(select(Author)).all()) >= 2
    assert summary.counts["new"] + len(bad) == 3


def test_a_reply_ties_threads_across_files(engine: Engine) -> None:
    brand = a_brand(engine)
    bring(engine, brand, [reply("r", "p", hours=2)])
    bring(engine, brand, [post("p")])
    classify_stored(engine, load_classifier(), clock)
    with session_of(engine) as session:
        assert len(set(session.exec(select(Post.thread_id)))) == 1


@pytest.mark.parametrize("zone", ZONES)
def test_days_are_those_of_the_calendar(engine: Engine, zone: str) -> None:
    where = ZoneInfo(zone)
    midnights = [start_of(date(2026, month, day), where) for month in (1, 3, 4, 10, 11) for day in (1, 15, 29)]
    times = [at + timedelta(seconds=step) for at in midnights for step in (-1, 0, 7200)]
    assert counted(engine, where, times) == [at.astimezone(where).date() for at in times]


def test_a_journey_map_is_the_same(engine: Engine) -> None:
    """Hosts, times and states are counted in each database's own words."""
    maps = []
    for opened in (engine, memory()):
        brand = build(opened)
        texts = enumerate(("Kiek kainuoja malūnėlis?", "הקפה הזה מושלם, תודה", "包裹還沒到，我很擔心"))
        more = [post(f"u{n}", text, hours=n, author="una", url=f"HTTPS://Talk.example/{n}") for n, text in texts]
        bring(opened, brand, more)
        label_all(opened)
        with session_of(opened) as session:
            request = ReportRequest("amber-roast", NOW, segment=Segment.AUTHOR)
            maps.append(journey_kind.build(session, request).model_dump(mode="json", exclude={"coverage"}))
    assert maps[0] == maps[1]
    assert [row["n"] for row in maps[0]["stages"][2]["touchpoints"] if row["host"] == "talk.example"] == [3]


def test_the_influence_loop_is_the_same_on_postgresql(engine: Engine) -> None:
    from tests.reports.loops import random_world

    reports = []
    for place in (random_world(seed=5, count=150)[0], random_world(seed=5, count=150, engine=engine)[0]):
        with session_of(place) as session:
            report = influence_loop_kind.build(session, ReportRequest("amber-roast", NOW))
            reports.append(report.model_dump(exclude={"carriers", "communities"}))
    assert reports[0]["links"][1]["met_count"] > 0
    assert reports[0] == reports[1]


def test_trends_are_the_same(engine: Engine) -> None:
    reports = []
    for each in (engine, open_database("sqlite://")):
        build(each)
        with session_of(each) as session:
            reports.append(trends_kind.build(session, ReportRequest("amber-roast", NOW)))
    assert reports[0] == reports[1]
    assert any(row.corrected for row in reports[0].period.stage)
    assert reports[0].period.post_count


def test_mentions_repeat_what_their_posts_say(engine: Engine) -> None:
    assert changed_at_random(engine, seed=7) > 10
