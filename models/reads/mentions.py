"""Reads mentions with their posts: for lists, for measures, one thread, and what still waits for a label."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, true
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, or_, select

from models.headings import with_title
from models.reads.customers import EVERYTHING, MentionFilter, customers, with_posts
from models.reads.states import ResponseClock, is_due, state_of
from models.reads.themes import polarity_column
from models.tables import Author, Brand, Mention, Post
from models.words import Relation


@dataclass(frozen=True, slots=True)
class MentionView:
    """One customer's post as a brand sees it, as of a time. ``state`` is None before any label."""

    mention_id: int
    post_id: int
    source: str
    source_id: str
    kind: str
    text: str
    title: str | None
    url: str | None
    rating: float | None
    language: str
    published_at: datetime
    author: str | None
    followers: int | None
    relation: str
    stage: str | None
    sentiment: str | None
    is_complaint: bool | None
    needs_response: bool | None
    is_confident: bool | None
    model: str | None
    answered_at: datetime | None
    redirected_at: datetime | None
    duplicate_of_id: int | None
    is_due: bool
    state: str | None


def mentions(
    session: Session,
    brand_id: int,
    clock: ResponseClock,
    filters: MentionFilter = EVERYTHING,
    *,
    with_duplicates: bool = False,
    after: tuple[datetime, int] | None = None,
    limit: int | None = None,
    oldest_first: bool = False,
    post_id: int | None = None,
) -> Iterator[MentionView]:
    """A brand's mentions by customers, the newest first unless asked for; neither the brands' own posts nor bots'.

    ``after`` is (published_at, post id) of the last one of the page before (newest first). Repetitions are left out
    unless asked for. ``post_id`` asks for that one post.
    """
    columns: tuple[Any, ...] = (
        Mention.id, Post.id, Post.source, Post.source_id, Post.kind, Post.text, Post.title, Post.url, Post.rating,
        Post.language, Post.published_at, Author.handle, Author.followers, Mention.relation, Mention.stage,
        Mention.sentiment, Mention.is_complaint, Mention.needs_response, Mention.is_confident, Mention.model,
        Mention.answered_at, Mention.redirected_at, Post.duplicate_of_id,
    )  # fmt: skip
    state = state_of(clock)
    columns += (is_due(clock).label("is_due"), state.label("state"))
    query = with_posts(customers(brand_id, clock.as_of, *columns, filters=filters, with_duplicates=with_duplicates))
    query = _narrowed(query, filters, state)
    if post_id is not None:
        query = query.where(col(Mention.post_id) == post_id)
    if after is not None:
        at, id = after
        is_later = (col(Mention.published_at) == at) & (col(Mention.post_id) < id)
        query = query.where(or_(col(Mention.published_at) < at, is_later))
    order = (col(Mention.published_at), col(Mention.post_id))
    query = query.order_by(*(order if oldest_first else (key.desc() for key in order)))
    if limit is not None:
        query = query.limit(limit)
    for row in session.execute(query):
        yield MentionView(*row)


def count_mentions(session: Session, brand_id: int, clock: ResponseClock, filters: MentionFilter, most: int) -> int:
    """How many mentions ``mentions`` would give, repetitions left out; counted no further than ``most``."""
    query = _narrowed(customers(brand_id, clock.as_of, literal(1), filters=filters), filters, state_of(clock))
    counted = select_columns(func.count()).select_from(query.limit(most).subquery())
    return int(session.execute(counted).scalar_one())


def _narrowed(query: Select[Any], filters: MentionFilter, state: ColumnElement[Any]) -> Select[Any]:
    """The filters that ``customers`` leaves to others."""
    if filters.state is not None:
        query = query.where(state == filters.state)
    if filters.polarity is not None:
        query = query.where(polarity_column() == filters.polarity)
    return query


def mention_of_post(session: Session, post_id: int, brand: Brand) -> Mention | None:
    """The brand's mention of one post, to be corrected."""
    return session.exec(select(Mention).where(Mention.post_id == post_id, Mention.brand_id == brand.id)).first()


def unlabelled(
    session: Session, model: str, *, brand_id: int | None = None, after: int = 0, limit: int = 1000
) -> list[tuple[int, str]]:
    """(mention id, text) of customers' mentions without a label of the model, by rising id from ``after`` on."""
    query = (
        select(Mention.id, Post.title, Post.text)
        .join(Post, Post.id == Mention.post_id)  # type: ignore[arg-type]
        .where(_waits_for(model, brand_id), col(Mention.id) > after)
        .order_by(col(Mention.id))
        .limit(limit)
    )
    return [(id or 0, with_title(title, text)) for id, title, text in session.exec(query)]


def count_unlabelled(session: Session, model: str, brand_id: int | None = None) -> int:
    """How many customers' mentions wait for a label of the model."""
    return session.exec(select(func.count()).select_from(Mention).where(_waits_for(model, brand_id))).one()


def _waits_for(model: str, brand_id: int | None) -> ColumnElement[bool]:
    """Said by a customer, of the brand if one is named, and not labelled by the model."""
    unlabelled_by_it = or_(col(Mention.model).is_(None), col(Mention.model) != model)
    of_brand = true() if brand_id is None else col(Mention.brand_id) == brand_id
    return and_(col(Mention.relation) != Relation.OWN.value, unlabelled_by_it, of_brand)
