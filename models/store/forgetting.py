"""Erases a person: their posts become tombstones that no later fetch or import brings back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, select

from models.store.tombstones import bury
from models.tables import Author, Post
from models.words import GoneReason


def forget(session: Session, authors: Sequence[Author], now: datetime) -> int:
    """Bury every post of these authors and empty their rows; return how many posts that were.

    Posts that were gone from their source already are sealed too. A brand's own account is nobody to forget: such rows
    are left as they are.
    """
    persons = [author for author in authors if author.owner_id is None]
    count = 0
    for author in persons:
        posts = list(session.exec(select(Post).where(Post.author_id == author.id)))
        count += bury(session, author.source, [post.source_id for post in posts], GoneReason.FORGOTTEN, now)
        for post in posts:
            post.gone_reason, post.author_id = GoneReason.FORGOTTEN.value, None
            session.add(post)
        session.flush()
        session.delete(author)
    session.flush()
    return count


def compact(session: Session) -> None:
    """Have SQLite's write-ahead log emptied, which still holds what was overwritten."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
