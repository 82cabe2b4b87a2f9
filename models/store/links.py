"""Writes what ties posts together: parents, threads, duplicates, and the brand's first replies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select, tuple_

from models.tables import Mention, Post, Thread

ThreadKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FirstReplies:
    """When a mention was first answered, sent elsewhere and acknowledged by the brand; None for not so far."""

    answered_at: datetime | None = None
    redirected_at: datetime | None = None
    acknowledged_at: datetime | None = None


def resolve_parents(session: Session) -> None:
    """Point pending posts at their stored parents, and stored orphans at a pending post that is their parent."""
    parent = aliased(Post)
    arrived = aliased(Post)
    its_parent = (
        select(parent.id)
        .where(parent.source == Post.source, parent.source_id == Post.parent_source_id)
        .scalar_subquery()
    )
    just_arrived = (
        select(arrived.id)
        .where(arrived.source == Post.source, arrived.source_id == Post.parent_source_id, arrived.is_pending)
        .exists()
    )
    orphans = (col(Post.parent_id).is_(None)) & (col(Post.parent_source_id).is_not(None))
    session.execute(
        update(Post).where(orphans, col(Post.is_pending) | just_arrived).values(parent_id=its_parent),
        execution_options={"synchronize_session": False},
    )


def join_threads(session: Session, roots: Mapping[int, ThreadKey]) -> None:
    """Put each post (by id) into the thread of the given (source, root id), made where it is missing."""
    keys = set(roots.values())
    ids = _thread_ids(session, keys)
    missing = [{"source": source, "root_source_id": root} for source, root in sorted(keys - set(ids))]
    if missing:
        session.execute(insert(Thread), missing)
        ids = _thread_ids(session, keys)
    session.execute(update(Post), [{"id": post_id, "thread_id": ids[key]} for post_id, key in roots.items()])


def merge_threads(session: Session) -> int:
    """Fold threads whose root has turned up as a post of another thread into that thread; return how many."""
    folded = 0
    for _ in range(1000):  # each turn shortens every chain of threads; a ring of threads would never end
        where = (Post.source == Thread.source) & (Post.source_id == Thread.root_source_id)
        moved = session.exec(
            select(Thread.id, Post.thread_id)
            .join(Post, where)  # type: ignore[arg-type]
            .where(Post.is_pending, col(Post.thread_id).is_not(None), Post.thread_id != Thread.id)
        ).all()
        if not moved:
            break
        gone: dict[int | None, int | None] = {}
        for thread_id, target_id in moved:
            while target_id in gone:  # the target was folded into another a moment ago
                target_id = gone[target_id]
            if target_id == thread_id:
                continue
            gone[thread_id] = target_id
            session.execute(update(Post).where(col(Post.thread_id) == thread_id).values(thread_id=target_id))
            session.execute(delete(Thread).where(col(Thread.id) == thread_id))
        folded += len(moved)
    return folded


def save_duplicates(session: Session, canonical: Mapping[int, int | None]) -> None:
    """Set, for each post id, the post that it repeats (None: it stands for itself)."""
    rows = [{"id": post_id, "duplicate_of_id": target} for post_id, target in canonical.items()]
    if rows:
        session.execute(update(Post), rows)


def save_reply_kinds(session: Session, kinds: Mapping[int, str]) -> None:
    """Set what each of the brands' replies (by post id) does."""
    if kinds:
        session.execute(update(Post), [{"id": post_id, "reply_kind": kind} for post_id, kind in kinds.items()])


def save_first_replies(session: Session, replies: Mapping[int, FirstReplies], directed: Sequence[int]) -> None:
    """Set the first replies of each mention (by id), and mark the ``directed`` ones as put to the brand."""
    rows = [
        {
            "id": mention_id,
            "answered_at": first.answered_at,
            "redirected_at": first.redirected_at,
            "acknowledged_at": first.acknowledged_at,
        }
        for mention_id, first in replies.items()
    ]
    if rows:
        session.execute(update(Mention), rows)
    if directed:
        session.execute(update(Mention), [{"id": mention_id, "relation": "direct"} for mention_id in directed])


def mark_linked(session: Session, post_ids: Sequence[int]) -> None:
    """Say that these posts need no more linking until something new turns up beside them."""
    if post_ids:
        session.execute(update(Post), [{"id": post_id, "is_pending": False} for post_id in post_ids])


def _thread_ids(session: Session, keys: set[ThreadKey]) -> dict[ThreadKey, int]:
    where = tuple_(col(Thread.source), col(Thread.root_source_id)).in_(list(keys))
    rows = session.exec(select(Thread.source, Thread.root_source_id, Thread.id).where(where))
    return {(source, root): id for source, root, id in rows if id is not None}
