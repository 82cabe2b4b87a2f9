"""Reads what linking needs: pending posts, whole threads, one person's posts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from models.tables import Author, Mention, Post, Thread

_PARAMETERS = 20_000
"""Values in one query: SQLite may be built to take 32,766 of them, PostgreSQL's protocol takes 65,535."""


@dataclass(frozen=True, slots=True)
class PendingPost:
    """A post that waits for its thread. ``parent_root`` is the root of its parent's thread, where there is one."""

    id: int
    source: str
    source_id: str
    parent_id: int | None
    parent_source_id: str | None
    thread_source_id: str | None
    parent_root: str | None


@dataclass(frozen=True, slots=True)
class ThreadPost:
    """A post inside its thread. ``owner_id`` is the brand that owns its author's account."""

    id: int
    thread_id: int
    parent_id: int | None
    author_id: int | None
    owner_id: int | None
    is_bot: bool
    published_at: datetime
    text: str
    language: str
    reply_kind: str | None
    duplicate_of_id: int | None
    is_root: bool


@dataclass(frozen=True, slots=True)
class WrittenPost:
    """A post as one of its author's: what duplicates are found by."""

    id: int
    account: str | None
    text: str
    text_hash: str
    published_at: datetime
    brand_ids: frozenset[int]


def count_pending(session: Session) -> int:
    """How many posts wait for linking."""
    return session.exec(select(func.count()).select_from(Post).where(Post.is_pending)).one()


def pending_posts(session: Session, size: int) -> Iterator[list[PendingPost]]:
    """Pending posts in batches, the oldest first, so that most parents come before their replies."""
    parent = aliased(Post)
    query = (
        select(Post, Thread.root_source_id)
        .outerjoin(parent, col(parent.id) == col(Post.parent_id))
        .outerjoin(Thread, col(Thread.id) == col(parent.thread_id))
        .where(Post.is_pending)
        .order_by(col(Post.published_at), col(Post.id))
        .limit(size)
    )
    after: Post | None = None
    while True:
        page = query
        if after is not None:
            page = query.where(
                (col(Post.published_at) > after.published_at)
                | ((col(Post.published_at) == after.published_at) & (col(Post.id) > after.id))
            )
        rows = session.exec(page).all()
        if not rows:
            return
        after = rows[-1][0]
        yield [
            PendingPost(
                post.id or 0, post.source, post.source_id, post.parent_id, post.parent_source_id,
                post.thread_source_id, parent_root,
            )
            for post, parent_root in rows
        ]  # fmt: skip


def pending_threads(session: Session, size: int) -> Iterator[list[int]]:
    """Ids of the threads that hold a pending post, in batches. Posts are marked as linked between batches."""
    while True:
        query = select(Post.thread_id).where(Post.is_pending, col(Post.thread_id).is_not(None)).distinct().limit(size)
        ids = [id for id in session.exec(query) if id is not None]
        if not ids:
            return
        yield ids


def thread_posts(session: Session, thread_ids: Sequence[int]) -> list[ThreadPost]:
    """Every post of the threads and of the threads tied to them by duplicates, the oldest first."""
    twin = aliased(Post)
    tied = select(twin.thread_id).join(Post, or_(twin.id == Post.duplicate_of_id, twin.duplicate_of_id == Post.id))
    ids = set(thread_ids)
    for found in session.exec(tied.where(col(Post.thread_id).in_(thread_ids))):
        if found is not None:
            ids.add(found)
    query = (
        select(Post, Author.owner_id, Author.is_bot, Thread.root_source_id)
        .outerjoin(Author, Author.id == Post.author_id)  # type: ignore[arg-type]
        .join(Thread, Thread.id == Post.thread_id)  # type: ignore[arg-type]
        .where(col(Post.thread_id).in_(ids))
        .order_by(col(Post.published_at), col(Post.id))
    )
    return [
        ThreadPost(
            post.id or 0,
            post.thread_id or 0,
            post.parent_id,
            post.author_id,
            owner_id,
            bool(is_bot),
            post.published_at,
            post.text,
            post.language,
            post.reply_kind,
            post.duplicate_of_id,
            post.source_id == root,
        )
        for post, owner_id, is_bot, root in session.exec(query)
    ]


def mentions_of(session: Session, post_ids: Sequence[int]) -> list[tuple[int, int, int, str]]:
    """(mention id, post id, brand id, relation) of the posts."""
    query = select(Mention.id, Mention.post_id, Mention.brand_id, Mention.relation)
    found: list[tuple[int, int, int, str]] = []
    for start in range(0, len(post_ids), _PARAMETERS):
        part = query.where(col(Mention.post_id).in_(post_ids[start : start + _PARAMETERS]))
        found += [(id or 0, post_id, brand_id, relation) for id, post_id, brand_id, relation in session.exec(part)]
    return found


def accounts_with_pending(session: Session, size: int) -> Iterator[list[str]]:
    """Names of customers' accounts with a pending post and at least two posts, in batches, in order."""
    mine = aliased(Author)
    several = (
        select(mine.account)
        .join(Post, Post.author_id == mine.id)  # type: ignore[arg-type]
        .where(col(mine.owner_id).is_(None))
        .group_by(mine.account)
        .having(func.count() > 1)
    )
    query = (
        select(Author.account)
        .join(Post, Post.author_id == Author.id)  # type: ignore[arg-type]
        .where(Post.is_pending, col(Author.owner_id).is_(None), col(Author.account).in_(several))
        .distinct()
        .order_by(Author.account)
        .limit(size)
    )
    last = ""
    while names := list(session.exec(query.where(Author.account > last))):
        yield names
        last = names[-1]


def posts_by_account(session: Session, accounts: Sequence[str]) -> list[WrittenPost]:
    """All posts of these accounts at every source, the oldest first."""
    return _written(session, col(Author.account).in_(accounts) & col(Author.owner_id).is_(None))


def copied_hashes(session: Session, size: int) -> Iterator[list[str]]:
    """Text hashes that a pending post shares with another post, in batches, in order."""
    shared = select(Post.text_hash).group_by(Post.text_hash).having(func.count() > 1)
    query = (
        select(Post.text_hash)
        .where(Post.is_pending, col(Post.text_hash).in_(shared))
        .distinct()
        .order_by(Post.text_hash)
        .limit(size)
    )
    last = ""
    while hashes := list(session.exec(query.where(Post.text_hash > last))):
        yield hashes
        last = hashes[-1]


def posts_by_hash(session: Session, hashes: Sequence[str]) -> list[WrittenPost]:
    """All customers' posts with one of these text hashes, the oldest first."""
    return _written(session, col(Post.text_hash).in_(hashes) & col(Author.owner_id).is_(None))


def _written(session: Session, where: ColumnElement[bool]) -> list[WrittenPost]:
    query = (
        select(Post, Author.account)
        .outerjoin(Author, col(Author.id) == col(Post.author_id))
        .where(where, col(Post.gone_at).is_(None))
        .order_by(col(Post.published_at), col(Post.id))
    )
    rows = session.exec(query).all()
    brands: dict[int, set[int]] = {}
    for _, post_id, brand_id, _relation in mentions_of(session, [post.id or 0 for post, _ in rows]):
        brands.setdefault(post_id, set()).add(brand_id)
    return [
        WrittenPost(
            post.id or 0, account, post.text, post.text_hash, post.published_at, frozenset(brands.get(post.id or 0, ()))
        )
        for post, account in rows
    ]
