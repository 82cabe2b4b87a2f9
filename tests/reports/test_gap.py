"""The response gap as a whole: counts and lists, filters, groups, follow-ups, odd times, rivals, business hours."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlmodel import col, select

from listener.pipeline.preparing import ListeningBrand
from listener.reports.asking import ReportRequest
from listener.reports.rendering import response_gap_markdown
from listener.reports.response_gap import ResponseGap
from listener.reports.response_gap_kind import build
from models.database import session_of
from models.errors import SettingsError
from models.reads.coverage import coverage_of
from models.reads.customers import MentionFilter
from models.reads.mentions import mentions
from models.reads.states import ResponseClock
from models.store.labels import save_labels
from models.tables import Brand, Mention, Post, Theme
from models.words import ResponseState, Stage
from tests.builders import NOW, START, a_brand, at, bring, label, label_all, memory, post, reply

DM = "Please send us a DM with your order number."


def store(*posts: dict[str, Any], thanks: tuple[str, ...] = (), **keys: Any) -> tuple[Engine, ListeningBrand]:
    """Posts of one brand; all need a response but the ``thanks``."""
    engine = memory()
    brand = a_brand(engine, **keys)
    bring(engine, brand, posts)
    say(engine, thanks)
    return engine, brand


def say(engine: Engine, thanks: tuple[str, ...] = ()) -> None:
    with session_of(engine) as session:
        query = select(Mention.id, Post.source_id).join(Post, col(Post.id) == col(Mention.post_id))
        rows = [label(id or 0, needs_response=0.1 if said in thanks else 0.9) for id, said in session.exec(query)]
        save_labels(session, rows, "test 1", NOW, 0.5)


def gap_of(engine: Engine, slug: str = "amber-roast", as_of: datetime = NOW, **keys: Any) -> ResponseGap:
    with session_of(engine) as session:
        return build(session, ReportRequest(slug, as_of, **keys))


POSTS = (
    post("1", "Gdzie jest moja kawa? Nikt nie odpowiada od tygodnia.", author="ola", language="pl"),
    reply("r1", "1", hours=3),
    post("2", "Malūnėlis sugedo antrą dieną, ką daryti?", hours=5, author="jonas", language="lt"),
    post("3", "@amberroast איפה ההזמנה שלי?", hours=8, author="dana", language="he"),
    reply("r3", "3", DM, hours=20),
    post("4", "咖啡機漏水，客服完全不回", hours=10, author="mei", language="zh", source="forum"),
    post("5", "Lovely tin!", hours=11, author="kim", language="en"),
    post("6", "the tin came open again", hours=460, author="lou", language="en"),
)


@pytest.mark.parametrize(
    ("keys", "ids"),
    [
        ({}, {"2"}),
        ({"language": "lt"}, {"2"}),
        ({"language": "pl"}, set()),
        ({"source": "mastodon"}, {"2"}),
        ({"source": "forum"}, set()),
        ({"relation": "direct"}, set()),
        ({"stage": "smot"}, {"2"}),
        ({"stage": "umot"}, set()),
        ({"since": START + timedelta(hours=6)}, set()),
        ({"until": START + timedelta(hours=6)}, {"2"}),
    ],
)
def test_what_is_counted_is_what_is_listed_under_every_filter(keys: dict[str, Any], ids: set[str]) -> None:
    engine, brand = store(*POSTS, thanks=("5",))
    gap = gap_of(engine, **keys)
    assert {one.source_id for one in gap.unanswered} == ids
    assert gap.unanswered_count == gap.states[ResponseState.UNANSWERED] == len(ids)
    with session_of(engine) as session:
        clock = ResponseClock(NOW, coverage_of(session, brand.id))
        views = list(mentions(session, brand.id, clock, MentionFilter(**keys)))
    assert gap.states == {state: sum(view.state == state for view in views) for state in ResponseState}


def test_the_list_is_cut_and_its_count_is_not() -> None:
    posts = [post(str(n), hours=n, author=f"u{n}") for n in range(9)]
    engine, _ = store(*posts)
    gap = gap_of(engine, limit=3)
    assert ([one.source_id for one in gap.unanswered], gap.unanswered_count) == (["0", "1", "2"], 9)
    assert len(gap_of(engine).unanswered) == 9


def test_groups_hold_all_posts_whichever_way_they_are_split() -> None:
    engine, brand = store(*POSTS, thanks=("5",))
    with session_of(engine) as session:
        theme = Theme(
            brand_id=brand.id, encoder="e 1", polarity="complaint", name="late parcels", centroid=b"", radius=0.4,
            created_at=NOW, fitted_at=NOW,
        )  # fmt: skip
        session.add(theme)
        session.flush()
        theme_id = theme.id
        ids = select(Post.id).where(col(Post.source_id).in_(["1", "2"]))
        session.execute(update(Mention).where(col(Mention.post_id).in_(ids)).values(theme_id=theme_id))
    gap = gap_of(engine)
    for split, groups in gap.groups.items():
        total = {state: sum(group.states[state] for group in groups) for state in ResponseState}
        assert total == gap.states, split
    named = {group.group: (group.name, group.response_rate.value) for group in gap.groups["theme"]}
    assert named == {"none": (None, 1.0), str(theme_id): ("late parcels", 0.5)}
    assert {group.group for group in gap.groups["language"]} == {"pl", "lt", "he", "zh", "en"}
    assert gap_of(engine, theme_id=theme_id).states[ResponseState.ANSWERED] == 1
    assert "| late parcels (" in response_gap_markdown(gap)


CHAT = (
    post("1", "my grinder is broken"),
    reply("r1", "1", hours=2),
    post("2", "I did that and it still does not turn", hours=10, parent_source_id="r1", kind="reply"),
    post("3", "hello, is anybody there?", hours=12, parent_source_id="r1", kind="reply"),
)


def test_answered_once_then_ignored() -> None:
    engine, _ = store(*CHAT)
    replies = gap_of(engine).next_replies
    assert (replies.turn_count, replies.conversation_count, replies.waiting_count) == (1, 1, 1)
    assert (replies.response_rate.value, replies.response_rate.n) == (0, 1)
    assert (replies.waiting_share.value, replies.waiting_share.n) == (1, 1)
    assert replies.time_to_next_response.median.value is None


def test_a_follow_up_that_is_answered_counts_from_its_first_post() -> None:
    engine, _ = store(*CHAT, reply("r3", "3", hours=15))
    replies = gap_of(engine).next_replies
    assert (replies.turn_count, replies.waiting_count) == (1, 0)
    assert replies.time_to_next_response.median.value == 5 * 3600
    assert replies.waiting_share.value == 0


def test_an_acknowledgement_answers_no_follow_up_and_begins_no_turn() -> None:
    got_it = "We have received your message and will get back to you soon."
    engine, _ = store(*CHAT, reply("r3", "3", got_it, hours=15))
    assert gap_of(engine).next_replies.waiting_count == 1
    engine, _ = store(post("1", "my grinder is broken"), reply("r1", "1", got_it, hours=2), *CHAT[2:])
    assert gap_of(engine).next_replies.turn_count == 0


def test_a_thank_you_does_not_wait_and_a_question_after_it_does() -> None:
    engine, _ = store(*CHAT[:3], thanks=("2",))
    assert gap_of(engine).next_replies.turn_count == 0
    engine, _ = store(*CHAT, reply("r3", "3", hours=15), thanks=("2",))
    replies = gap_of(engine).next_replies
    assert replies.time_to_next_response.median.value == 3 * 3600


def test_a_thread_that_is_reopened_weeks_later_waits_anew() -> None:
    again = post("9", "and now it leaks as well", hours=300, parent_source_id="1", kind="reply")
    engine, _ = store(*CHAT[:2], again)
    gap = gap_of(engine)
    assert gap.next_replies.waiting_count == 1
    assert gap.time_to_first_response.answered_median.value == 2 * 3600
    (waiting,) = gap.unanswered
    assert waiting.open_seconds == (NOW - START).total_seconds() - 300 * 3600
    late = gap_of(engine, since=START + timedelta(hours=299))
    assert late.next_replies.turn_count == 1  # what the brand said lies before the period and is known all the same


def test_another_customer_in_the_thread_follows_nothing_up() -> None:
    other = post("2", "mine is broken too", hours=10, author="bob", parent_source_id="r1", kind="reply")
    engine, _ = store(*CHAT[:2], other)
    assert gap_of(engine).next_replies.turn_count == 0


@pytest.mark.parametrize("is_rival_first", [True, False])
def test_two_brands_in_one_thread_are_each_measured_on_their_own_replies(is_rival_first: bool) -> None:
    engine = memory()
    brand = a_brand(engine)
    rival = a_brand(engine, "north-beans", "northbeans")
    first = post("1", "@amberroast @northbeans which of you two sent me this?")
    theirs = reply("r1", "1", hours=4, by="northbeans")
    more = post("2", "thanks, but where is the other tin?", hours=5, parent_source_id="r1", kind="reply")
    for each in (rival, brand) if is_rival_first else (brand, rival):
        bring(engine, each, [first, theirs, more])
    say(engine)
    own, other = gap_of(engine), gap_of(engine, "north-beans")
    assert own.states[ResponseState.UNANSWERED] == 2
    assert own.next_replies.turn_count == 0
    assert (other.states[ResponseState.ANSWERED], other.states[ResponseState.UNANSWERED]) == (1, 1)
    assert (other.next_replies.turn_count, other.next_replies.waiting_count) == (1, 1)


def test_a_review_edited_after_the_answer_keeps_its_answer_unless_its_date_moves() -> None:
    review = post("1", "Half of the beans are burnt", kind="review", rating=1, source="google_play")
    engine, brand = store(review, reply("r1", "1", hours=4, source="google_play"))
    bring(engine, brand, [review | {"text": "Half of the beans are burnt. They sent new ones.", "rating": 4}])
    label_all(engine)
    gap = gap_of(engine)
    assert (gap.states[ResponseState.ANSWERED], gap.implausible_count) == (1, 0)
    bring(engine, brand, [review | {"text": "Burnt again!", "published_at": at(50)}])
    label_all(engine, model="test 2")
    gap = gap_of(engine)
    assert gap.states[ResponseState.UNANSWERED] == 1
    assert gap.time_to_first_response.answered_median.n == 0


def test_a_response_stamped_before_its_post_is_left_out_and_counted() -> None:
    engine, _ = store(post("1"), reply("r1", "1", hours=4), post("2", author="bob"))
    with session_of(engine) as session:
        answered = col(Mention.answered_at).is_not(None)
        session.execute(update(Mention).where(answered).values(answered_at=START - timedelta(hours=1)))
    gap = gap_of(engine)
    assert gap.implausible_count == 1
    assert (gap.states[ResponseState.UNKNOWN], gap.states[ResponseState.ANSWERED]) == (1, 0)
    assert (gap.response_rate.n, gap.response_rate.coverage) == (1, 0.5)
    assert gap.time_to_first_response.answered_median.n == 0


def test_a_reply_stamped_before_the_post_is_no_answer() -> None:
    engine, _ = store(post("1", hours=10), reply("r1", "1", hours=9))
    assert gap_of(engine).states[ResponseState.UNANSWERED] == 1


def test_a_reply_in_the_same_second_took_no_time() -> None:
    engine, _ = store(post("1", hours=10), reply("r1", "1", hours=10 + 1 / 3600))
    assert gap_of(engine).time_to_first_response.median.value == 1


def test_posts_stamped_later_than_they_were_collected_are_counted_and_left_out() -> None:
    engine, _ = store(post("1"), post("2", author="bob", published_at="2031-01-01T00:00:00Z"))
    gap = gap_of(engine)
    assert (gap.implausible_count, sum(gap.states.values())) == (1, 1)
    before = gap_of(engine, as_of=NOW - timedelta(days=3))  # at that time nothing had been collected
    assert before.implausible_count == 0
    assert gap_of(engine, until=NOW).implausible_count == 0  # stamped outside of the period that is asked for


def test_an_empty_period_says_nothing_instead_of_zero() -> None:
    engine, _ = store(*POSTS)
    gap = gap_of(engine, since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime(2020, 2, 1, tzinfo=UTC))
    assert sum(gap.states.values()) == gap.unanswered_count == gap.next_replies.turn_count == 0
    for figure in (
        gap.response_rate,
        gap.time_to_first_response.median,
        gap.next_replies.response_rate,
        gap.visible_neglect.unweighted,
        gap.visible_neglect.by_audience,
        gap.visible_neglect.by_audience_and_time,
        gap.reply_effect[0].difference,
    ):
        assert (figure.value, figure.interval, figure.n, figure.coverage) == (None, None, 0, None)
    assert "unknown (n = 0)" in response_gap_markdown(gap)


def test_one_post_has_every_figure() -> None:
    engine, _ = store(post("1"), reply("r1", "1", hours=3))
    gap = gap_of(engine)
    assert (gap.response_rate.value, gap.response_rate.n) == (1, 1)
    assert gap.time_to_first_response.median.value == 3 * 3600
    assert gap.visible_neglect.by_audience.value == 0


def test_rivals_stand_beside_with_the_same_filters() -> None:
    engine, _ = store(*POSTS, thanks=("5",), rivals=("north-beans", "not-stored", "amber-roast"))
    rival = a_brand(engine, "north-beans", "northbeans")
    more = post("n2", "Pupelės senos ir be jokio kvapo", hours=1, author="rasa", language="lt")
    theirs = [post("n1", "stale beans", author="pat"), more]
    bring(engine, rival, [*theirs, reply("nr", "n1", hours=6, by="northbeans")])
    say(engine, ("5",))
    gap = gap_of(engine)
    assert [(one.brand, one.is_own) for one in gap.rivals] == [("amber-roast", True), ("north-beans", False)]
    assert gap.rivals[0].response_rate == gap.response_rate
    assert gap.rivals[0].median == gap.time_to_first_response.median
    alone = gap_of(engine, "north-beans")
    assert alone.rivals == []
    assert gap.rivals[1].response_rate == alone.response_rate
    assert gap.rivals[1].median == alone.time_to_first_response.median
    in_lithuanian = gap_of(engine, language="lt").rivals[1]
    assert (in_lithuanian.response_rate.n, in_lithuanian.unanswered_count) == (1, 1)
    assert gap_of(engine, theme_id=3).rivals == []
    assert "| North Beans |" in response_gap_markdown(gap)


@pytest.mark.parametrize(("holidays", "hours", "said"), [(None, 1, "1 h ("), ("LT", 0, "0 s (")])
def test_business_time_stands_beside_calendar_time(holidays: str | None, hours: int, said: str) -> None:
    """Sunday 1 November, 9:00 UTC to Monday 8:00 UTC (10:00 in Vilnius): one hour of work, but for All Souls' Day."""
    keys: dict[str, Any] = {
        "business_hours": "Mon-Fri 09:00-17:00",
        "timezone": "Europe/Vilnius",
        "holidays": holidays,
    }
    engine, _ = store(post("1"), reply("r1", "1", hours=23), **keys)
    gap = gap_of(engine)
    assert gap.time_to_first_response.median.value == 23 * 3600
    assert gap.time_to_first_response.business is not None
    assert gap.time_to_first_response.business.median.value == hours * 3600
    page = response_gap_markdown(gap)
    assert "| median, open posts included | 23 h (" in page
    assert f"| {said}" in page
    assert f"Business time: Mon-Fri 09:00-17:00, {holidays or 'no holidays'}, Europe/Vilnius." in page


def test_hours_that_are_none_are_refused_by_name() -> None:
    engine, _ = store(post("1"))
    with session_of(engine) as session:
        session.execute(update(Brand).values(business_hours="nine to five"))
    with pytest.raises(SettingsError, match="brand 'amber-roast': 'nine to five' are no opening hours"):
        gap_of(engine)


def test_a_post_whose_thread_was_looked_at_only_early_is_not_older_than_that() -> None:
    engine, _ = store(post("1"), post("2", author="bob"), reply("r2", "2", hours=30))
    with session_of(engine) as session:
        session.execute(update(Post).where(col(Post.source_id) == "1").values(replies_seen_seconds=7200))
    gap = gap_of(engine)
    assert gap.states[ResponseState.TOO_EARLY] == 1
    within = gap.time_to_first_response.within_hours
    assert (within[1].n, within[4].n) == (2, 1)


def test_stages_that_models_do_not_say_are_called_none() -> None:
    engine, _ = store(post("1"))
    assert [group.group for group in gap_of(engine).groups["stage"]] == [Stage.SMOT.value]
