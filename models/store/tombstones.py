"""Takes the words of a post away and keeps its row, so that what is gone stays gone and figures stay explicable."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from models.store.terms import drop_terms
from models.tables import Label, Mention, Post, PostLink


class GoneReason(StrEnum):
    """Why a post is gone: its source took it away (it may come back), or a person asked to be forgotten."""

    SOURCE = "source"
    FORGOTTEN = "forgotten"


def bury(session: Session, source: str, source_ids: Iterable[str], reason: GoneReason, now: datetime) -> int:
    """Erase text, title and address of these posts; return how many were not gone before.

    An owner's reply that a post carried goes with it. Labels, links and terms go too: they tell what the text was like.
    """
    ids = [id for source_id in source_ids for id in (source_id, f"{source_id}#reply")]
    query = select(Post).where(Post.source == source, col(Post.source_id).in_(ids), col(Post.gone_at).is_(None))
    posts = list(session.exec(query))
    for post in posts:
        _empty(session, post, reason, now)
    session.flush()
    drop_terms(session, [post.id or 0 for post in posts])
    return len(posts)


def _empty(session: Session, post: Post, reason: GoneReason, now: datetime) -> None:
    copies = update(Post).where(col(Post.duplicate_of_id) == post.id)
    session.execute(copies.values(duplicate_of_id=None, is_pending=True))
    mentions = list(session.exec(select(Mention).where(Mention.post_id == post.id)))
    for label in session.exec(select(Label).where(col(Label.mention_id).in_([m.id for m in mentions]))):
        session.delete(label)
    session.execute(delete(PostLink).where(col(PostLink.post_id) == post.id))
    post.text, post.raw_text, post.title, post.url = "", None, None, None
    post.text_hash, post.content_hash = f"gone:{post.id}", "gone"
    post.duplicate_of_id = None
    post.gone_at, post.gone_reason = now, reason.value
    session.add(post)
