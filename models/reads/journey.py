"""Reads what a journey map is measured from: narrow rows of a period, later steps of the same authors, few texts."""

from collections.abc import Collection
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import case, literal
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from models.headings import with_title
from models.reads.coverage import SourceCoverage
from models.reads.customers import MentionFilter, customers, with_posts
from models.reads.days import epoch_seconds
from models.reads.rows import in_portions, raw_rows
from models.reads.states import ResponseClock, is_due, state_of
from models.tables import Author, Coverage, Mention, Post, Source, Theme
from models.words import ReplyVisibility


class HeardPost(NamedTuple):
    """One customer's post on a journey, without its words; ``at`` is seconds since 1970, ``state`` None unlabelled.

    ``is_due``: it needs a response and is past its horizon.
    """

    post_id: int
    at: int
    stage: str | None
    theme_id: int | None
    source: str
    kind: str
    host: str | None
    language: str
    relation: str
    sentiment: str | None
    is_complaint: bool | None
    addressed_to: str | None
    is_confident: bool | None
    state: str | None
    is_due: bool
    author_id: int | None
    followers: int | None
    views: int | None
    likes: int | None
    rating: float | None


Step = tuple[int, str, int]
"""Who spoke from which stage, and when: the author's id, the stage, seconds since 1970."""


class StoredTheme(NamedTuple):
    """A theme's name as it stands now."""

    id: int
    name: str
    polarity: str
    terms: tuple[str, ...]


def heard_posts(session: Session, brand_id: int, clock: ResponseClock, filters: MentionFilter) -> list[tuple[Any, ...]]:
    """The customers' posts asked for, without repetitions, by rising post id: rows with the columns of ``HeardPost``.

    They are plain: to give each of many thousands its names takes a third of the time of reading them.
    """
    # Asked of the few alone that need a response: of all posts it would take a fifth of the time.
    is_waited_for = case((col(Mention.needs_response).is_(True), is_due(clock)), else_=literal(False))
    columns: tuple[Any, ...] = (
        Mention.post_id, epoch_seconds(col(Mention.published_at)), Mention.stage, Mention.theme_id, Mention.source,
        Mention.kind, Post.host, Mention.language, Mention.relation, Mention.sentiment,
        Mention.is_complaint, Mention.addressed_to, Mention.is_confident, state_of(clock), is_waited_for,
        Mention.author_id, Author.followers, Post.views_count, Post.likes_count, Post.rating,
    )  # fmt: skip
    rows = raw_rows(session, with_posts(customers(brand_id, clock.as_of, *columns, filters=filters)))
    rows.sort(key=itemgetter(0))
    return rows


def later_steps(
    session: Session, brand_id: int, as_of: datetime, since: datetime, until: datetime, stages: Collection[str]
) -> list[Step]:
    """From which stages known authors spoke in that time, whatever else the map was asked for; in no order."""
    columns = (Mention.author_id, Mention.stage, epoch_seconds(col(Mention.published_at)))
    query = customers(brand_id, as_of, *columns, filters=MentionFilter(since=since, until=until)).where(
        col(Mention.author_id).is_not(None), col(Mention.stage).in_(sorted(stages))
    )
    return raw_rows(session, query)


def sentiment_counts(
    session: Session, brand_id: int, as_of: datetime, filters: MentionFilter
) -> dict[tuple[str, str], int]:
    """How many of the customers' posts asked for speak from each (stage, with which sentiment)."""
    query = customers(brand_id, as_of, Mention.stage, Mention.sentiment, func.count(), filters=filters).where(
        col(Mention.stage).is_not(None), col(Mention.sentiment).is_not(None)
    )
    rows = session.execute(query.group_by(col(Mention.stage), col(Mention.sentiment)))
    return {(stage, sentiment): count for stage, sentiment, count in rows}


def first_times(session: Session, brand_id: int, as_of: datetime, since: datetime) -> dict[int, int]:
    """When each author who spoke after ``since`` first spoke of the brand in the whole database.

    Seconds since 1970 by author id.
    """
    recent = customers(brand_id, as_of, Mention.author_id, filters=MentionFilter(since=since))
    author, columns = col(Mention.author_id), (Mention.author_id, func.min(epoch_seconds(col(Mention.published_at))))
    query = customers(brand_id, as_of, *columns).where(author.in_(recent)).group_by(author)
    return {author: at for author, at in session.execute(query) if author is not None}


def texts_of(session: Session, post_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """(words with the title before them, language) of posts by id."""
    found: dict[int, tuple[str, str]] = {}
    for among in in_portions(Post.id, post_ids):
        rows = raw_rows(session, select_columns(Post.id, Post.title, Post.text, Post.language).where(among))  # type: ignore[call-overload]
        found |= {id: (with_title(title, text), language) for id, title, text, language in rows}
    return found


def stored_themes(session: Session, brand_id: int) -> dict[int, StoredTheme]:
    """The brand's themes by id, retired ones too, since older posts lie in them."""
    rows = session.exec(select(Theme.id, Theme.name, Theme.polarity, Theme.terms).where(Theme.brand_id == brand_id))
    return {id or 0: StoredTheme(id or 0, name, polarity, tuple(terms)) for id, name, polarity, terms in rows}


def checked_sources(session: Session, brand_id: int) -> list[SourceCoverage]:
    """The sources that were checked for a brand, by name, without counting their posts (``post_count`` is 0)."""
    query = (
        select(Coverage, Source.reply_visibility)
        .join(Source, col(Source.name) == col(Coverage.source))
        .where(Coverage.brand_id == brand_id)
        .order_by(col(Coverage.source))
    )
    return [
        SourceCoverage(row.source, ReplyVisibility(shown), row.covers_until, row.checked_at, 0)
        for row, shown in session.exec(query)
    ]
