"""Reads how much came in when: what coverage is told from."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.tables import CoverageGap, Mention, Post, Run, Stream


def streams_of(session: Session, brand_id: int) -> list[Stream]:
    """The brand's streams, by source and title."""
    query = select(Stream).where(Stream.brand_id == brand_id).order_by(Stream.source, Stream.title)
    return list(session.exec(query))


def gaps_of(session: Session, stream_ids: Sequence[int]) -> list[CoverageGap]:
    """What the streams could not give, the newest first."""
    query = select(CoverageGap).where(col(CoverageGap.stream_id).in_(stream_ids))
    return list(session.exec(query.order_by(col(CoverageGap.gap_until).desc(), col(CoverageGap.id).desc())))


def counts_by_day(session: Session, brand_id: int, source: str, since: datetime, until: datetime) -> dict[str, int]:
    """How many of the brand's mentions at a source were published on each day (UTC, ISO date) of a stretch."""
    day = func.date(Post.published_at)
    query = (
        select(day, func.count())
        .join(Mention, col(Mention.post_id) == col(Post.id))
        .where(Mention.brand_id == brand_id, Post.source == source)
        .where(Post.published_at >= since, Post.published_at < until)
        .group_by(day)
    )
    return {str(name): count for name, count in session.exec(query)}


def failed_runs(session: Session, brand_id: int, source: str, since: datetime) -> int:
    """How many runs over a brand's source ended with something on record, or never ended, from a time on."""
    query = (
        select(func.count())
        .select_from(Run)
        .where(Run.brand_id == brand_id, Run.source == source, Run.started_at >= since)
        .where(col(Run.error).is_not(None) | col(Run.finished_at).is_(None))
    )
    return session.exec(query).one()
