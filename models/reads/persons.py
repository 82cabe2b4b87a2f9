"""Reads what is stored of one person: the author rows behind an account, and every post by them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from models.tables import Author, Mention, Post


class PersonsPost(NamedTuple):
    """A post by the person, and how it is labelled for each brand that it speaks of."""

    post: Post
    author: Author
    mentions: list[Mention]


def authors_called(session: Session, source: str, names: Sequence[str]) -> list[Author]:
    """Authors at a source whose handle, account or id there is one of the names, in any case."""
    wanted = {name.lower().removeprefix("@") for name in names}
    columns = (Author.account, Author.source_id, Author.handle)
    query = select(Author).where(
        Author.source == source, or_(*(func.lower(col(column)).in_(wanted) for column in columns))
    )
    return list(session.exec(query.order_by(col(Author.id))))


def posts_by(session: Session, author_ids: Sequence[int]) -> Iterator[PersonsPost]:
    """Every post of these authors that is not gone, the oldest first."""
    query = (
        select(Post, Author)
        .join(Author, col(Author.id) == col(Post.author_id))
        .where(col(Post.author_id).in_(author_ids), col(Post.gone_at).is_(None))
        .order_by(col(Post.published_at), col(Post.id))
    )
    for post, author in session.exec(query):
        mentions = session.exec(select(Mention).where(Mention.post_id == post.id).order_by(col(Mention.brand_id)))
        yield PersonsPost(post, author, list(mentions))
