"""Takes the words of a post away and keeps its row, so that what is gone stays gone and figures stay explicable."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import String, cast, delete, literal, update
from sqlmodel import Session, col, select

from models.store.terms import drop_terms
from models.tables import Label, Mention, Post, PostLink
from models.words import GoneReason


def bury(session: Session, source: str, source_ids: Iterable[str], reason: GoneReason, now: datetime) -> int:
    """Erase text, title and address of these posts; return how many were not gone before.

    An owner's reply that a post carried goes with it. Labels, links and terms go too: they tell what the text was like.
    """
    ids = [id for source_id in source_ids for id in (source_id, f"{source_id}#reply")]
    query = select(Post.id).where(Post.source == source, col(Post.source_id).in_(ids), col(Post.gone_at).is_(None))
    found = [id for id in session.exec(query) if id is not None]
    empty(session, found, reason, now)
    return len(found)


def empty(session: Session, post_ids: Sequence[int], reason: GoneReason, now: datetime) -> None:
    """Erase these posts, by id; no more than some thousand at once. Copies of them by others are linked anew."""
    is_meant = col(Post.id).in_(post_ids)
    copies = update(Post).where(col(Post.duplicate_of_id).in_(post_ids), ~is_meant)
    session.execute(copies.values(duplicate_of_id=None, is_pending=True))
    mentions = select(Mention.id).where(col(Mention.post_id).in_(post_ids))
    unread = {"synchronize_session": False}  # nobody holds rows of these
    session.execute(delete(Label).where(col(Label.mention_id).in_(mentions)), execution_options=unread)
    session.execute(delete(PostLink).where(col(PostLink.post_id).in_(post_ids)), execution_options=unread)
    nothing = {"text": "", "raw_text": None, "title": None, "url": None, "host": None, "duplicate_of_id": None}
    session.execute(
        update(Post)
        .where(is_meant)
        .values(
            **nothing,
            text_hash=literal("gone:") + cast(Post.id, String),
            content_hash="gone",
            gone_at=now,
            gone_reason=reason.value,
        ),
        execution_options={"synchronize_session": "fetch"},
    )
    drop_terms(session, post_ids)
