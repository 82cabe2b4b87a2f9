"""Reads which threads are older than their posts are kept, and how many posts that makes. It removes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import case
from sqlmodel import Session, col, func, select

from models.tables import Mention, Post
from models.words import SEALED, Standing


@dataclass(frozen=True, slots=True)
class Kept:
    """From when on posts are kept: those of each brand by its id (None: all), and those that are no brand's."""

    brands: Mapping[int, datetime | None] = field(default_factory=dict)
    nobodys: datetime | None = None

    @property
    def latest(self) -> datetime | None:
        """Nothing younger goes; None where all is kept."""
        times = [at for at in (*self.brands.values(), self.nobodys) if at is not None]
        return max(times) if times else None

    def since(self, brand_ids: Sequence[int]) -> datetime | None:
        """From when on a thread is kept that these brands share: as long as any of them keeps it."""
        times = [self.brands.get(id) for id in brand_ids] if brand_ids else [self.nobodys]
        known = [at for at in times if at is not None]
        return min(known) if len(known) == len(times) else None


@dataclass(frozen=True, slots=True)
class AgedThread:
    """A thread all of whose posts are older than they are kept; ``post_count`` are those that still have words."""

    id: int
    youngest_at: datetime
    post_count: int


def aged_threads(session: Session, kept: Kept, after: int, limit: int) -> tuple[list[AgedThread], int | None]:
    """Threads with ids above ``after`` that are old, of ``limit`` looked at; and the last of these, None at the end.

    A thread whose youngest post is not old stays whole, and so does one that waits for linking.
    """
    latest = kept.latest
    if latest is None:
        return [], None
    query = (
        select(Post.thread_id, func.max(Post.published_at), func.sum(case((col(Post.gone_at).is_(None), 1), else_=0)))
        .where(col(Post.thread_id) > after, func.coalesce(Post.gone_reason, "").not_in(SEALED))
        .group_by(col(Post.thread_id))
        .having(func.max(Post.published_at) < latest, func.max(case((Post.is_pending, 1), else_=0)) == 0)  # type: ignore[arg-type]
        .order_by(col(Post.thread_id))
        .limit(limit)
    )
    rows = [(id or 0, youngest, count) for id, youngest, count in session.exec(query)]
    brands = _brands_of(session, [id for id, _, _ in rows])
    old = []
    for id, youngest, count in rows:
        since = kept.since(brands.get(id, ()))
        if since is not None and youngest < since:
            old.append(AgedThread(id, youngest, int(count)))
    return old, rows[-1][0] if rows else None


def count_older(session: Session, brand_id: int, at: datetime) -> int:
    """How many posts of a brand's customers are still there though they were published before a time."""
    query = select(func.count()).where(
        Mention.brand_id == brand_id,
        col(Mention.standing).in_([int(Standing.REPEATED), int(Standing.COUNTED)]),
        col(Mention.published_at) < at,
    )
    return session.exec(query).one()


def _brands_of(session: Session, thread_ids: Sequence[int]) -> dict[int, list[int]]:
    query = (
        select(Post.thread_id, Mention.brand_id)
        .join(Mention, col(Mention.post_id) == col(Post.id))
        .where(col(Post.thread_id).in_(thread_ids))
        .distinct()
    )
    found: dict[int, list[int]] = {}
    for thread_id, brand_id in session.exec(query):
        found.setdefault(thread_id or 0, []).append(brand_id)
    return found
