"""Reads what the response gap is measured from: counts, narrow rows without texts, follow-ups, later posts. No texts.

Every state in here is ``state_of``, so what is counted is what is listed. Times are microseconds since 1970.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, literal, null, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.reads.customers import MentionFilter, customers, with_posts
from models.reads.instants import MICROSECONDS, epoch_microseconds
from models.reads.rows import in_portions, raw_rows
from models.reads.states import ResponseClock, first_response, is_backdated, is_due, state_of
from models.tables import Author, Mention, Post
from models.words import ResponseState, Standing

_END = datetime.max.replace(tzinfo=UTC)
KNOWN = (ResponseState.ANSWERED.value, ResponseState.REDIRECTED.value, ResponseState.UNANSWERED.value)


class OtherPosts(NamedTuple):
    """How many posts need no response (``needs_response`` is False), or have no label yet (None), or repeat another."""

    source: str
    stage: str | None
    language: str
    relation: str
    theme_id: int | None
    needs_response: bool | None
    is_duplicate: bool
    post_count: int


class NeedingPost(NamedTuple):
    """A post that needs a response. ``responded_us`` counts only where the state says answered or redirected."""

    source: str
    stage: str | None
    language: str
    relation: str
    theme_id: int | None
    state: str
    is_due: bool
    is_backdated: bool
    published_us: int
    responded_us: int | None
    replies_seen_seconds: int | None
    followers: int | None
    views: int | None
    likes: int | None


class FollowUp(NamedTuple):
    """The first post that needs a response of what a customer said after the brand had answered in that thread."""

    source: str
    state: str
    is_due: bool
    published_us: int
    responded_us: int | None
    replies_seen_seconds: int | None
    thread_id: int
    author_id: int


class KnownComplaint(NamedTuple):
    """A complaint of a known author whose response state can be known."""

    author_id: int
    post_id: int
    source: str
    stage: str | None
    language: str
    sentiment: str | None
    rating: float | None
    state: str
    published_us: int
    responded_us: int | None


class SaidLater(NamedTuple):
    """What an author said of a brand at some time."""

    published_us: int
    sentiment: str | None
    rating: float | None


class LaterPost(NamedTuple):
    """A complaint beside one later post of its author about the brand."""

    author_id: int
    post_id: int
    source: str
    stage: str | None
    language: str
    sentiment: str | None
    rating: float | None
    state: str
    published_us: int
    responded_us: int | None
    later_us: int
    later_sentiment: str | None
    later_rating: float | None


def other_posts(session: Session, brand_id: int, as_of: datetime, filters: MentionFilter) -> list[OtherPosts]:
    """Posts of a brand's customers that are no ``needing_posts``, counted by what they have in common."""
    keys: tuple[Any, ...] = (
        Mention.source, Mention.stage, Mention.language, Mention.relation, Mention.theme_id, Mention.needs_response,
        _is_repeated().label("is_duplicate"),
    )  # fmt: skip
    query = customers(brand_id, as_of, *keys, func.count(), filters=filters, with_duplicates=True)
    needs_none = func.coalesce(col(Mention.needs_response), False).is_(False)
    query = query.where(or_(needs_none, _is_repeated())).group_by(*keys)
    return [OtherPosts(*row) for row in session.execute(query)]


def needing_posts(
    session: Session, brand_id: int, clock: ResponseClock, filters: MentionFilter, *, with_audience: bool = True
) -> list[NeedingPost]:
    """Every post that needs a response, with what its wait is reckoned from, and its audience unless not asked for."""
    columns: tuple[Any, ...] = (
        Mention.source, Mention.stage, Mention.language, Mention.relation, Mention.theme_id,
        state_of(clock), is_due(clock), func.coalesce(is_backdated(), False), *_stamps(),
    )  # fmt: skip
    audience = (Author.followers, Post.views_count, Post.likes_count) if with_audience else (null(), null(), null())
    query = customers(brand_id, clock.as_of, *columns, *audience, filters=filters)
    query = (with_posts(query) if with_audience else query).where(col(Mention.needs_response).is_(True))
    return list(map(NeedingPost._make, raw_rows(session, query)))


def follow_ups(session: Session, brand_id: int, clock: ResponseClock, filters: MentionFilter) -> list[FollowUp]:
    """Follow-up turns: what customers wrote that needs a response after the brand had answered them in the thread.

    A turn is all that a customer says between two responses; its clock starts with its first post that needs one.
    Posts without a known author belong to no turn.
    """
    before: Any = aliased(Post)
    its: Any = aliased(Mention)
    earlier = (
        select(literal(1))
        .select_from(before)
        .join(its, its.post_id == before.id)
        .where(
            before.author_id == Post.author_id,
            # Not by the index on threads: a thread may be far longer than what one author wrote.
            before.thread_id + 0 == Post.thread_id,
            its.brand_id == brand_id,
            or_(
                before.published_at < Post.published_at,
                and_(before.published_at == Post.published_at, before.id < Post.id),
            ),
        )
    )
    responded = first_response(its)
    was_answered = earlier.where(responded <= Post.published_at).exists()
    is_begun = earlier.where(
        its.needs_response.is_(True),
        before.gone_at.is_(None),
        before.duplicate_of_id.is_(None),
        or_(responded.is_(None), responded > Post.published_at),
    ).exists()
    columns = (Mention.source, state_of(clock), is_due(clock), *_stamps(), Post.thread_id, Mention.author_id)
    query = with_posts(customers(brand_id, clock.as_of, *columns, filters=filters)).where(
        col(Mention.needs_response).is_(True),
        or_(col(Post.parent_source_id).is_not(None), col(Post.thread_source_id).is_not(None)),
        was_answered,
        ~is_begun,
    )
    return [FollowUp(*row) for row in session.execute(query)]


def later_posts(session: Session, brand_id: int, clock: ResponseClock, filters: MentionFilter) -> list[LaterPost]:
    """Complaints whose state is known, each beside every later post of its author about the brand, in order.

    Read in two steps: in one, SQLite looks up the later posts of every author of the period first.
    """
    complaints = _known_complaints(session, brand_id, clock, filters)
    if not complaints:
        return []
    first = datetime.fromtimestamp(complaints[0].published_us // MICROSECONDS, UTC)
    said = _posts_by(session, brand_id, clock, {one.author_id for one in complaints}, first)
    return [
        LaterPost(*one, *post)
        for one in complaints
        for post in said.get(one.author_id, ())
        if post.published_us > one.published_us
    ]


def _known_complaints(
    session: Session, brand_id: int, clock: ResponseClock, filters: MentionFilter
) -> list[KnownComplaint]:
    state = state_of(clock)
    columns: tuple[Any, ...] = (
        Mention.author_id, Mention.post_id, Mention.source, Mention.stage, Mention.language, Mention.sentiment,
        Post.rating, state, epoch_microseconds(Mention.published_at), epoch_microseconds(first_response()),
    )  # fmt: skip
    query = (
        with_posts(customers(brand_id, clock.as_of, *columns, filters=filters))
        .where(
            col(Mention.is_complaint).is_(True),
            col(Mention.needs_response).is_(True),
            col(Mention.author_id).is_not(None),
            is_due(clock),
            state.in_(KNOWN),
        )
        .order_by(col(Mention.published_at), col(Mention.post_id))
    )
    return [KnownComplaint(*row) for row in raw_rows(session, query)]


def _posts_by(
    session: Session, brand_id: int, clock: ResponseClock, author_ids: Iterable[int], since: datetime
) -> dict[int, list[SaidLater]]:
    """What these authors said of the brand after ``since``, by author, the oldest first."""
    columns: tuple[Any, ...] = (
        Post.author_id, epoch_microseconds(Post.published_at), Mention.sentiment, Post.rating,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(Mention, and_(col(Mention.post_id) == col(Post.id), col(Mention.brand_id) + 0 == brand_id))
        .where(col(Post.published_at) <= clock.as_of, col(Post.gone_at).is_(None), col(Post.duplicate_of_id).is_(None))
        .where(col(Post.published_at) > since)
        .order_by(col(Post.published_at), col(Post.id))
    )
    found: dict[int, list[SaidLater]] = {}
    for among in in_portions(Post.author_id, author_ids):
        for author_id, *said in raw_rows(session, query.where(among)):
            found.setdefault(author_id, []).append(SaidLater(*said))
    return found


def count_future(session: Session, brand_id: int, as_of: datetime, filters: MentionFilter) -> int:
    """How many posts were already collected by ``as_of`` but are stamped later: their clock is wrong."""
    query = with_posts(customers(brand_id, _END, func.count(), filters=filters)).where(
        col(Mention.published_at) > as_of, col(Post.collected_at) <= as_of
    )
    return int(session.execute(query).scalar_one())


def _stamps() -> tuple[Any, ...]:
    """When a post was published and responded to, and up to how long after it its thread was looked at."""
    return epoch_microseconds(Mention.published_at), epoch_microseconds(first_response()), Mention.replies_seen_seconds


def _is_repeated() -> ColumnElement[bool]:
    return col(Mention.standing) == int(Standing.REPEATED)
