"""Reads up to when each source has been seen for a brand, and whether it shows replies at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.tables import Coverage, Mention, Source, Stream
from models.words import ReplyVisibility, Standing


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """What may be said of a source: ``covers_until`` is None where no check ever succeeded.

    ``post_count`` counts the brand's posts of the period asked for, its own ones included; None: not counted.
    """

    source: str
    reply_visibility: ReplyVisibility
    covers_until: datetime | None
    checked_at: datetime | None
    post_count: int | None = None


def checks_of(session: Session, brand_id: int) -> list[SourceCoverage]:
    """The sources that are listened to for a brand, by name: all that a response clock needs, read at once."""
    return _rows(session, brand_id, {})


def coverage_of(
    session: Session, brand_id: int, since: datetime | None = None, until: datetime | None = None
) -> list[SourceCoverage]:
    """One row for each source that has a post of the brand in the period or is listened to for it, by name.

    Counting without a period reads every post of the brand.
    """
    query = (
        select(Mention.source, func.count())
        .where(Mention.brand_id == brand_id, col(Mention.standing).in_(list(map(int, Standing))))
        .group_by(col(Mention.source))
    )
    if since is not None:
        query = query.where(col(Mention.published_at) >= since)
    if until is not None:
        query = query.where(col(Mention.published_at) < until)
    counts = {source or "": count for source, count in session.exec(query)}
    return [row if row.post_count is not None else _counted(row, 0) for row in _rows(session, brand_id, counts)]


def _rows(session: Session, brand_id: int, counts: dict[str, int]) -> list[SourceCoverage]:
    checks = {row.source: row for row in session.exec(select(Coverage).where(Coverage.brand_id == brand_id))}
    streams = session.exec(select(Stream.source).where(Stream.brand_id == brand_id).distinct())
    names = sorted({*counts, *checks, *streams})
    shown = _visibility(session, names)
    return [
        SourceCoverage(
            source=name,
            reply_visibility=shown[name],
            covers_until=checks[name].covers_until if name in checks else None,
            checked_at=checks[name].checked_at if name in checks else None,
            post_count=counts.get(name),
        )
        for name in names
    ]


def _counted(row: SourceCoverage, count: int) -> SourceCoverage:
    return SourceCoverage(row.source, row.reply_visibility, row.covers_until, row.checked_at, count)


def _visibility(session: Session, names: Sequence[str]) -> dict[str, ReplyVisibility]:
    rows = session.exec(select(Source).where(col(Source.name).in_(names)))
    return {row.name: ReplyVisibility(row.reply_visibility) for row in rows}
