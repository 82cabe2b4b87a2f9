"""Reads up to when each source has been seen for a brand, and whether it shows replies at all."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.tables import Coverage, Mention, Post, Source
from models.words import ReplyVisibility


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """What may be said of a source: ``covers_until`` is None where no check ever succeeded."""

    source: str
    reply_visibility: ReplyVisibility
    covers_until: datetime | None
    checked_at: datetime | None
    post_count: int


def coverage_of(session: Session, brand_id: int) -> list[SourceCoverage]:
    """One row for each source that has a post of the brand or was checked for it, by name."""
    counts = dict(
        session.exec(
            select(Post.source, func.count())
            .join(Mention, Mention.post_id == Post.id)  # type: ignore[arg-type]
            .where(Mention.brand_id == brand_id)
            .group_by(Post.source)
        ).all()
    )
    checks = {row.source: row for row in session.exec(select(Coverage).where(Coverage.brand_id == brand_id))}
    names = sorted(set(counts) | set(checks))
    sources = {row.name: row for row in session.exec(select(Source).where(col(Source.name).in_(names)))}
    return [
        SourceCoverage(
            source=name,
            reply_visibility=ReplyVisibility(sources[name].reply_visibility),
            covers_until=checks[name].covers_until if name in checks else None,
            checked_at=checks[name].checked_at if name in checks else None,
            post_count=counts.get(name, 0),
        )
        for name in names
    ]
