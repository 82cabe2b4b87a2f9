"""Reads which jobs are due, and who holds a lease."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from models.alert_tables import DueJob, Lease

PASS, RUN = "pass", "run"
"""Under these names it is kept when sources are asked next: by workers, and by ``listener run --every``."""
OVERDUE = timedelta(minutes=10)
"""A pass may take so long before the next time is known."""


def due_jobs(session: Session, now: datetime) -> list[DueJob]:
    """The jobs that are due, the one that has waited longest first."""
    return list(
        session.exec(select(DueJob).where(col(DueJob.due_at) <= now).order_by(col(DueJob.due_at), col(DueJob.name)))
    )


def next_pass(session: Session, brand: str, now: datetime) -> datetime | None:
    """When a brand's sources are to be asked next, by the clock of the workers or of a ``listener run --every``.

    None where nothing is scheduled: a time that passed more than ``OVERDUE`` ago belongs to nobody who still lives.
    """
    names = (PASS, RUN, run_of(brand))
    query = select(func.min(DueJob.due_at)).where(col(DueJob.name).in_(names), col(DueJob.due_at) >= now - OVERDUE)
    return session.exec(query).one()


def run_of(brand: str) -> str:
    """What the rounds for one brand alone are called."""
    return f"{RUN}:{brand}"


def lease_of(session: Session, name: str) -> Lease | None:
    """Who holds a lease, or held it last."""
    return session.get(Lease, name)
