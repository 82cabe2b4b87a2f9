"""Writes posts and their mentions, once for each (source, source_id)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, update
from sqlmodel import Session, col, select, tuple_

from models.prepared import PreparedPost
from models.store.authors import AuthorKey, save_authors
from models.store.brands import save_sources
from models.store.post_links import save_post_links
from models.store.terms import drop_terms
from models.store.turns import POSTS, take_turn
from models.tables import Mention, Post
from models.words import SEALED, Relation, ReplyVisibility

PostKey = tuple[str, str]
_LONGEST_HOST = 260
"""Characters of a name that the Domain Name System can hold, and a port."""


class Saved(StrEnum):
    """What became of one incoming post."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REPEATED = "repeated"


def save_posts(
    session: Session,
    posts: Sequence[PreparedPost],
    *,
    run_id: int,
    now: datetime,
    visibility: dict[str, ReplyVisibility],
) -> list[Saved]:
    """Store each post once and say what became of it, in order; flushes, does not commit.

    A post met again in the same run is ``REPEATED`` and left as it was: the first one stands.
    """
    first: dict[PostKey, PreparedPost] = {}
    for prepared in posts:
        first.setdefault(prepared.key, prepared)
    take_turn(session, POSTS)
    save_sources(session, visibility, {source for source, _ in first})
    stored = _stored(session, first)
    sealed = {key for key, post in stored.items() if post.gone_reason in SEALED}
    author_ids = save_authors(session, [prepared for key, prepared in first.items() if key not in sealed])
    outcome = {key: _outcome(prepared, stored.get(key), run_id) for key, prepared in first.items()}
    rows = {key: _row(prepared, author_ids, run_id) for key, prepared in first.items()}
    new = [rows[key] | {"collected_at": now} for key, saved in outcome.items() if saved is Saved.NEW]
    if new:
        session.execute(insert(Post), new)
    for key, saved in outcome.items():
        if saved is Saved.CHANGED:
            _change(session, stored[key], rows[key])
    seen = [stored[key].id for key, saved in outcome.items() if saved is Saved.UNCHANGED]
    session.execute(update(Post).where(col(Post.id).in_(seen)).values(seen_run_id=run_id))
    _save_mentions(session, [first[key] for key, saved in outcome.items() if saved is not Saved.REPEATED])
    save_post_links(session, [first[key] for key, saved in outcome.items() if key not in sealed])
    met: Counter[PostKey] = Counter()
    result = []
    for prepared in posts:
        result.append(Saved.REPEATED if met[prepared.key] else outcome[prepared.key])
        met[prepared.key] += 1
    return result


def _stored(session: Session, wanted: dict[PostKey, PreparedPost]) -> dict[PostKey, Post]:
    where = tuple_(col(Post.source), col(Post.source_id)).in_(list(wanted))
    return {(post.source, post.source_id): post for post in session.exec(select(Post).where(where))}


def _outcome(prepared: PreparedPost, stored: Post | None, run_id: int) -> Saved:
    if stored is None:
        return Saved.NEW
    if stored.seen_run_id == run_id:
        return Saved.REPEATED
    if stored.gone_reason in SEALED:  # stays gone, whatever the source still shows
        return Saved.UNCHANGED
    return Saved.UNCHANGED if stored.content_hash == prepared.content_hash else Saved.CHANGED


def _row(prepared: PreparedPost, author_ids: dict[AuthorKey, int], run_id: int) -> dict[str, object]:
    post = prepared.post
    return {
        "source": post.source,
        "source_id": post.source_id,
        "author_id": author_ids.get((post.source, post.author.identity or "")),
        "kind": post.kind.value,
        "text": prepared.text,
        "raw_text": post.text if post.text != prepared.text else None,
        "title": post.title,
        "url": post.url,
        "host": host_of(post.url),
        "rating": post.rating,
        "language": prepared.language,
        "published_at": post.published_at,
        "parent_source_id": post.parent_source_id,
        "thread_source_id": post.thread_source_id,
        "likes_count": post.engagement.likes,
        "replies_count": post.engagement.replies,
        "reposts_count": post.engagement.reposts,
        "views_count": post.engagement.views,
        "content_hash": prepared.content_hash,
        "text_hash": prepared.text_hash,
        "is_pending": True,
        "seen_run_id": run_id,
    }


def host_of(url: str | None) -> str | None:
    """The host of an absolute address, with its port if it names one; None where there is none."""
    _, mark, rest = (url or "").partition("://")
    host = rest.partition("/")[0].rpartition("@")[2].lower()
    return host if mark and 0 < len(host) <= _LONGEST_HOST else None


def _change(session: Session, stored: Post, row: dict[str, object]) -> None:
    """Overwrite a stored post; a changed text is to be labelled and read for terms anew, a changed parent linked anew.

    A post that was gone from its source and is there again is itself again.
    """
    row = row | {"gone_at": None, "gone_reason": None}
    if any(getattr(stored, name) != row[name] for name in ("text", "title", "language")):
        drop_terms(session, [stored.id or 0])
    if stored.text != row["text"]:
        session.execute(update(Mention).where(col(Mention.post_id) == stored.id).values(model=None))
        row = row | {"reply_kind": None, "duplicate_of_id": None}
        copies = update(Post).where(col(Post.duplicate_of_id) == stored.id)
        session.execute(copies.values(duplicate_of_id=None, is_pending=True))
    if stored.parent_source_id != row["parent_source_id"]:
        row = row | {"parent_id": None}
        session.execute(update(Post).where(col(Post.thread_id) == stored.thread_id).values(is_pending=True))
    session.execute(update(Post).where(col(Post.id) == stored.id).values(**row))


def _save_mentions(session: Session, posts: Sequence[PreparedPost]) -> None:
    keys = [prepared.key for prepared in posts if prepared.mentions]
    if not keys:
        return
    where = tuple_(col(Post.source), col(Post.source_id)).in_(keys)
    ids = {
        (source, source_id): id
        for source, source_id, id in session.exec(select(Post.source, Post.source_id, Post.id).where(where))
    }
    stored = {
        (mention.post_id, mention.brand_id): mention
        for mention in session.exec(select(Mention).where(col(Mention.post_id).in_(list(ids.values()))))
    }
    rows = []
    for prepared in posts:
        for mention in prepared.mentions:
            key = (ids[prepared.key] or 0, mention.brand_id)
            if key not in stored:
                tie: dict[str, object] = {"post_id": key[0], "brand_id": key[1], "query_id": mention.query_id}
                rows.append(tie | {"relation": mention.relation.value})
            elif mention.relation is Relation.OWN:
                stored[key].relation = Relation.OWN.value
    session.flush()
    if rows:
        session.execute(insert(Mention), rows)
        # A post that was stored for another brand before is linked anew, for this one's answers.
        new = [row["post_id"] for row in rows]
        session.execute(update(Post).where(col(Post.id).in_(new)).values(is_pending=True))
