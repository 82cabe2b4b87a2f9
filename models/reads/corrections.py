"""Reads what people have corrected, to learn from it."""

from sqlmodel import Session, col, select

from models.headings import with_title
from models.tables import Correction, Mention, Post
from models.words import CorrectedField


def corrected_posts(session: Session, brand_id: int | None = None) -> list[tuple[str, dict[str, str]]]:
    """(text, latest value by field) of each mention with corrections that stand, by rising mention id.

    The text is the one that was classified: the title, if there is one, before the post's own.
    """
    query = (
        select(  # type: ignore[call-overload]
            Correction.mention_id, Post.title, Post.text, Correction.field, Correction.value
        )
        .join(Mention, col(Mention.id) == col(Correction.mention_id))
        .join(Post, col(Post.id) == col(Mention.post_id))
        .where(col(Correction.undone_at).is_(None), col(Correction.field).in_(list(CorrectedField)))
        .order_by(col(Correction.mention_id), col(Correction.id))
    )
    if brand_id is not None:
        query = query.where(Mention.brand_id == brand_id)
    found: dict[int, tuple[str, dict[str, str]]] = {}
    for mention_id, title, text, field, value in session.exec(query):
        fields = found.setdefault(mention_id, (with_title(title, text), {}))[1]
        fields[field] = value
    return list(found.values())
