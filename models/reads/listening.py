"""Reads how much came in when: what coverage is told from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, case, or_
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


class Weeks(NamedTuple):
    """The stretches of a source that are compared: from ``begin`` to before ``middle``, and on to ``end`` inclusive."""

    begin: datetime
    middle: datetime
    end: datetime


def counts_of_weeks(session: Session, brand_id: int, weeks: Mapping[str, Weeks]) -> dict[str, tuple[int, int]]:
    """How many of the brand's mentions each source had in its two stretches."""
    if not weeks:
        return {}
    mine = [
        and_(col(Post.source) == source, col(Post.published_at) >= each.begin, col(Post.published_at) <= each.end)
        for source, each in weeks.items()
    ]
    late = [and_(col(Post.source) == source, col(Post.published_at) >= each.middle) for source, each in weeks.items()]
    is_late = case((or_(*late), 1), else_=0)
    query = (
        select(Post.source, func.count() - func.sum(is_late), func.sum(is_late))
        .join(Mention, col(Mention.post_id) == col(Post.id))
        .where(Mention.brand_id == brand_id, or_(*mine))
        # Said once for all sources, so that the index by time is used.
        .where(Post.published_at >= min(each.begin for each in weeks.values()))
        .where(Post.published_at <= max(each.end for each in weeks.values()))
        .group_by(Post.source)
    )
    return {source: (int(base), int(latest)) for source, base, latest in session.exec(query)}


def failed_runs(session: Session, brand_id: int, source: str, since: datetime) -> int:
    """How many runs over a brand's source ended with something on record, or never ended, from a time on."""
    query = (
        select(func.count())
        .select_from(Run)
        .where(Run.brand_id == brand_id, Run.source == source, Run.started_at >= since)
        .where(col(Run.error).is_not(None) | col(Run.finished_at).is_(None))
    )
    return session.exec(query).one()
