"""Reads stored posts as texts, whatever brand they speak of."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from models.tables import Author, Post


class StoredText(NamedTuple):
    """A customer's post with what a query can ask for."""

    source: str
    kind: str
    text: str
    title: str | None
    url: str | None
    rating: float | None
    language: str
    published_at: datetime
    handle: str | None
    name: str | None


def customers_posts(
    session: Session, *, source: str | None = None, since: datetime | None = None
) -> Iterator[StoredText]:
    """Every post that neither a brand's own account nor a bot wrote, the oldest first, streamed."""
    columns = (
        Post.source, Post.kind, Post.text, Post.title, Post.url, Post.rating, Post.language, Post.published_at,
        Author.handle, Author.name,
    )  # fmt: skip
    query = (
        select_columns(*columns)  # type: ignore[call-overload]
        .select_from(Post)
        .outerjoin(Author, col(Author.id) == col(Post.author_id))
        .where(col(Post.gone_at).is_(None), col(Author.owner_id).is_(None))
        .where(or_(col(Author.is_bot).is_(None), col(Author.is_bot).is_(False)))
        .order_by(col(Post.published_at), col(Post.id))
    )
    if source is not None:
        query = query.where(Post.source == source)
    if since is not None:
        query = query.where(col(Post.published_at) >= since)
    for row in session.execute(query.execution_options(yield_per=1000)):
        yield StoredText(*row)
