"""Which posts count as said by a brand's customers, and which are asked for: the base of every list and measure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy import select as select_columns
from sqlmodel import col

from models.tables import Author, Mention, Post
from models.words import Relation


@dataclass(frozen=True, slots=True)
class MentionFilter:
    """What to show of a brand's customers' posts; None does not filter. ``since`` is included, ``until`` is not."""

    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    stage: str | None = None
    sentiment: str | None = None
    language: str | None = None
    complaint: bool | None = None
    relation: str | None = None
    theme_id: int | None = None
    state: str | None = None
    text: str | None = None


EVERYTHING = MentionFilter()


def by_customers() -> ColumnElement[bool]:
    """Which posts count, for a mention joined with its post and author: not a brand's own, a bot's, or gone ones."""
    return and_(
        col(Post.gone_at).is_(None),
        col(Mention.relation) != Relation.OWN.value,
        col(Author.owner_id).is_(None),
        or_(col(Author.is_bot).is_(None), col(Author.is_bot).is_(False)),
    )


def customers(
    brand_id: int,
    as_of: datetime,
    *columns: Any,
    filters: MentionFilter = EVERYTHING,
    with_duplicates: bool = False,
) -> Select[Any]:
    """Select columns of ``Mention``, its ``Post`` and (outer) ``Author`` over a brand's customers' posts by ``as_of``.

    Repetitions are left out unless asked for. ``filters.state`` is not applied: it needs ``models.reads.states``.
    """
    query = (
        select_columns(*columns)
        .select_from(Mention)
        .join(Post, col(Post.id) == col(Mention.post_id))
        .outerjoin(Author, col(Author.id) == col(Post.author_id))
        .where(_of_brand(brand_id, filters), by_customers(), col(Post.published_at) <= as_of)
    )
    if not with_duplicates:
        query = query.where(col(Post.duplicate_of_id).is_(None))
    return _filtered(query, filters)


def _of_brand(brand_id: int, filters: MentionFilter) -> ColumnElement[bool]:
    """Where a period is asked for, posts are found by their time: SQLite would else walk all mentions of the brand.

    A column in a sum is not looked up in an index, in any database.
    """
    return (col(Mention.brand_id) if filters.since is None else col(Mention.brand_id) + 0) == brand_id


def _filtered(query: Select[Any], filters: MentionFilter) -> Select[Any]:
    equal: dict[Any, Any] = {
        col(Post.source): filters.source,
        col(Post.language): filters.language,
        col(Mention.stage): filters.stage,
        col(Mention.sentiment): filters.sentiment,
        col(Mention.is_complaint): filters.complaint,
        col(Mention.relation): filters.relation,
        col(Mention.theme_id): filters.theme_id,
    }
    for column, value in equal.items():
        if value is not None:
            query = query.where(column == value)
    if filters.since is not None:
        query = query.where(col(Post.published_at) >= filters.since)
    if filters.until is not None:
        query = query.where(col(Post.published_at) < filters.until)
    if filters.text:
        pattern = "".join(f"\\{char}" if char in "\\%_" else char for char in filters.text)
        query = query.where(
            or_(
                col(Post.text).ilike(f"%{pattern}%", escape="\\"),
                col(Post.title).ilike(f"%{pattern}%", escape="\\"),
            )
        )
    return query
