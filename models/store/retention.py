"""Removes posts for their age, whole threads at a time, and says of each brand up to when; it decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from models.store.tombstones import empty
from models.tables import Author, Brand, Mention, Post, Stream, Thread, ThreadCheck
from models.words import SEALED, GoneReason

_AT_ONCE = 1_000


def keep_for(session: Session, days: Mapping[str, int | None], otherwise: int | None) -> None:
    """Write how many days each brand's posts are kept, by its slug; ``otherwise`` is for those that are not named."""
    for brand in session.exec(select(Brand)):
        wanted = days.get(brand.slug, otherwise)
        if brand.keep_days != wanted:
            brand.keep_days = wanted
            session.add(brand)
    session.flush()


def remove_threads(session: Session, youngest: Mapping[int, datetime], now: datetime) -> tuple[int, int]:
    """Empty every post of these threads for good; return how many threads, and posts that had words until now.

    ``youngest`` is when the youngest post of each thread was published: one that has grown since then stays whole.
    Tombstones stay, without author, so that figures, triage and later fetches know of them. An author of whom nothing
    else is stored goes; a brand's own accounts stay.
    """
    query = select(Post).where(col(Post.thread_id).in_(youngest), func.coalesce(Post.gone_reason, "").not_in(SEALED))
    found = session.exec(query).all()
    grown = {post.thread_id for post in found if post.is_pending or post.published_at > youngest[post.thread_id or 0]}
    posts = [post for post in found if post.thread_id not in grown]
    ids, thread_ids = [post.id or 0 for post in posts], sorted({post.thread_id or 0 for post in posts})
    authors = {post.author_id for post in posts if post.author_id is not None}
    worded = [post.id or 0 for post in posts if post.gone_at is None]
    _note(session, ids)
    _follow_no_more(session, thread_ids)
    for part in _cut(worded):
        empty(session, part, GoneReason.AGED, now)
    owned = select(Author.id).where(col(Author.owner_id).is_not(None))
    for part in _cut(ids):
        aged, unread = update(Post).where(col(Post.id).in_(part)), {"synchronize_session": False}
        session.execute(aged.values(gone_reason=GoneReason.AGED.value), execution_options=unread)
        strangers = aged.where(col(Post.author_id).not_in(owned))
        session.execute(strangers.values(author_id=None), execution_options=unread)
    _forget_authors(session, authors)
    session.expire_all()
    return len(thread_ids), len(worded)


def _note(session: Session, post_ids: Sequence[int]) -> None:
    """Remember for each brand how young the youngest of these is."""
    for part in _cut(post_ids):
        query = select(Mention.brand_id, func.max(Post.published_at)).join(Post, col(Post.id) == col(Mention.post_id))
        for brand_id, until in session.exec(query.where(col(Post.id).in_(part)).group_by(col(Mention.brand_id))):
            brand = session.get_one(Brand, brand_id)
            brand.removed_until = max(brand.removed_until or until, until)
            session.add(brand)
    session.flush()


def _follow_no_more(session: Session, thread_ids: Sequence[int]) -> None:
    """Threads that are gone need no more looks; a thread that is heard of again is followed again."""
    roots = session.exec(select(Thread.source, Thread.root_source_id).where(col(Thread.id).in_(thread_ids))).all()
    for source in {source for source, _ in roots}:
        streams = select(Stream.id).where(Stream.source == source)
        mine = [root for at, root in roots if at == source]
        checks = update(ThreadCheck).where(
            col(ThreadCheck.stream_id).in_(streams), col(ThreadCheck.root_source_id).in_(mine)
        )
        session.execute(checks.values(due_at=None), execution_options={"synchronize_session": False})


def _forget_authors(session: Session, author_ids: Iterable[int]) -> None:
    """Take away those of whom no post is left, and who are no brand's."""
    for part in _cut(sorted(author_ids)):
        left = select(Post.id).where(col(Post.author_id) == col(Author.id))
        unknown = delete(Author).where(col(Author.id).in_(part), col(Author.owner_id).is_(None), ~left.exists())
        session.execute(unknown, execution_options={"synchronize_session": False})


def _cut(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
