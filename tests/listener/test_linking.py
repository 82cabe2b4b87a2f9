"""The pure decisions: roots of threads, what repeats what, and which reply of a brand speaks to whom."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.linking import collapse, collapse_copies, first_replies, thread_roots
from models.reads.linking import PendingPost, ThreadPost, WrittenPost
from models.store.links import FirstReplies
from models.words import Relation, ReplyKind
from nlp.similarity import text_key
from tests.builders import START

BRAND, RIVAL = 1, 2
ANN, BOB, CAT, STAFF = 101, 102, 103, 109


def pending(id: int, parent: int | None = None, *, missing: str | None = None, **keys: str) -> PendingPost:
    parent_source_id = missing or (f"p{parent}" if parent else None)
    root = keys.get("parent_root")
    return PendingPost(id, "s", f"p{id}", parent, parent_source_id, keys.get("thread"), root)


def roots(*posts: PendingPost) -> dict[int, str]:
    return {id: root for id, (_, root) in thread_roots(posts).items()}


def test_a_chain_has_its_first_post_as_root_in_any_order() -> None:
    chain = [pending(1), pending(2, 1), pending(3, 2), pending(4, 3)]
    assert roots(*chain) == roots(*chain[::-1]) == dict.fromkeys((1, 2, 3, 4), "p1")


def test_replies_to_a_missing_post_share_its_id_as_root() -> None:
    found = roots(pending(2, missing="gone"), pending(3, missing="gone"), pending(4, 3))
    assert found == dict.fromkeys((2, 3, 4), "gone")


def test_what_the_source_says_goes_first_then_the_thread_that_the_parent_is_in() -> None:
    assert roots(pending(2, 1, thread="t", parent_root="old")) == {2: "t"}
    assert roots(pending(2, 1, parent_root="old"), pending(3, 2)) == {2: "old", 3: "old"}


def test_a_ring_takes_its_smallest_id_and_what_hangs_on_it_too() -> None:
    assert roots(pending(1, 2), pending(2, 3), pending(3, 1), pending(4, 3)) == dict.fromkeys((1, 2, 3, 4), "p1")
    assert roots(pending(4, 3), pending(1, 2), pending(2, 3), pending(3, 1)) == dict.fromkeys((1, 2, 3, 4), "p1")
    assert roots(pending(7, 7)) == {7: "p7"}


@given(st.lists(st.tuples(st.integers(1, 8), st.none() | st.integers(1, 8)), unique_by=lambda pair: pair[0]))
def test_any_web_of_parents_gives_each_post_one_root_shared_with_its_parent(
    web: list[tuple[int, int | None]],
) -> None:
    stored = {id for id, _ in web}
    posts = [
        pending(id, parent if parent in stored else None, missing=f"p{parent}" if parent else "") for id, parent in web
    ]
    found = roots(*posts)
    assert set(found) == stored
    for id, parent in web:
        if parent in stored:
            assert found[id] == found[parent]


LONG = "my grinder stopped after two weeks and nobody in the shop will take it back, what am I to do about it now"
OTHER = "the coffee of this shop is the best that I have had in years and I shall certainly be back for more of it"


def written(
    id: int, text: str, account: str | None = "ann", days: float = 0, brands: tuple[int, ...] = (BRAND,)
) -> WrittenPost:
    return WrittenPost(id, account, text, text_key(text), START + timedelta(days=days), frozenset(brands))


@pytest.mark.parametrize(
    ("second", "repeats"),
    [
        (written(2, LONG + "!!", days=1), True),
        (written(2, f"@amberroast {LONG}", days=6.9), True),
        (written(2, LONG, days=7.1), False),
        (written(2, LONG, "bob"), False),
        (written(2, OTHER), False),
        (written(2, LONG, brands=(RIVAL,)), False),
        (written(2, LONG, brands=(RIVAL, BRAND)), True),
    ],
)
def test_an_author_who_says_the_same_again_counts_once(second: WrittenPost, repeats: bool) -> None:
    assert collapse([written(1, LONG), second]) == {1: None, 2: 1 if repeats else None}


def test_repetitions_all_point_at_the_first_one_and_a_week_counts_from_it() -> None:
    found = collapse([written(id, LONG, days=3 * id) for id in range(4)])
    assert found == {0: None, 1: 0, 2: 0, 3: None}


def test_posts_without_an_account_are_never_one() -> None:
    assert collapse([written(1, LONG, None), written(2, LONG, None)]) == {1: None, 2: None}


@pytest.mark.parametrize(
    ("text", "days", "brands", "copies"),
    [
        (LONG, 29, (BRAND,), True),
        (LONG, 31, (BRAND,), False),
        (LONG, 1, (RIVAL,), False),
        ("Great coffee!", 1, (BRAND,), False),
    ],
)
def test_a_long_text_that_another_posts_word_for_word_is_a_copy(
    text: str, days: float, brands: tuple[int, ...], copies: bool
) -> None:
    found = collapse_copies([written(1, text), written(2, text, "bob", days, brands)])
    assert (found.get(1), found.get(2)) == (None, 1 if copies else None)


def told(id: int, author: int | None, hours: float, parent: int | None = None, **keys: object) -> ThreadPost:
    """A post of thread 1 unless said otherwise; the post without parent is its root."""
    owner = {STAFF: BRAND}.get(author or 0)
    values: dict[str, object] = {
        "thread_id": 1,
        "owner_id": owner,
        "is_bot": False,
        "duplicate_of_id": None,
        "is_root": parent is None and owner is None,
    }
    values |= keys
    return ThreadPost(
        id=id,
        parent_id=parent,
        author_id=author,
        published_at=START + timedelta(hours=hours),
        text="",
        language="en",
        reply_kind=None,
        **values,  # type: ignore[arg-type]
    )


def answered(*posts: ThreadPost, brand: int = BRAND) -> dict[int, float | None]:
    """Hours from the start to the first answer, for each post of a customer."""
    rows = [(post.id, post.id, brand, Relation.INDIRECT.value) for post in posts if post.owner_id is None]
    found, _ = first_replies(posts, rows, lambda _post: ReplyKind.ANSWER)
    times = {id: first.answered_at for id, first in found.items()}
    return {id: (at - START) / timedelta(hours=1) if at else None for id, at in times.items()}


def test_one_reply_to_the_last_of_three_posts_answers_all_three() -> None:
    posts = [told(1, ANN, 0), told(2, ANN, 1, 1), told(3, ANN, 2, 2), told(4, STAFF, 5, 3)]
    assert answered(*posts) == {1: 5, 2: 5, 3: 5}


def test_a_reply_answers_the_one_it_speaks_to_and_nobody_else_in_the_thread() -> None:
    posts = [told(1, ANN, 0), told(2, BOB, 1, 1), told(3, CAT, 2, 1), told(4, STAFF, 5, 2)]
    assert answered(*posts) == {1: None, 2: 5, 3: None}


def test_a_reply_answers_what_its_author_wrote_before_it_and_not_after() -> None:
    posts = [told(1, ANN, 0), told(2, STAFF, 2, 1), told(3, ANN, 3, 2)]
    assert answered(*posts) == {1: 2, 3: None}
    assert answered(told(1, ANN, 0), told(2, STAFF, 0, 1)) == {1: None}


def test_the_first_reply_counts_not_the_last() -> None:
    assert answered(told(1, ANN, 0), told(2, STAFF, 4, 1), told(3, STAFF, 9, 1)) == {1: 4}


def test_a_reply_that_continues_one_of_the_brands_own_speaks_to_the_same_author() -> None:
    posts = [told(1, ANN, 0), told(2, BOB, 1, 1), told(3, STAFF, 2, 2), told(4, STAFF, 3, 3)]
    assert answered(*posts) == {1: None, 2: 2}


def test_a_reply_in_the_thread_without_a_parent_speaks_to_the_opener() -> None:
    posts = [told(1, ANN, 0), told(2, BOB, 1, 1), told(3, STAFF, 2)]
    assert answered(*posts) == {1: 2, 2: None}


def test_a_remark_in_a_thread_that_the_brand_began_answers_only_its_parent() -> None:
    posts = [
        told(1, STAFF, 0, is_root=True),
        told(2, ANN, 1, 1),
        told(3, BOB, 2, 1),
        told(4, STAFF, 3, 1),
        told(5, STAFF, 4, 2),
    ]
    assert answered(*posts) == {2: 4, 3: None}


def test_a_rivals_reply_and_a_bots_and_another_customers_do_not_count() -> None:
    rival = told(2, CAT, 1, 1, owner_id=RIVAL)
    bot = told(3, STAFF, 1, 1, is_bot=True)
    assert answered(told(1, ANN, 0), rival, bot, told(4, BOB, 1, 1))[1] is None


def test_a_rivals_reply_counts_for_the_rival() -> None:
    assert answered(told(1, ANN, 0), told(2, CAT, 3, 1, owner_id=RIVAL), brand=RIVAL) == {1: 3}


def test_an_author_who_is_unknown_is_answered_by_a_direct_reply_alone() -> None:
    posts = [told(1, None, 0), told(2, None, 1, 1), told(3, STAFF, 2, 2)]
    assert answered(*posts) == {1: None, 2: 2}


def test_what_answers_a_repetition_answers_the_post() -> None:
    again = told(2, ANN, 1, thread_id=2, duplicate_of_id=1)
    posts = [told(1, ANN, 0), again, told(3, STAFF, 4, 2, thread_id=2)]
    assert answered(*posts) == {1: 4, 2: 4}


def test_kinds_are_kept_apart_and_the_brands_own_posts_have_none() -> None:
    posts = [told(1, ANN, 0), told(2, STAFF, 1, 1), told(3, STAFF, 2, 1), told(4, STAFF, 3, 1)]
    kinds = {2: ReplyKind.ACKNOWLEDGEMENT, 3: ReplyKind.REDIRECT, 4: ReplyKind.ANSWER}
    rows = [(11, 1, BRAND, Relation.DIRECT.value), (12, 2, BRAND, Relation.OWN.value)]
    found, directed = first_replies(posts, rows, lambda post: kinds[post.id])
    one, two, three = (START + timedelta(hours=hours) for hours in (1, 2, 3))
    assert found == {11: FirstReplies(answered_at=three, redirected_at=two, acknowledged_at=one)}
    assert directed == []


def test_an_indirect_reply_to_the_brand_turns_out_to_be_put_to_it() -> None:
    posts = [told(1, STAFF, 0, is_root=True), told(2, ANN, 1, 1), told(3, BOB, 2, 2)]
    rows = [(post.id, post.id, BRAND, Relation.INDIRECT.value) for post in posts[1:]]
    assert first_replies(posts, rows, lambda _post: ReplyKind.ANSWER)[1] == [2]
