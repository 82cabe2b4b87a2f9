"""Writes the terms of posts, and takes them away: words of a text that was changed or erased are not to outlive it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from models.tables import Post, PostTerms

_AT_ONCE = 4_000


@dataclass(frozen=True, slots=True)
class TermsData:
    """The terms found in a post as it was when it had this ``content_hash``."""

    post_id: int
    content_hash: str
    terms: str


def save_terms(session: Session, found: Sequence[TermsData], version: str) -> int:
    """Store terms in place of those before; return how many. A post that was changed or erased meanwhile is left out.

    The deletion comes first: from then on no other writer can change what is looked at here.
    """
    drop_terms(session, [one.post_id for one in found])
    ids = [one.post_id for one in found]
    query = select(Post.id, Post.content_hash).where(col(Post.id).in_(ids), col(Post.gone_at).is_(None))
    now = dict(session.exec(query.with_for_update()).all())
    rows = [
        {"post_id": one.post_id, "version": version, "terms": one.terms}
        for one in found
        if now.get(one.post_id) == one.content_hash
    ]
    if rows:
        session.execute(insert(PostTerms), rows)
    return len(rows)


def drop_terms(session: Session, post_ids: Iterable[int]) -> None:
    """Take the terms of these posts away."""
    ids = list(post_ids)
    for start in range(0, len(ids), _AT_ONCE):
        session.execute(delete(PostTerms).where(col(PostTerms.post_id).in_(ids[start : start + _AT_ONCE])))
