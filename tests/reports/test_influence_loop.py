"""The influence loop where it is easy to get wrong: no posts, one thread, unknown authors, two brands."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from listener.reports.asking import ReportRequest
from listener.reports.influence_loop import InfluenceLoop, LinkRow
from listener.reports.influence_loop_kind import build
from listener.reports.kinds import kind_of, write
from models.database import session_of
from models.errors import NotFoundError
from tests.builders import ACCOUNT, NOW, START, a_brand, bring, memory, post, reply
from tests.reports.loops import label, random_world

_FIGURE = {"value", "unit", "n", "interval", "as_of", "coverage"}
Said = tuple[dict[str, Any], str | None] | tuple[dict[str, Any], str | None, str]


def world(*said: Said, brand: str = "amber-roast", engine: Engine | None = None) -> Engine:
    """Posts with the stage of each and, where given, its sentiment."""
    engine = engine or memory()
    listening = a_brand(engine, brand, ACCOUNT if brand == "amber-roast" else brand)
    bring(engine, listening, [one[0] for one in said])
    for one in said:
        label(engine, one[0]["source_id"], stage=one[1], sentiment=one[2] if len(one) == 3 else "neutral")
    return engine


def report_of(engine: Engine, **keys: Any) -> InfluenceLoop:
    with session_of(engine) as session:
        return build(session, ReportRequest(keys.pop("brand", "amber-roast"), keys.pop("as_of", NOW), **keys))


def links(engine: Engine, **keys: Any) -> dict[str, LinkRow]:
    return {row.kind: row for row in report_of(engine, **keys).links}


def met(engine: Engine, **keys: Any) -> dict[str, int]:
    return {kind: row.met_count for kind, row in links(engine, **keys).items()}


def test_a_question_under_a_review_meets_it() -> None:
    engine = world(
        (post("1", "Great grinder, get one", author="ola"), "umot", "positive"),
        (post("2", "Is it loud?", hours=2, author="jonas", parent_source_id="1"), "zmot", "negative"),
    )
    rows = links(engine)
    assert met(engine) == {"reply": 1, "thread": 1, "quote": 0, "url": 0, "any": 1}
    assert rows["reply"].delay.value == 7200
    assert rows["reply"].share_met.value == 1.0
    assert rows["quote"].share_met.value == 0.0
    assert [one.delay_seconds for one in rows["any"].evidence] == [7200]
    found = report_of(engine)
    assert [row.choosing for row in found.sentiment.rows][2] == {"negative": 1, "neutral": 0, "positive": 0}
    assert found.sentiment.difference.value is None
    assert [(row.shared_count, row.met_count, row.page_rank.n) for row in found.carriers] == [(1, 1, 1)]


def test_nothing_there_gives_no_figure() -> None:
    empty = memory()
    a_brand(empty)
    for engine in (empty, world((post("1"), "zmot")), world((post("1"), "umot")), world((post("1"), None))):
        found = report_of(engine)
        assert {row.met_count for row in found.links} == {0}
        for row in found.links:
            assert (row.delay.value, row.delay.interval, row.delay.n) == (None, None, 0)
            shared = 1 if found.shared_count else 0
            assert (row.share_met.n, row.share_met.value) == (shared, 0.0 if shared else None)
        assert (found.carriers, found.echo.themes) == ([], [])
        assert {to.share.value for row in found.flow_by_author for to in row.to} == {None}
        assert "Nobody was met." in write("influence-loop", found, "md").decode()
    with pytest.raises(NotFoundError), session_of(engine) as session:
        build(session, ReportRequest("nobody", NOW))


def test_who_is_not_met() -> None:
    engine = world(
        (post("own", "Our grinder is great", author=ACCOUNT), "umot"),
        (post("own?", "How is it?", hours=1, parent_source_id="own"), "zmot"),
        (post("late", "An answer to nothing yet", hours=3, author="ola"), "umot"),
        (post("early", "before it", hours=2, author="jonas", parent_source_id="late"), "zmot"),
        (post("alone", "I like it and ask myself", hours=4, author="rut"), "umot"),
        (post("self", "would I again?", hours=5, author="rut", parent_source_id="alone"), "zmot"),
        (post("old", "Liked it once", hours=0, author="mei"), "umot"),
        (post("after", "two weeks and more after", hours=14 * 24 + 1, author="noa", parent_source_id="old"), "zmot"),
        (post("smot", "It leaks", hours=1, author="ona", parent_source_id="old"), "smot"),
    )
    assert set(met(engine).values()) == {0}
    assert report_of(engine).shared_count == 3


def test_the_first_of_several_and_the_one_after_ones_own() -> None:
    engine = world(
        (post("1", "Great grinder", author="ola"), "umot"),
        (post("2", "me again, wondering", hours=1, author="ola", parent_source_id="1"), "zmot"),
        (post("3", "still wondering, me", hours=2, author="ola", parent_source_id="1"), "zmot"),
        (post("4", "Is it loud?", hours=3, author="jonas", parent_source_id="1"), "zmot"),
        (post("5", "And heavy?", hours=4, author="rut", parent_source_id="4"), "zmot"),
    )
    rows = links(engine)
    assert (rows["reply"].delay.value, rows["reply"].choosing_count) == (3 * 3600, 1)
    assert (rows["thread"].delay.value, rows["thread"].choosing_count) == (3 * 3600, 2)


def test_unknown_authors_are_others() -> None:
    engine = world(
        (post("1", "Great grinder") | {"author": {}}, "umot"),
        (post("2", "Is it loud?", hours=1, parent_source_id="1") | {"author": {}}, "zmot"),
    )
    assert met(engine)["reply"] == 1
    found = report_of(engine)
    assert found.carriers == []
    assert [row.author_count for row in found.communities] == [0]
    assert {row.n for row in found.flow_by_author} == {0}
    assert sum(row.n for row in found.flow_by_thread) == 1


def test_an_answer_in_the_same_second_counts_where_it_answers() -> None:
    engine = world(
        (post("1", "Great grinder", author="ola"), "umot"),
        (post("2", "Is it loud?", author="jonas", parent_source_id="1"), "zmot"),
        (post("3", "Is it heavy?", author="rut", thread_source_id="1"), "zmot"),
    )
    rows = links(engine)
    assert (rows["reply"].delay.value, rows["thread"].choosing_count) == (0.0, 1)


def test_quotes_and_addresses() -> None:
    engine = world(
        (post("1", "Great grinder", author="ola", url="https://place.example/@ola/1"), "umot"),
        (post("2", "Is this true?", hours=1, author="jonas", quoted_source_id="1"), "zmot"),
        (post("3", "Saw https://www.place.example/@ola/1/?utm_source=x so: which?", hours=2, author="rut"), "zmot"),
        (post("4", "My review: https://blog.example/grinder", hours=3, author="mei"), "umot"),
        (post("5", "Read http://blog.example/grinder#top but is it loud?", hours=4, author="noa"), "zmot"),
        (post("6", "I am glad, https://shop.example", hours=5, author="mei"), "umot"),
        (post("7", "What of https://shop.example/ ?", hours=6, author="noa"), "zmot"),
        (post("8", "Same number elsewhere", hours=1, author="pat", quoted_source_id="1", source="forum"), "zmot"),
    )
    assert met(engine) == {"reply": 0, "thread": 0, "quote": 1, "url": 2, "any": 2}


def test_an_answer_to_a_repetition_meets_the_experience() -> None:
    words = "The grinder is quiet and quick and I would buy it again any day of the week."
    engine = world(
        (post("1", words, author="ola"), "umot"),
        (post("2", words, hours=1, author="ola"), "umot"),
        (post("3", "Is it loud?", hours=2, author="jonas", parent_source_id="2"), "zmot"),
    )
    assert report_of(engine).shared_count == 1
    assert met(engine)["reply"] == 1
    assert links(engine)["reply"].delay.value == 7200


def test_each_brand_has_its_own_loop() -> None:
    engine = world(
        (post("1", "Amber is great", author="ola"), "umot"),
        (post("2", "Is it loud?", hours=1, author="jonas", parent_source_id="1"), "zmot"),
    )
    world(
        (post("3", "North is great too", hours=2, author="mei", parent_source_id="1"), "umot"),
        (post("4", "Which of them?", hours=3, author="noa", parent_source_id="1"), "zmot"),
        brand="north-beans",
        engine=engine,
    )
    assert met(engine)["thread"] == 1
    assert links(engine)["thread"].choosing_count == 1
    north = links(engine, brand="north-beans")
    assert (north["reply"].met_count, north["thread"].met_count, north["thread"].choosing_count) == (0, 1, 1)


def test_all_in_one_thread_is_one_bunch() -> None:
    said: list[Said] = [(post("0", "Start here", author="ola"), "fmot")]
    for n in range(1, 41):
        stage = "umot" if n <= 30 else "zmot"
        said.append((post(f"{n}", hours=n / 10, author=f"a{n}", parent_source_id="0"), stage))
    row = links(world(*said))["thread"]
    assert (row.met_count, row.choosing_count, row.share_met.n) == (30, 10, 30)
    assert row.share_met.interval is not None
    assert (row.share_met.interval[0] or 0) < 0.3  # thirty that depend on one thread say as little as one


def test_the_period_is_that_of_the_experiences() -> None:
    engine = world(
        (post("0", "Too early", hours=-24 * 100, author="pat"), "umot"),
        (post("1", "Great grinder", author="ola"), "umot"),
        (post("2", "Is it loud?", hours=30, author="jonas", parent_source_id="1"), "zmot"),
    )
    assert report_of(engine).since == NOW - timedelta(days=90)
    assert report_of(engine).shared_count == 1
    until = START + timedelta(hours=10)
    found = report_of(engine, until=until)
    assert (found.shared_count, found.choosing_count, found.post_count) == (1, 0, 1)
    assert {row.met_count for row in found.links if row.kind == "reply"} == {1}
    assert met(engine, until=until, as_of=START + timedelta(hours=20))["reply"] == 0
    assert report_of(engine, as_of=START + timedelta(hours=20)).too_early_count == 1
    assert report_of(engine, since=START, source="forum").post_count == 0


def test_nobody_is_named() -> None:
    said: list[Said] = []
    for n in range(8):
        host = "big.example" if n < 5 else f"{['ola', 'jonas', 'rut'][n - 5]}-home.example"
        said.append((post(f"{n}", author=f"person{n}", url=f"https://{host}/@person{n}/{n}"), "umot"))
        said.append((post(f"q{n}", hours=1, author=f"asker{n}", parent_source_id=f"{n}"), "zmot"))
    found = report_of(world(*said))
    places = {row.community: (row.author_count, row.met_count) for row in found.communities}
    assert places == {"mastodon big.example": (5, 5), "mastodon, places of fewer than 3 authors": (3, 3)}
    for format in ("json", "csv", "md"):
        text = write("influence-loop", found, format).decode()
        assert not any(word in text for word in ("person", "asker", "-home.example"))
    assert len(found.carriers) == 8
    assert len(report_of(world(*said), limit=3).carriers) == 3


def figures_in(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        if "interval" in value or "unit" in value:
            yield value
        for inner in value.values():
            yield from figures_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from figures_in(inner)


def test_the_report_is_written_in_each_format() -> None:
    engine, _ = random_world(seed=3, count=150)
    found = report_of(engine)
    assert set(kind_of("influence-loop").writers) == {"json", "csv", "md", "svg", "png", "xlsx"}
    figures = list(figures_in(json.loads(write("influence-loop", found, "json"))))
    assert len(figures) > 50
    for figure in figures:
        assert figure.keys() == _FIGURE
        if figure["value"] is not None and figure["interval"] is not None:
            low, high = figure["interval"]
            assert low is None or low <= figure["value"] + 1e-12
            assert high is None or high >= figure["value"] - 1e-12
    rows = list(csv.DictReader(io.StringIO(write("influence-loop", found, "csv").decode())))
    assert {row["section"] for row in rows} == {
        *("links", "delay", "sentiment", "echo", "authors", "page_rank", "communities"),
        *("flow_by_author", "flow_by_thread"),
    }
    reply_row = next(row for row in rows if row["section"] == "links" and row["name"] == "reply")
    assert float(reply_row["value"]) == found.links[0].share_met.value
    text = write("influence-loop", found, "md").decode()
    assert f"{found.shared_count:,} shared experiences" in text
    assert "Kräuter" in text
    assert "Association, not cause" in text


def test_own_replies_do_not_meet() -> None:
    engine = world((post("1", "Great grinder", author="ola"), "umot"), (reply("2", "1", hours=1), "zmot"))
    assert set(met(engine).values()) == {0}
