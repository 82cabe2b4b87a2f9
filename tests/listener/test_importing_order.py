"""No order of posts and no cut into files matters: what belongs together is found whenever its parts come."""

from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from listener.pipeline.linking import link
from listener.pipeline.preparing import ListeningBrand
from models.database import session_of
from models.reads.brands import brand_by_slug
from models.store.brands import BrandData, own_account, save_brand
from models.tables import Post
from tests.builders import bring, label_all, memory, post, reply, states
from tests.listener.test_importing import LONG, THREAD, outcome, repeats, store


def test_replies_without_their_parent_are_joined_when_it_comes() -> None:
    engine, brand = store()
    children = [reply("r", "p", hours=2), post("c", author="bob", hours=3, parent_source_id="p", kind="reply")]
    assert outcome(engine, brand, children) == {"c": "unanswered"}
    assert outcome(engine, brand, [post("p")]) == {"p": "answered", "c": "unanswered"}
    with session_of(engine) as session:
        assert len(set(session.exec(select(Post.thread_id)))) == 1
        assert len(set(session.exec(select(Post.parent_id)))) == 2


def test_threads_that_a_late_post_ties_together_become_one() -> None:
    engine, brand = store()
    bring(engine, brand, [post("root"), post("leaf", hours=2, parent_source_id="middle", kind="reply")])
    with session_of(engine) as session:
        assert len(set(session.exec(select(Post.thread_id)))) == 2
    bring(engine, brand, [post("middle", hours=1, author="bob", parent_source_id="root", kind="reply")])
    with session_of(engine) as session:
        assert len(set(session.exec(select(Post.thread_id)))) == 1


def test_threads_that_are_folded_one_into_the_next_in_one_go_become_one() -> None:
    engine, brand = store()
    posts = [post("1"), *(post(f"{n}", hours=n, parent_source_id=f"{n - 1}", kind="reply") for n in range(2, 8))]
    bring(engine, brand, posts[::2])
    bring(engine, brand, posts[1::2])
    with session_of(engine) as session:
        assert len(set(session.exec(select(Post.thread_id)))) == 1


def partition(session: Session) -> set[frozenset[str]]:
    threads: dict[int | None, set[str]] = {}
    for said in session.exec(select(Post)):
        threads.setdefault(said.thread_id, set()).add(said.source_id)
    return {frozenset(members) for members in threads.values()}


def everything(*files: list[dict[str, Any]]) -> tuple[object, object, object]:
    """States, repetitions and threads after these files."""
    engine, brand = store()
    found = outcome(engine, brand, *files)
    with session_of(engine) as session:
        threads = partition(session)
    repeated = repeats(engine, brand)
    engine.dispose()
    return found, repeated, threads


@cache
def in_order() -> tuple[object, object, object]:
    return everything(THREAD)


@given(st.permutations(THREAD), st.lists(st.integers(0, len(THREAD)), max_size=3))
@settings(max_examples=30, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
def test_no_order_and_no_cut_into_files_changes_threads_states_or_counts(
    order: list[dict[str, Any]], cuts: list[int]
) -> None:
    edges = [0, *sorted(cuts), len(order)]
    assert everything(*(order[start:end] for start, end in pairwise(edges))) == in_order()


def test_an_account_that_a_later_file_shows_to_be_the_brands_answers_with_what_it_wrote_before() -> None:
    engine = memory()
    with session_of(engine) as session:
        stored = save_brand(session, BrandData(slug="amber-roast", name="Amber Roast"))
        brand = ListeningBrand(stored.id or 0, stored.slug)
    unmarked = reply("r", "p", hours=1)
    unmarked["author"] = unmarked["author"] | {"is_owned": False}
    assert outcome(engine, brand, [post("p"), unmarked, reply("q", "elsewhere", hours=2)]) == {"p": "answered"}


def test_and_does_so_too_when_it_comes_in_a_second_file() -> None:
    engine = memory()
    with session_of(engine) as session:
        stored = save_brand(session, BrandData(slug="amber-roast", name="Amber Roast"))
        brand = ListeningBrand(stored.id or 0, stored.slug)
    unmarked = reply("r", "p", hours=1)
    unmarked["author"] = unmarked["author"] | {"is_owned": False}
    assert outcome(engine, brand, [post("p"), unmarked], [reply("q", "elsewhere", hours=2)]) == {"p": "answered"}


def test_an_account_that_is_declared_later_answers_with_what_it_wrote_before() -> None:
    engine, brand = store()
    bring(engine, brand, [post("p"), reply("r", "p", hours=1, by="amber_help")])
    label_all(engine)
    assert states(engine, brand)["p"] == "unanswered"
    with session_of(engine) as session:
        own_account(session, brand_by_slug(session, "amber-roast"), "mastodon", "@Amber_Help")
    link(engine)
    assert states(engine, brand) == {"p": "answered"}


def test_a_handle_that_becomes_known_later_finds_the_account() -> None:
    engine, brand = store()
    nameless = reply("r", "p", hours=1) | {"author": {"source_id": "77"}}
    named = reply("q", None, hours=2) | {"author": {"source_id": "77", "handle": "amber_help"}}
    bring(engine, brand, [post("p"), nameless])
    bring(engine, brand, [named])
    label_all(engine)
    with session_of(engine) as session:
        own_account(session, brand_by_slug(session, "amber-roast"), "mastodon", "amber_help")
    link(engine)
    assert states(engine, brand) == {"p": "answered"}


def test_a_copy_stays_one_when_its_author_writes_again() -> None:
    engine, brand = store()
    bring(engine, brand, [post("x", LONG, author="bob"), post("y", LONG, hours=1)])
    bring(engine, brand, [post("z", "something else", hours=2)])
    assert repeats(engine, brand) == {"x": False, "y": True, "z": False}


def test_a_repetition_stays_one_when_another_copies_it() -> None:
    engine, brand = store()
    bring(engine, brand, [post("x", f"{LONG} Really not."), post("y", LONG, hours=1)])
    bring(engine, brand, [post("z", LONG, hours=2, author="bob")])
    assert repeats(engine, brand) == {"x": False, "y": True, "z": True}


@pytest.mark.parametrize("edited", ["x", "y"])
def test_what_was_edited_is_no_copy_any_more(edited: str) -> None:
    engine, brand = store()
    bring(engine, brand, [post("x", LONG, author="bob"), post("y", LONG, hours=1)])
    assert repeats(engine, brand) == {"x": False, "y": True}
    hours, author = (0, "bob") if edited == "x" else (1, "ann")
    bring(engine, brand, [post(edited, "now it says something wholly different", hours=hours, author=author)])
    assert repeats(engine, brand) == {"x": False, "y": False}


def test_a_reply_that_was_moved_answers_only_where_it_stands_now() -> None:
    engine, brand = store()
    posts = [post("p"), post("q", author="bob")]
    assert outcome(engine, brand, [*posts, reply("r", "p", hours=1)]) == {"p": "answered", "q": "unanswered"}
    assert outcome(engine, brand, [reply("r", "q", hours=1)]) == {"p": "unanswered", "q": "answered"}
