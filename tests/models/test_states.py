"""Every branch of the response state, as of any time; and pages that neither skip nor repeat."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from listener.pipeline.preparing import ListeningBrand
from models.database import session_of
from models.reads.coverage import coverage_of
from models.reads.customers import MentionFilter
from models.reads.mentions import MentionView, mentions
from models.reads.states import ResponseClock
from models.words import ResponseState
from tests.builders import NOW, START, a_brand, bring, label_all, memory, post, reply, states, views

DM = "Please send us a DM with your order number."
GOT_IT = "We have received your message and will get back to you soon."


def store(*posts: dict[str, object], until: datetime = NOW, needs: float = 0.9) -> tuple[Engine, ListeningBrand]:
    engine = memory()
    brand = a_brand(engine)
    bring(engine, brand, posts, complete_until=until)
    label_all(engine, needs_response=needs)
    return engine, brand


def after(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("replies", "state"),
    [
        ([], "unanswered"),
        ([reply("r", "1", hours=1)], "answered"),
        ([reply("r", "1", DM, hours=1)], "redirected"),
        ([reply("r", "1", GOT_IT, hours=1)], "unanswered"),
        ([reply("r", "1", DM, hours=1), reply("s", "1", hours=2)], "answered"),
        ([reply("r", "1", hours=1), reply("s", "1", DM, hours=2)], "answered"),
        ([reply("r", "1", hours=1, by="bob")], "unanswered"),
        ([reply("r", None, hours=1)], "unanswered"),
    ],
)
def test_what_the_brand_replied(replies: list[dict[str, object]], state: str) -> None:
    engine, brand = store(post("1"), *replies)
    assert states(engine, brand)["1"] == state


def test_before_any_label_there_is_no_state() -> None:
    engine = memory()
    brand = a_brand(engine)
    bring(engine, brand, [post("1")])
    assert states(engine, brand) == {"1": None}


def test_a_post_that_needs_no_response_says_so_even_if_it_got_one() -> None:
    engine, brand = store(post("1"), reply("r", "1", hours=1), needs=0.1)
    assert states(engine, brand) == {"1": "not_needed"}


@pytest.mark.parametrize("source", ["feed", "never-heard-of"])
def test_a_source_that_shows_no_replies_leaves_it_unknown(source: str) -> None:
    engine, brand = store(post("1", source=source))
    assert states(engine, brand) == {"1": "unknown"}


def test_a_reply_counts_even_where_none_were_expected() -> None:
    engine, brand = store(post("1", source="feed"), reply("r", "1", hours=1, source="feed"))
    assert states(engine, brand) == {"1": "answered"}


def test_a_source_that_was_not_checked_since_leaves_it_unknown() -> None:
    engine, brand = store(post("1"), post("2", hours=200, author="bob"), until=after(100))
    assert states(engine, brand) == {"1": "unanswered", "2": "unknown"}


@pytest.mark.parametrize(
    ("kind", "hours", "state"),
    [
        ("post", 71.9, "too_early"),
        ("post", 72, "unanswered"),
        ("question", 72, "unanswered"),
        ("reply", 71.9, "too_early"),
        ("review", 72, "too_early"),
        ("review", 167.9, "too_early"),
        ("review", 168, "unanswered"),
    ],
)
def test_a_young_post_is_too_early_by_its_kind(kind: str, hours: float, state: str) -> None:
    engine, brand = store(post("1", kind=kind), until=after(hours))
    assert states(engine, brand) == {"1": state}
    (view,) = views(engine, brand)
    assert view.is_due == (state == "unanswered")


def test_an_answer_counts_however_young_the_post() -> None:
    engine, brand = store(post("1"), reply("r", "1", hours=1), until=after(2))
    (view,) = views(engine, brand)
    assert (view.state, view.is_due) == ("answered", False)


@pytest.mark.parametrize(
    ("shown", "state"), [(1, "unanswered"), (2, "unknown"), (None, "unanswered"), (0, "unanswered")]
)
def test_a_thread_of_which_replies_are_missing_is_unknown(shown: int | None, state: str) -> None:
    child = post("2", hours=1, author="bob", kind="reply", parent_source_id="1")
    engine, brand = store(post("1", engagement={"replies": shown}), child)
    assert states(engine, brand)["1"] == state


def test_an_answer_found_counts_though_other_replies_are_missing() -> None:
    engine, brand = store(post("1", engagement={"replies": 9}), reply("r", "1", hours=1))
    assert states(engine, brand) == {"1": "answered"}


@pytest.mark.parametrize(
    ("hours", "state"),
    [
        (5, "too_early"),
        (80, "unanswered"),
        (99.9, "unanswered"),
        (100, "redirected"),
        (119, "redirected"),
        (120, "answered"),
    ],
)
def test_the_state_as_of_the_past_knows_nothing_of_later(hours: float, state: str) -> None:
    engine, brand = store(post("1"), reply("r", "1", DM, hours=100), reply("s", "1", hours=120))
    assert states(engine, brand, after(hours)) == {"1": state}


def test_a_post_of_later_is_not_there_yet() -> None:
    engine, brand = store(post("1"), post("2", hours=50, author="bob"))
    assert set(states(engine, brand, after(49))) == {"1"}
    assert set(states(engine, brand, after(50))) == {"1", "2"}


def test_bots_and_brands_are_not_listed_and_people_without_name_are() -> None:
    bot = post("2") | {"author": {"source_id": "b", "is_bot": True}}
    nobody = post("3") | {"author": {}}
    engine, brand = store(post("1"), bot, nobody, reply("4", "1", hours=1))
    assert set(states(engine, brand)) == {"1", "3"}


def test_counts_and_lists_and_filters_come_from_one_expression() -> None:
    posts = [post("1"), reply("r", "1", hours=1), post("2", author="bob"), post("3", author="cat", source="feed")]
    engine, brand = store(*posts)
    whole = states(engine, brand)
    for state in ResponseState:
        listed = {view.source_id for view in views(engine, brand, filters=MentionFilter(state=state))}
        assert listed == {id for id, said in whole.items() if said == state}


def found(filters: MentionFilter) -> set[str]:
    posts = [
        post("1", "A grinder at 100 % of its price", title="Grinder"),
        post("2", "Where is my_order?", hours=24, author="bob", source="bluesky"),
        post("3", "@amberroast where?", hours=48, author="cat"),
    ]
    engine, brand = store(*posts)
    return {view.source_id for view in views(engine, brand, filters=filters)}


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (MentionFilter(), {"1", "2", "3"}),
        (MentionFilter(source="bluesky"), {"2"}),
        (MentionFilter(since=START + timedelta(days=1)), {"2", "3"}),
        (MentionFilter(until=START + timedelta(days=1)), {"1"}),
        (MentionFilter(relation="direct"), {"3"}),
        (MentionFilter(stage="smot", complaint=True, sentiment="negative"), {"1", "2", "3"}),
        (MentionFilter(complaint=False), set()),
        (MentionFilter(text="WHERE"), {"2", "3"}),
        (MentionFilter(text="grinder"), {"1"}),
        (MentionFilter(text="100 %"), {"1"}),
        (MentionFilter(text="%"), {"1"}),
        (MentionFilter(text="my_order"), {"2"}),
        (MentionFilter(text="my order"), set()),
        (MentionFilter(text="\\"), set()),
        (MentionFilter(language="en", source="mastodon", text="where"), {"3"}),
    ],
)
def test_filters(filters: MentionFilter, ids: set[str]) -> None:
    assert found(filters) == ids


def pages(engine: Engine, brand: ListeningBrand, size: int) -> list[MentionView]:
    shown: list[MentionView] = []
    last: tuple[datetime, int] | None = None
    with session_of(engine) as session:
        clock = ResponseClock(NOW, coverage_of(session, brand.id))
        while page := list(mentions(session, brand.id, clock, after=last, limit=size)):
            shown += page
            last = (page[-1].published_at, page[-1].post_id)
    return shown


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_pages_neither_skip_nor_repeat_posts_of_one_moment(size: int) -> None:
    posts = [post(str(place), hours=place // 4, author=f"u{place}") for place in range(14)]
    engine, brand = store(*posts)
    shown = pages(engine, brand, size)
    assert [view.post_id for view in shown] == [view.post_id for view in views(engine, brand)]
    assert len({view.source_id for view in shown}) == 14
    assert [view.published_at for view in shown] == sorted((view.published_at for view in shown), reverse=True)
