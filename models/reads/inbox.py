"""Reads the inbox: which posts wait and in what order, a page at a time; how many; what else is known of those shown.

Waiting posts are read from one small index (``ix_mention_open``), in order, so that a page costs the same however many
wait. It writes nothing and knows no person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, text
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, or_, select, tuple_

from models.inbox_tables import MentionTag, Triage
from models.reads.customers import EVERYTHING, MentionFilter, customers
from models.reads.states import ResponseClock, state_of
from models.tables import Mention
from models.urgency import OPEN
from models.words import ResponseState

WAITING = (ResponseState.UNANSWERED.value, ResponseState.TOO_EARLY.value)
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """What to show of one brand's inbox. ``states`` empty is any; ``is_snoozed`` None shows both.

    ``assignee`` is a name, or the empty string for nobody's; None does not filter, as with everything else.
    """

    said: MentionFilter = EVERYTHING
    states: tuple[str, ...] = WAITING
    is_snoozed: bool | None = False
    assignee: str | None = None
    tag: str | None = None
    is_unsure: bool = False
    after_id: int | None = None

    @property
    def is_urgent_first(self) -> bool:
        """Whether only posts are asked for that may still wait; all others are listed by time."""
        return bool(self.states) and set(self.states) <= set(WAITING)


class Place(NamedTuple):
    """Where a mention stands in the order: sorting these sorts the inbox. ``late`` is 0 past the promise, else 1.

    Lists by time have 0 and 0 in front, and time runs backwards in them: ``microseconds`` is negative.
    """

    late: int
    urgency_rank: int
    microseconds: int
    mention_id: int


@dataclass(frozen=True, slots=True)
class Placed:
    """One mention of a page."""

    place: Place
    brand_id: int
    post_id: int
    published_at: datetime
    state: str | None


@dataclass(frozen=True)
class Promise:
    """A brand's clock, and the time before which a post has to be published to be past the promised response."""

    brand_id: int
    clock: ResponseClock
    late_before: datetime | None

    @cached_property
    def state(self) -> ColumnElement[str]:
        """The state of a mention: made once, since making it takes longer than reading a page."""
        return state_of(self.clock)


def inbox_page(
    session: Session, promise: Promise, filters: InboxFilter, after: tuple[Place, datetime] | None, limit: int
) -> list[Placed]:
    """The next posts of a brand's inbox after a place (and its post's time), in order."""
    if not filters.is_urgent_first:
        return [_placed(row, None) for row in session.execute(_by_time(promise, filters, after).limit(limit))]
    found: list[Placed] = []
    for late in (0, 1):
        is_over = after is not None and after[0].late > late
        if is_over or len(found) >= limit or (late == 0 and promise.late_before is None):
            continue
        query = _by_urgency(promise, filters, late, after if after and after[0].late == late else None)
        found += [_placed(row, late) for row in session.execute(query.limit(limit - len(found)))]
    return found


def inbox_count(session: Session, promise: Promise, filters: InboxFilter, most: int = MOST_COUNTED) -> int:
    """How many posts the filters find; counting ends at ``most``."""
    query = _asked(promise, filters, literal(1).label("one"))
    return int(session.execute(select_columns(func.count()).select_from(query.limit(most).subquery())).scalar_one())


def states_of(session: Session, promise: Promise, mention_ids: Sequence[int]) -> dict[int, str | None]:
    """The response states of those of these mentions that are a customer's for the brand, by mention id."""
    query = customers(promise.brand_id, promise.clock.as_of, Mention.id, promise.state, with_duplicates=True)
    return {row[0]: row[1] for row in session.execute(query.where(col(Mention.id).in_(mention_ids)))}


def newest_mention(session: Session, brand_ids: Sequence[int]) -> int:
    """The highest mention id of these brands, 0 where there is none."""
    query = select(func.max(Mention.id)).where(col(Mention.brand_id).in_(brand_ids))
    return session.exec(query).one() or 0


def _asked(promise: Promise, filters: InboxFilter, *columns: Any) -> Select[Any]:
    """Select columns over what the filters let through."""
    query = customers(promise.brand_id, promise.clock.as_of, *columns, filters=filters.said)
    if filters.is_urgent_first:
        query = query.where(text(OPEN))
    if filters.states:
        query = query.where(promise.state.in_(filters.states))
    if filters.is_unsure:
        query = query.where(col(Mention.is_confident).is_(False))
    if filters.after_id is not None:
        query = query.where(col(Mention.id) > filters.after_id)
    return _triaged(query, promise, filters)


def _triaged(query: Select[Any], promise: Promise, filters: InboxFilter) -> Select[Any]:
    """These tables are small beside the mentions, so each is read as a list of ids."""
    id = col(Mention.id)
    if filters.is_snoozed is not None:
        asleep = select(Triage.mention_id).where(col(Triage.snoozed_until) > promise.clock.as_of)
        query = query.where(id.in_(asleep) if filters.is_snoozed else id.not_in(asleep))
    if filters.assignee == "":
        query = query.where(id.not_in(select(Triage.mention_id).where(col(Triage.assignee).is_not(None))))
    elif filters.assignee is not None:
        query = query.where(id.in_(select(Triage.mention_id).where(Triage.assignee == filters.assignee)))
    if filters.tag is not None:
        tagged = select(MentionTag.mention_id).where(
            MentionTag.brand_id == promise.brand_id, MentionTag.tag == filters.tag
        )
        query = query.where(id.in_(tagged))
    return query


_COLUMNS: tuple[Any, ...] = (Mention.id, Mention.brand_id, Mention.post_id, Mention.published_at, Mention.urgency_rank)


def _by_urgency(promise: Promise, filters: InboxFilter, late: int, after: tuple[Place, datetime] | None) -> Select[Any]:
    query = _asked(promise, filters, *_COLUMNS, promise.state.label("state"))
    at = col(Mention.published_at)
    if promise.late_before is not None:
        query = query.where(at < promise.late_before if late == 0 else at >= promise.late_before)
    keys = (col(Mention.urgency_rank), at, col(Mention.id))
    if after is not None:
        place, published_at = after
        query = query.where(
            col(Mention.urgency_rank) >= place.urgency_rank,  # where the index is entered
            tuple_(*keys) > (place.urgency_rank, published_at, place.mention_id),
        )
    return query.order_by(*keys)


def _by_time(promise: Promise, filters: InboxFilter, after: tuple[Place, datetime] | None) -> Select[Any]:
    query = _asked(promise, filters, *_COLUMNS, promise.state.label("state"))
    at, id = col(Mention.published_at), col(Mention.id)
    if after is not None:
        place, published_at = after
        query = query.where(at <= published_at, or_(at < published_at, id > place.mention_id))
    return query.order_by(at.desc(), id)


def _placed(row: Any, late: int | None) -> Placed:
    id, brand_id, post_id, published_at, rank, state = row
    since = int(published_at.timestamp() * 1_000_000)
    place = Place(0, 0, -since, id) if late is None else Place(late, rank, since, id)
    return Placed(place, brand_id, post_id, published_at, state)
