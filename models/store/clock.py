"""Writes leases and when jobs are due. Every instance reads the same rows, so their clocks are to agree to seconds."""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, Executable, delete, or_, update
from sqlmodel import Session, col

from models.alert_tables import DueJob, Lease


def take_lease(session: Session, name: str, holder: str, now: datetime, lasts: timedelta) -> bool:
    """Take a lease that is free, expired or one's own already, for so long from now on. Commit at once."""
    mine_or_free = or_(col(Lease.holder) == holder, col(Lease.expires_at) <= now)
    renewed = update(Lease).where(col(Lease.name) == name, mine_or_free).values(holder=holder, expires_at=now + lasts)
    if _count(session, renewed):
        return True
    return _insert(session, Lease(name=name, holder=holder, expires_at=now + lasts))


def give_lease_back(session: Session, name: str, holder: str) -> None:
    """Let the next one have it."""
    session.execute(delete(Lease).where(col(Lease.name) == name, col(Lease.holder) == holder))


def enter_job(session: Session, name: str, due_at: datetime) -> None:
    """Note a job that is due at that time for the first time; one that is known stays as it is."""
    _insert(session, DueJob(name=name, due_at=due_at))


def move_job(session: Session, name: str, was_due_at: datetime, due_at: datetime, now: datetime) -> bool:
    """Say that a job has run and is due at another time; False if somebody else has said so."""
    same = (col(DueJob.name) == name, col(DueJob.due_at) == was_due_at)
    return _count(session, update(DueJob).where(*same).values(due_at=due_at, done_at=now)) == 1


def note_due(session: Session, name: str, due_at: datetime, now: datetime) -> None:
    """Say when something is due next that its own process keeps count of, whatever was said before."""
    enter_job(session, name, due_at)
    session.execute(update(DueJob).where(col(DueJob.name) == name).values(due_at=due_at, done_at=now))


def drop_job(session: Session, name: str) -> None:
    """Say that it is due no more."""
    session.execute(delete(DueJob).where(col(DueJob.name) == name))


def _insert(session: Session, row: Lease | DueJob) -> bool:
    """Add a row unless its name is taken: both databases say ON CONFLICT DO NOTHING alike."""
    from sqlalchemy.dialects import postgresql, sqlite

    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(type(row)).values(**row.model_dump()).on_conflict_do_nothing(index_elements=["name"])
    return session.execute(statement.returning(col(type(row).name))).first() is not None


def _count(session: Session, statement: Executable) -> int:
    done = session.execute(statement, execution_options={"synchronize_session": False})
    return done.rowcount if isinstance(done, CursorResult) else 0
