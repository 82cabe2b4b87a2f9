"""Reads what the influence loop is measured from: posts as a few whole numbers each, quotes, addresses, themes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.reads.customers import MentionFilter, customers
from models.reads.days import epoch_seconds, local_day
from models.reads.rows import in_portions, raw_rows
from models.tables import Mention, Post, PostLink
from models.words import LinkKind, Sentiment, Stage

STAGES = (Stage.ZMOT, Stage.FMOT, Stage.SMOT, Stage.UMOT)
"""A post's stage is its place here, counted from 1; 0 before any label, 5 for no customer's voice."""
SENTIMENTS = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)
"""A post's sentiment is its place here, counted from 1; 0 before any label."""
ZERO, ULTIMATE = STAGES.index(Stage.ZMOT) + 1, STAGES.index(Stage.UMOT) + 1


class LoopPost(NamedTuple):
    """One customer's post in whole numbers; 0 where there is none. ``seconds`` since 1970, ``day`` as ``local_day``.

    ``parent`` is the post that it answers, or the one that that one repeats.
    """

    id: int
    seconds: int
    day: int
    author: int
    thread: int
    parent: int
    stage: int
    sentiment: int
    theme: int


class SharedAddress(NamedTuple):
    """An address, in its plainest form, that a post at the zero or ultimate moment shares."""

    post_id: int
    target: str


class OwnAddress(NamedTuple):
    """Where a shared experience itself stands, as its source says."""

    post_id: int
    source: str
    url: str | None


def loop_posts(
    session: Session, brand_id: int, as_of: datetime, filters: MentionFilter, zone: ZoneInfo
) -> Sequence[tuple[int, ...]]:
    """The customers' posts asked for, fields as of ``LoopPost``, the oldest first (then by id), without texts.

    ``filters.stage`` and ``filters.sentiment`` are not applied: a loop has two ends. ``filters.since`` is to be set.
    """
    assert filters.since is not None
    parent = aliased(Post)
    columns = (
        col(Mention.post_id),
        epoch_seconds(col(Mention.published_at)),
        local_day(col(Mention.published_at), zone, filters.since, max(filters.since, as_of)),
        func.coalesce(col(Mention.author_id), 0),
        func.coalesce(col(Post.thread_id), 0),
        func.coalesce(parent.duplicate_of_id, col(Post.parent_id), 0),
        _place(col(Mention.stage), (*STAGES, Stage.NONE)),
        _place(col(Mention.sentiment), SENTIMENTS),
        func.coalesce(col(Mention.theme_id), 0),
    )
    query = (
        customers(brand_id, as_of, *columns, filters=_both_ends(filters))
        .join(Post, col(Post.id) == col(Mention.post_id))
        .outerjoin(parent, col(parent.id) == col(Post.parent_id))
        .order_by(col(Mention.published_at), col(Mention.post_id))
    )
    return raw_rows(session, query)


def quotes(session: Session, post_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(post, quoted post or the one that that one repeats), by their ids, of these posts; by rising ids."""
    post, quoted = aliased(Post), aliased(Post)
    query = (
        select(PostLink.post_id, func.coalesce(quoted.duplicate_of_id, quoted.id))
        .join(post, col(post.id) == col(PostLink.post_id))
        .join(quoted, (col(quoted.source) == col(post.source)) & (col(quoted.source_id) == col(PostLink.target)))
        .where(PostLink.kind == LinkKind.QUOTE.value)
    )
    return sorted((post_id, quoted_id) for post_id, quoted_id in _of_posts(session, query, PostLink.post_id, post_ids))


def shared_addresses(session: Session, post_ids: Sequence[int]) -> Iterator[SharedAddress]:
    """The addresses that these posts share; not those of a site as a whole, which everybody shares."""
    query = select(PostLink.post_id, PostLink.target).where(
        PostLink.kind == LinkKind.URL.value, col(PostLink.target).contains("/") | col(PostLink.target).contains("?")
    )
    for row in _of_posts(session, query, PostLink.post_id, post_ids):
        yield SharedAddress(*row)


def own_addresses(session: Session, post_ids: Sequence[int]) -> Iterator[OwnAddress]:
    """Where each of these posts stands."""
    for row in _of_posts(session, select(Post.id, Post.source, Post.url), Post.id, post_ids):
        yield OwnAddress(*row)


def _of_posts(session: Session, query: Any, column: Any, post_ids: Sequence[int]) -> Iterator[Any]:
    """A query's rows for the posts of these ids."""
    for among in in_portions(column, post_ids):
        yield from raw_rows(session, query.where(among))


def _both_ends(filters: MentionFilter) -> MentionFilter:
    return replace(filters, stage=None, sentiment=None)


def _place(column: Any, names: Sequence[str]) -> ColumnElement[int]:
    return case(*((column == str(name), place) for place, name in enumerate(names, 1)), else_=0)
