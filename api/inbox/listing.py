"""Makes a page of an inbox over one brand or several: posts in order, why each stands where it does, and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from api.dependencies import Shared
from api.inbox.asking import InboxCursor, InboxQuery, decode_inbox_cursor, filter_of
from api.reading import response_clock
from models.reads.inbox import (
    MOST_COUNTED,
    InboxFilter,
    Placed,
    Promise,
    inbox_count,
    inbox_page,
    newest_mention,
    states_of,
)
from models.reads.triage import InboxRow, inbox_rows
from models.tables import Brand
from models.urgency import LOW_RATING, Urgency, urgency_of
from models.words import Sentiment

PAGE = 25


@dataclass(frozen=True, slots=True)
class Entry:
    """A post of the list. ``past_seconds``: by how much it is past the promise; negative while there is time."""

    row: InboxRow
    state: str | None
    age_seconds: float
    promised_seconds: int | None
    past_seconds: float | None

    @property
    def urgency(self) -> Urgency:
        """What else it is ordered by."""
        return urgency_of(self.row.mention.urgency_rank)

    @property
    def has_low_rating(self) -> bool:
        """Whether its stars made it more severe."""
        return self.row.post.rating is not None and self.row.post.rating <= LOW_RATING

    @property
    def is_negative(self) -> bool:
        """Whether its feeling made it more severe."""
        return self.row.mention.sentiment == Sentiment.NEGATIVE.value


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page. ``count`` ends at ``models.reads.inbox.MOST_COUNTED``; ``newest`` is the newest mention known."""

    entries: list[Entry]
    next_cursor: str | None
    as_of: datetime
    count: int
    newest: int
    is_urgent_first: bool

    @property
    def is_count_whole(self) -> bool:
        """Whether all were counted."""
        return self.count < MOST_COUNTED


def promises_of(session: Session, brands: Sequence[Brand], as_of: datetime) -> list[Promise]:
    """Each brand's clock and promise."""
    return [_promise(session, brand, as_of) for brand in brands]


def list_inbox(
    session: Session,
    shared: Shared,
    brands: Sequence[Brand],
    query: InboxQuery,
    me: str,
    *,
    cursor: str | None = None,
    limit: int = PAGE,
) -> Inbox:
    """A page after a cursor. Raises CursorError."""
    known = decode_inbox_cursor(cursor) if cursor else None
    as_of = known.as_of if known else shared.clock()
    promises = promises_of(session, brands, as_of)
    filters = filter_of(query, me, as_of)
    after = known.after if known else None
    found: list[Placed] = []
    for promise in promises:
        found += inbox_page(session, promise, filters, after, limit + 1)
    found.sort(key=lambda placed: placed.place)
    shown = found[:limit]
    return Inbox(
        entries=entries_of(session, shown, as_of),
        next_cursor=InboxCursor(shown[-1].place, as_of).encode() if len(found) > limit else None,
        as_of=as_of,
        count=counted(session, shared, promises, query, me),
        newest=newest_mention(session, [promise.brand_id for promise in promises]),
        is_urgent_first=filters.is_urgent_first,
    )


def entries_of(session: Session, placed: Sequence[Placed], as_of: datetime) -> list[Entry]:
    """The posts at these places, with their words; what has gone in the meantime is left out."""
    rows = inbox_rows(session, [one.place.mention_id for one in placed])
    states = {one.place.mention_id: one.state for one in placed}
    return [entry_of(rows[id], states[id], as_of) for id in states if id in rows]


def entries_now(session: Session, shared: Shared, mention_ids: Sequence[int]) -> list[Entry]:
    """These mentions as they are now, in the order given; those that are no customer's have no state."""
    as_of, rows = shared.clock(), inbox_rows(session, mention_ids)
    brands = {row.brand.id: row.brand for row in rows.values()}
    states: dict[int, str | None] = {}
    for promise in promises_of(session, list(brands.values()), as_of):
        states |= states_of(session, promise, mention_ids)
    return [entry_of(rows[id], states.get(id), as_of) for id in mention_ids if id in rows]


def entry_of(row: InboxRow, state: str | None, as_of: datetime) -> Entry:
    """One post as the list shows it."""
    age = (as_of - row.post.published_at).total_seconds()
    promised = row.brand.promised_first_response_seconds
    return Entry(row, state, age, promised, age - promised if promised is not None else None)


def counted(session: Session, shared: Shared, promises: Sequence[Promise], query: InboxQuery, me: str) -> int:
    """How many posts a query finds, kept until something is written; counting ends at a thousand."""
    filters = filter_of(query, me, promises[0].clock.as_of) if promises else None
    key = (tuple(promise.brand_id for promise in promises), tuple(query.chosen().items()), me)
    return shared.reports.counted(key, lambda: _count(session, promises, filters)) if filters else 0


def _count(session: Session, promises: Sequence[Promise], filters: InboxFilter) -> int:
    total = 0
    for promise in promises:
        if total < MOST_COUNTED:
            total += inbox_count(session, promise, filters, MOST_COUNTED - total)
    return total


def _promise(session: Session, brand: Brand, as_of: datetime) -> Promise:
    promised = brand.promised_first_response_seconds
    late_before = as_of - timedelta(seconds=promised) if promised is not None else None
    return Promise(brand.id or 0, response_clock(session, brand, as_of), late_before)
