"""Reads the posts whose terms are not stored yet."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.headings import with_title
from models.tables import Mention, Post, PostTerms
from models.words import Relation


@dataclass(frozen=True, slots=True)
class UntermedPost:
    """A post to find terms in; ``text`` holds its title. ``content_hash`` tells whether it was changed meanwhile."""

    post_id: int
    text: str
    language: str
    content_hash: str


def untermed(session: Session, version: str, *, after: int = 0, limit: int = 1000) -> list[UntermedPost]:
    """Posts of customers without terms of this version, by rising id from ``after`` on."""
    query = (
        select_columns(Post.id, Post.title, Post.text, Post.language, Post.content_hash)  # type: ignore[call-overload]
        .where(_lacks(version), col(Post.id) > after)
        .order_by(col(Post.id))
        .limit(limit)
    )
    return [
        UntermedPost(id or 0, with_title(title, text), language, content_hash)
        for id, title, text, language, content_hash in session.execute(query)
    ]


def count_untermed(session: Session, version: str) -> int:
    """How many posts lack terms of this version."""
    return session.exec(select(func.count()).select_from(Post).where(_lacks(version))).one()


def _lacks(version: str) -> ColumnElement[bool]:
    """Not erased, said by somebody else than the brand it is about, and without terms."""
    by_others = select(Mention.id).where(Mention.post_id == Post.id, col(Mention.relation) != Relation.OWN.value)
    stored = select(PostTerms.post_id).where(PostTerms.post_id == Post.id, PostTerms.version == version)
    return and_(col(Post.gone_at).is_(None), ~stored.exists(), by_others.exists())
