"""Writes what posts point at: the posts that they quote and the addresses that they share."""

from collections.abc import Sequence

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select, tuple_

from models.prepared import PreparedPost
from models.tables import Post, PostLink


def save_post_links(session: Session, posts: Sequence[PreparedPost]) -> None:
    """Make the links of these stored posts those that were found in them; flushes, does not commit.

    Posts that are met again unchanged take part, so that what was stored before links were looked for gets its own.
    """
    ids = _ids(session, [prepared.key for prepared in posts])
    known = set(ids.values())
    stored = {
        (link.post_id, link.kind, link.target): link.id
        for link in session.exec(select(PostLink).where(col(PostLink.post_id).in_(known)))
    }
    wanted = {
        (ids[prepared.key], link.kind.value, link.target): None
        for prepared in posts
        if prepared.key in ids
        for link in prepared.links
    }
    gone = [id for key, id in stored.items() if key not in wanted]
    if gone:
        session.execute(delete(PostLink).where(col(PostLink.id).in_(gone)))
    new = [
        {"post_id": post_id, "kind": kind, "target": target}
        for post_id, kind, target in wanted
        if (post_id, kind, target) not in stored
    ]
    if new:
        session.execute(insert(PostLink), new)


def _ids(session: Session, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    if not keys:
        return {}
    where = tuple_(col(Post.source), col(Post.source_id)).in_(keys)
    query = select(Post.source, Post.source_id, Post.id).where(where)
    return {(source, source_id): id or 0 for source, source_id, id in session.exec(query)}
