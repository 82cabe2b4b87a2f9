"""Which unanswered posts matter most."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from listener.weekly.waiting import ranked, severity
from models.reads.instants import MICROSECONDS
from models.reads.weekly import OpenPost
from models.words import Relation, Sentiment

AS_OF = datetime(2026, 11, 8, 22, tzinfo=UTC)


def open_post(id: int = 1, days: float = 1, **keys: object) -> OpenPost:
    at = int((AS_OF - timedelta(days=days)).timestamp() * MICROSECONDS)
    plain = OpenPost(id, "mastodon", "en", "smot", "neutral", False, Relation.INDIRECT.value, at, None, None, None)
    return plain._replace(**keys)  # type: ignore[arg-type]


def test_severity_counts_complaint_sentiment_and_address() -> None:
    assert severity(open_post()) == 1
    worst = open_post(is_complaint=True, sentiment=Sentiment.NEGATIVE.value, relation=Relation.DIRECT.value)
    assert severity(worst) == 4


@given(st.lists(st.tuples(st.floats(0, 35), st.integers(0, 10**7), st.booleans()), max_size=30))
def test_older_graver_and_more_seen_come_first(found: list[tuple[float, int, bool]]) -> None:
    posts = [open_post(id, days, followers=many, is_complaint=bad) for id, (days, many, bad) in enumerate(found)]
    order = ranked(posts, AS_OF, 5)
    assert len(order) == min(5, len(posts))
    assert [one.weight for one in order] == sorted((one.weight for one in order), reverse=True)
    assert ranked(posts[::-1], AS_OF, 5) == order
    for one in order:
        assert one.open_seconds >= 0
        assert one.audience >= 1


def test_an_audience_is_what_is_known_of_it() -> None:
    first, second = ranked([open_post(1, followers=0), open_post(2, views=500)], AS_OF, 5)
    assert (first.post.post_id, first.audience) == (2, 500)
    assert second.audience == 1
