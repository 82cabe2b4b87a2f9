"""Reads what collectors go by: threads that are due, ids of queries."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.tables import Query, ThreadCheck


@dataclass(frozen=True, slots=True)
class DueThread:
    """A conversation to fetch again."""

    check_id: int
    root_source_id: str
    active_at: datetime


def due_threads(session: Session, stream_id: int, now: datetime, limit: int) -> list[DueThread]:
    """Threads whose time has come, those that have waited longest first."""
    query = (
        select(ThreadCheck)
        .where(ThreadCheck.stream_id == stream_id, col(ThreadCheck.due_at) <= now)
        .order_by(col(ThreadCheck.due_at), col(ThreadCheck.id))
        .limit(limit)
    )
    return [DueThread(check.id or 0, check.root_source_id, check.active_at) for check in session.exec(query)]


def query_ids(session: Session, brand_id: int) -> dict[str, int]:
    """Row ids of the brand's queries by name."""
    return {query.name: query.id or 0 for query in session.exec(select(Query).where(Query.brand_id == brand_id))}
