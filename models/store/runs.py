"""Writes runs and coverage: what was done when, and up to when a source has been seen."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlmodel import Session, select

from models.tables import Coverage, Run
from models.words import RunKind


def start_run(
    session: Session, kind: RunKind, now: datetime, *, brand_id: int | None = None, source: str | None = None
) -> Run:
    """Open a run; it stays without ``finished_at`` if it is killed."""
    run = Run(kind=kind.value, brand_id=brand_id, source=source, started_at=now)
    session.add(run)
    session.flush()
    return run


def finish_run(session: Session, run: Run, now: datetime, counts: Mapping[str, int], error: str | None = None) -> None:
    """Close a run with its counts (keys ``new``, ``changed``, ``unchanged``, ``bad``) and what went wrong."""
    run.finished_at, run.error = now, error
    for name in ("new", "changed", "unchanged", "bad"):
        setattr(run, f"{name}_count", counts.get(name, 0))
    session.add(run)
    session.flush()


def extend_coverage(
    session: Session, brand_ids: Iterable[int], covers_until: Mapping[str, datetime], now: datetime
) -> None:
    """Record, for each brand and source, up to when it has been seen; coverage never shrinks."""
    stored = {(row.brand_id, row.source): row for row in session.exec(select(Coverage))}
    for brand_id in brand_ids:
        for source, until in covers_until.items():
            row = stored.get((brand_id, source))
            if row is None:
                session.add(Coverage(brand_id=brand_id, source=source, covers_until=until, checked_at=now))
            else:
                row.covers_until, row.checked_at = max(row.covers_until, until), now
    session.flush()
