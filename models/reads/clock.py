"""Reads which jobs are due, and who holds a lease."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.alert_tables import DueJob, Lease


def due_jobs(session: Session, now: datetime) -> list[DueJob]:
    """The jobs that are due, the one that has waited longest first."""
    return list(
        session.exec(select(DueJob).where(col(DueJob.due_at) <= now).order_by(col(DueJob.due_at), col(DueJob.name)))
    )


def lease_of(session: Session, name: str) -> Lease | None:
    """Who holds a lease, or held it last."""
    return session.get(Lease, name)
