"""Reads brands, their own accounts, and one post with its thread."""

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from models.errors import NotFoundError
from models.tables import Author, Brand, Label, Mention, OwnedAuthor, Post


def all_brands(session: Session) -> Sequence[Brand]:
    """Every brand, by slug."""
    return session.exec(select(Brand).order_by(Brand.slug)).all()


def brand_by_slug(session: Session, slug: str) -> Brand:
    """The brand of that slug. Raises NotFoundError that names the nearest ones."""
    from difflib import get_close_matches

    brand = session.exec(select(Brand).where(Brand.slug == slug)).first()
    if brand is None:
        slugs = [known.slug for known in all_brands(session)]
        near = get_close_matches(slug, slugs, 3) or slugs[:5]
        hint = f"; known: {', '.join(near)}" if near else "; none is stored yet: import or collect posts first"
        raise NotFoundError(f"no brand {slug!r}{hint}")
    return brand


def owned_accounts(session: Session, brand_id: int) -> dict[str, set[str]]:
    """The brand's own accounts (lower case) by source."""
    found: dict[str, set[str]] = {}
    for owned in session.exec(select(OwnedAuthor).where(OwnedAuthor.brand_id == brand_id)):
        found.setdefault(owned.source, set()).add(owned.account)
    return found


def has_mentions(session: Session, brand_id: int) -> bool:
    """Whether any post at all speaks of the brand."""
    return session.exec(select(Mention.id).where(Mention.brand_id == brand_id).limit(1)).first() is not None


def post_by_id(session: Session, post_id: int) -> Post:
    """One post. Raises NotFoundError."""
    post = session.get(Post, post_id)
    if post is None:
        raise NotFoundError(f"no post {post_id}")
    return post


def thread_of(session: Session, post: Post, limit: int = 500) -> list[tuple[Post, Author | None]]:
    """The posts of a post's thread with their authors, the oldest first."""
    query = (
        select(Post, Author)
        .outerjoin(Author, Author.id == Post.author_id)  # type: ignore[arg-type]
        .where(Post.thread_id == post.thread_id if post.thread_id else Post.id == post.id)
        .order_by(col(Post.published_at), col(Post.id))
        .limit(limit)
    )
    return [(found, author) for found, author in session.exec(query)]


def labels_of(session: Session, post: Post) -> list[tuple[Mention, Brand, Label | None]]:
    """What is said of a post for each brand: the mention, and the label of the model that counts now."""
    query = (
        select(Mention, Brand, Label)
        .join(Brand, Brand.id == Mention.brand_id)  # type: ignore[arg-type]
        .outerjoin(Label, (Label.mention_id == Mention.id) & (Label.model == Mention.model))  # type: ignore[arg-type]
        .where(Mention.post_id == post.id)
        .order_by(Brand.slug)
    )
    return [(mention, brand, label) for mention, brand, label in session.exec(query)]


def mention_counts(session: Session) -> dict[int, int]:
    """How many posts each brand has, by its id, those of its own accounts included."""
    return dict(session.exec(select(Mention.brand_id, func.count()).group_by(col(Mention.brand_id))).all())
