"""Imports: the same file twice changes nothing, a changed post is taken over, and no order of files matters."""

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from listener.formats import BadLine, Row, read_jsonl
from listener.pipeline.importing import import_rows
from listener.pipeline.preparing import ListeningBrand
from models.database import session_of
from models.reads.coverage import coverage_of
from models.tables import Label, Mention, Post, Run
from models.words import ResponseState
from tests.builders import ACCOUNT, NOW, a_brand, at, bring, clock, label_all, lines, memory, post, reply, states, views

LONG = (
    "The grinder of Amber Roast stopped after two weeks and nobody at the shop wants to know anything about it at all."
)


def store() -> tuple[Engine, ListeningBrand]:
    engine = memory()
    return engine, a_brand(engine)


def outcome(engine: Engine, brand: ListeningBrand, *files: Iterable[dict[str, Any]]) -> dict[str, str | None]:
    """The states after these files are brought one after another."""
    for file in files:
        bring(engine, brand, file)
    label_all(engine)
    return states(engine, brand)


def repeats(engine: Engine, brand: ListeningBrand) -> dict[str, bool]:
    return {view.source_id: view.duplicate_of_id is not None for view in views(engine, brand)}


THREAD = [
    post("1", "@amberroast my order is late and nobody tells me why"),
    post("2", "it was to come on Tuesday", hours=1, parent_source_id="1", kind="reply"),
    post("3", "same here, mine never came", hours=2, author="bob", parent_source_id="1", kind="reply"),
    reply("4", "2", hours=3),
    post("5", LONG, hours=4, author="cat"),
    post("6", LONG, hours=5, author="dan"),
    reply("7", "6", "Please send us a DM with your order number.", hours=6),
    post("8", "thanks, but the bag was open", hours=7, parent_source_id="4", kind="reply"),
    post("9", "replying to somebody who was never seen", hours=8, author="eve", parent_source_id="gone", kind="reply"),
    reply("10", "8", "We have received your message and will get back to you soon.", hours=9),
    post("11", "my order is late and nobody tells me why!!", hours=10),
]


def test_a_second_import_of_the_same_file_changes_nothing() -> None:
    engine, brand = store()
    first, _ = bring(engine, brand, THREAD)
    label_all(engine)
    before = views(engine, brand)
    second, bad = bring(engine, brand, THREAD)
    assert (dict(first.counts), dict(second.counts), bad) == ({"new": 11}, {"unchanged": 11}, [])
    assert views(engine, brand) == before
    with session_of(engine) as session:
        assert not session.exec(select(Post).where(Post.is_pending)).all()
        runs = session.exec(select(Run).order_by(Run.id)).all()  # type: ignore[arg-type]
    assert [(run.new_count, run.unchanged_count, run.finished_at) for run in runs] == [(11, 0, NOW), (0, 11, NOW)]


def test_states_of_the_thread() -> None:
    engine, brand = store()
    assert outcome(engine, brand, THREAD) == {
        "1": "answered",
        "2": "answered",
        "3": "unanswered",
        "5": "redirected",
        "6": "redirected",
        "8": "unanswered",
        "9": "unanswered",
        "11": "answered",
    }
    assert {id for id, repeated in repeats(engine, brand).items() if repeated} == {"6", "11"}


def test_a_changed_text_is_taken_over_and_waits_for_a_new_label() -> None:
    engine, brand = store()
    bring(engine, brand, THREAD)
    label_all(engine)
    summary, _ = bring(engine, brand, [THREAD[0] | {"text": "it came, all is well"}, *THREAD[1:]])
    assert (summary.counts["changed"], summary.counts["unchanged"]) == (1, 10)
    with session_of(engine) as session:
        waiting = session.exec(select(Post.text).join(Mention).where(Mention.model == None)).all()  # noqa: E711
    assert waiting == ["it came, all is well"]


def test_changed_counts_change_the_post_but_keep_its_label() -> None:
    engine, brand = store()
    bring(engine, brand, THREAD)
    label_all(engine)
    summary, _ = bring(engine, brand, [THREAD[0] | {"engagement": {"likes": 7}}])
    assert summary.counts["changed"] == 1
    with session_of(engine) as session:
        assert session.exec(select(Post.likes_count).where(Post.source_id == "1")).one() == 7
        assert not session.exec(select(Mention).where(Mention.model == None)).all()  # noqa: E711


@pytest.mark.parametrize("apart", [0, 600])
def test_an_id_that_is_repeated_in_one_file_is_reported_and_the_first_one_stands(apart: int) -> None:
    engine, brand = store()
    between = [post(f"x{place}", author=f"u{place}") for place in range(apart)]
    summary, bad = bring(engine, brand, [post("1", "first"), *between, post("1", "second")])
    assert (summary.counts["new"], summary.counts["bad"]) == (apart + 1, 1)
    assert bad == [BadLine(apart + 2, "mastodon 1 stands on an earlier line too")]
    assert [view.text for view in views(engine, brand) if view.source_id == "1"] == ["first"]


def test_the_same_id_at_another_source_is_another_post() -> None:
    engine, brand = store()
    summary, bad = bring(engine, brand, [post("1"), post("1", source="bluesky")])
    assert (summary.counts["new"], bad) == (2, [])


def review(answer: dict[str, Any] | None, id: str = "1") -> dict[str, Any]:
    said = post(id, "The tin was open", source="google_play", kind="review", rating=1)
    return said | ({"reply": answer} if answer else {})


def test_a_carried_reply_becomes_a_post_of_the_brands_and_answers() -> None:
    engine, brand = store()
    summary, _ = bring(engine, brand, [review({"text": "We have sent you a new one today.", "published_at": at(30)})])
    label_all(engine)
    assert (summary.counts["new"], summary.carried_reply_count) == (1, 1)
    (view,) = views(engine, brand)
    assert (view.state, view.relation) == ("answered", "direct")
    assert view.answered_at is not None
    assert view.answered_at.isoformat() == at(30)
    with session_of(engine) as session:
        carried = session.exec(select(Post).where(Post.source_id == "1#reply")).one()
    assert (carried.kind, carried.reply_kind, carried.parent_source_id) == ("reply", "answer", "1")


def test_a_carried_reply_that_comes_later_answers_then() -> None:
    engine, brand = store()
    bring(engine, brand, [review(None)])
    label_all(engine)
    assert states(engine, brand) == {"1": "unanswered"}
    bring(engine, brand, [review({"text": "We have sent you a new one today.", "published_at": at(30)})])
    assert states(engine, brand) == {"1": "answered"}


@pytest.mark.parametrize(
    ("id", "text"), [("1", ""), ("1", "  \n"), ("x" * 500, "We have sent you a new one.")], ids=["empty", "blank", "id"]
)
def test_an_odd_carried_reply_costs_no_more_than_its_own_line(id: str, text: str) -> None:
    engine, brand = store()
    odd = review({"text": text, "published_at": at(30)}, id)
    summary, bad = bring(engine, brand, [post("before"), odd, post("after", author="bob")])
    assert {"before", "after"} <= {view.source_id for view in views(engine, brand)}
    assert summary.counts["new"] + len(bad) == 3


def test_sources_without_a_reply_are_named_and_unknown_until_one_comes() -> None:
    engine, brand = store()
    asked = post("1", source="forum")
    summary, _ = bring(engine, brand, [asked, post("2", author="bob")])
    label_all(engine)
    assert summary.sources_without_replies == {"forum"}
    assert states(engine, brand) == {"1": ResponseState.UNKNOWN, "2": ResponseState.UNANSWERED}
    answer = reply("3", "else", hours=5, source="forum", by=ACCOUNT)
    bring(engine, brand, [answer])
    assert states(engine, brand)["1"] == ResponseState.UNANSWERED


def test_coverage_never_shrinks_and_is_by_default_the_newest_post() -> None:
    engine, brand = store()
    for hours in (10, 100, 50):
        bring(engine, brand, [post(f"p{hours}", hours=hours)], complete_until=None)
        with session_of(engine) as session:
            (row,) = coverage_of(session, brand.id)
        assert row.covers_until is not None
        assert row.covers_until.isoformat() == at(max(hours, 100 if hours == 50 else hours))


def test_keys_that_are_no_keys_of_a_post_are_counted() -> None:
    engine, brand = store()
    summary, _ = bring(engine, brand, [post("1", colour="red"), post("2", colour="blue", author="bob")])
    assert summary.ignored_keys == {"colour": 2}


def test_an_import_that_is_killed_keeps_what_it_had_and_can_be_repeated() -> None:
    engine, brand = store()

    class Killed(Exception):
        pass

    posts = [post(f"p{place}", author=f"u{place}") for place in range(1200)]

    def dying() -> Iterator[Row]:
        yield from islice(read_jsonl(io.BytesIO(lines(posts))), 1100)
        raise Killed

    with pytest.raises(Killed):
        import_rows(engine, dying(), lambda _row: [brand], clock, report_bad=lambda _bad: None)
    summary, _ = bring(engine, brand, posts)
    assert dict(summary.counts) == {"unchanged": 1000, "new": 200}


def test_labels_are_one_a_mention_and_model() -> None:
    engine, brand = store()
    bring(engine, brand, THREAD)
    label_all(engine)
    label_all(engine)
    with session_of(engine) as session:
        assert len(session.exec(select(Label)).all()) == len(session.exec(select(Mention)).all())
