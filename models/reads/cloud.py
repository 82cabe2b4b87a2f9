"""Reads the texts that a word cloud is made from."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from models.reads.customers import by_customers
from models.tables import Author, Brand, Mention, OwnedAuthor, Post

CloudRow = tuple[int, str, str, str | None, str | None, datetime]
"""(post id, text, language, sentiment, stage, published_at)"""


def cloud_rows(session: Session, brand_id: int, as_of: datetime, *, of_brand: bool) -> Iterator[CloudRow]:
    """Customers' posts about the brand, or about every other brand: the newest first, without repetitions."""
    query = (
        select(  # type: ignore[call-overload]
            Post.id, Post.text, Post.language, Mention.sentiment, Mention.stage, Post.published_at
        )
        .select_from(Mention)
        .join(Post, Post.id == Mention.post_id)
        .outerjoin(Author, Author.id == Post.author_id)
        .where(Mention.brand_id == brand_id if of_brand else Mention.brand_id != brand_id)
        .where(by_customers(), Post.published_at <= as_of, col(Post.duplicate_of_id).is_(None))
        .order_by(col(Post.published_at).desc(), col(Post.id).desc())
    )
    for row in session.exec(query):
        yield row[0], row[1], row[2], row[3], row[4], row[5]


def names_of(session: Session, brand_id: int) -> set[str]:
    """What a brand is called: its name, slug and accounts."""
    brand = session.get_one(Brand, brand_id)
    accounts = session.exec(select(OwnedAuthor.account).where(OwnedAuthor.brand_id == brand_id))
    return {brand.name, brand.slug, *accounts}
