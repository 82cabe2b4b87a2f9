"""Which posts count as said by a brand's customers, and which are asked for: the base of every list and measure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.tables import Author, Mention, Post
from models.words import Standing


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
    polarity: str | None = None
    post_ids: tuple[int, ...] | None = None


EVERYTHING = MentionFilter()


def customers(
    brand_id: int,
    as_of: datetime,
    *columns: Any,
    filters: MentionFilter = EVERYTHING,
    with_duplicates: bool = False,
) -> Select[Any]:
    """Select columns of ``Mention`` over what a brand's customers said by ``as_of``: one index holds all it asks for.

    Neither a brand's own posts, nor a bot's, nor those that are gone; repetitions only if asked for. What else a post
    says is had by ``with_posts``. ``filters.state`` and ``filters.polarity`` are not applied: they need
    ``models.reads.states`` and ``models.reads.themes``.
    """
    kept = (Standing.REPEATED, Standing.COUNTED) if with_duplicates else (Standing.COUNTED,)
    query = (
        select_columns(*columns)
        .select_from(Mention)
        .where(col(Mention.brand_id) == brand_id, col(Mention.standing).in_([int(one) for one in kept]))
        .where(col(Mention.published_at) <= as_of)
    )
    return _filtered(query, filters)


def with_posts(query: Select[Any]) -> Select[Any]:
    """A query of mentions joined with their ``Post`` and (outer) ``Author``: it reads rows with texts."""
    return query.join(Post, col(Post.id) == col(Mention.post_id)).outerjoin(
        Author, col(Author.id) == col(Mention.author_id)
    )


def _filtered(query: Select[Any], filters: MentionFilter) -> Select[Any]:
    equal: dict[Any, Any] = {
        col(Mention.source): filters.source,
        col(Mention.language): filters.language,
        col(Mention.stage): filters.stage,
        col(Mention.sentiment): filters.sentiment,
        col(Mention.is_complaint): filters.complaint,
        col(Mention.relation): filters.relation,
        col(Mention.theme_id): filters.theme_id,
    }
    for column, value in equal.items():
        if value is not None:
            query = query.where(column == value)
    if filters.post_ids is not None:
        query = query.where(col(Mention.post_id).in_(filters.post_ids))
    if filters.since is not None:
        query = query.where(col(Mention.published_at) >= filters.since)
    if filters.until is not None:
        query = query.where(col(Mention.published_at) < filters.until)
    if filters.text:
        pattern = "".join(f"\\{char}" if char in "\\%_" else char for char in filters.text)
        said = aliased(Post)
        has_it = or_(*(col(part).ilike(f"%{pattern}%", escape="\\") for part in (said.text, said.title)))
        query = query.where(select_columns(literal(1)).where(col(said.id) == col(Mention.post_id), has_it).exists())
    return query
