"""Reads kept weekly reports, the posts that stay unanswered, and the words of those that a report shows."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.headings import with_title
from models.reads.customers import MentionFilter, customers, with_posts
from models.reads.instants import epoch_microseconds
from models.reads.rows import in_portions, raw_rows
from models.reads.states import ResponseClock, state_of
from models.tables import Author, Mention, Post
from models.weekly_tables import WeeklyReport
from models.words import ResponseState


class OpenPost(NamedTuple):
    """An unanswered post without its words; ``published_us`` is microseconds since 1970."""

    post_id: int
    source: str
    language: str
    stage: str | None
    sentiment: str | None
    is_complaint: bool | None
    relation: str
    published_us: int
    followers: int | None
    views: int | None
    likes: int | None
    is_confident: bool | None = None


class ShownPost(NamedTuple):
    """The words of a post as they stand now, with its title before them."""

    text: str
    author: str | None
    url: str | None


class KeptWeek(NamedTuple):
    """One kept report without its body."""

    id: int
    week: str
    made_at: datetime


def open_posts(session: Session, brand_id: int, clock: ResponseClock, filters: MentionFilter) -> list[OpenPost]:
    """Every post of a brand's customers that is unanswered as of the clock, by rising id."""
    columns: tuple[Any, ...] = (
        Mention.post_id, Mention.source, Mention.language, Mention.stage, Mention.sentiment, Mention.is_complaint,
        Mention.relation, epoch_microseconds(Mention.published_at), Author.followers, Post.views_count,
        Post.likes_count, Mention.is_confident,
    )  # fmt: skip
    query = with_posts(customers(brand_id, clock.as_of, *columns, filters=filters))
    query = query.where(state_of(clock) == ResponseState.UNANSWERED.value).order_by(col(Mention.post_id))
    return list(map(OpenPost._make, raw_rows(session, query)))


def shown_posts(session: Session, post_ids: Collection[int]) -> dict[int, ShownPost]:
    """Those of the posts that are still there, by id; the handle of an author who is known."""
    found: dict[int, ShownPost] = {}
    columns: tuple[Any, ...] = (Post.id, Post.title, Post.text, Author.handle, Post.url)
    query = select_columns(*columns).outerjoin(Author, col(Author.id) == col(Post.author_id))
    for among in in_portions(Post.id, post_ids):
        for id, title, text, handle, url in session.execute(query.where(among, col(Post.gone_at).is_(None))):
            found[id] = ShownPost(with_title(title, text), handle, url)
    return found


def kept_weeks(session: Session, brand_id: int) -> list[KeptWeek]:
    """The kept reports of a brand: the latest week first, and within a week the one made last."""
    query = (
        select(WeeklyReport.id, WeeklyReport.week, WeeklyReport.made_at)
        .where(WeeklyReport.brand_id == brand_id)
        .order_by(col(WeeklyReport.week).desc(), col(WeeklyReport.id).desc())
    )
    return [KeptWeek(id or 0, week, made_at) for id, week, made_at in session.exec(query)]


def kept_report(session: Session, brand_id: int, week: str) -> WeeklyReport | None:
    """The first report of a week that was kept: made again, it stands beside the first, which stays the one."""
    query = (
        select(WeeklyReport)
        .where(WeeklyReport.brand_id == brand_id, WeeklyReport.week == week)
        .order_by(col(WeeklyReport.id))
    )
    return session.exec(query).first()


def kept_by_id(session: Session, brand_id: int, id: int) -> WeeklyReport | None:
    """One kept report of a brand."""
    return session.exec(select(WeeklyReport).where(WeeklyReport.brand_id == brand_id, WeeklyReport.id == id)).first()
