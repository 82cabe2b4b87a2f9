"""Runs jobs that are due, each by one instance: a missed time is made up once, a killed job is run again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from listener.clock.leases import LASTS, holding
from listener.clock.schedule import Schedule
from models.database import session_of
from models.errors import ListenerError
from models.reads.clock import due_jobs
from models.store.clock import enter_job, move_job


@dataclass(frozen=True, slots=True)
class Job:
    """``run`` is handed the time that was due, which may lie far back; it may be called again for the same one."""

    name: str
    schedule: Schedule
    run: Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Ran:
    """A job that was run, for the time that was due; ``failure`` where it is to be tried again."""

    name: str
    due_at: datetime
    failure: str | None = None


def run_due(
    engine: Engine,
    jobs: Sequence[Job],
    clock: Callable[[], datetime],
    holder: str | None = None,
    lasts: timedelta = LASTS,
) -> list[Ran]:
    """Run the jobs that are due and that nobody else is running. A job seen for the first time begins from now on."""
    known = {job.name: job for job in jobs}
    now = clock()
    with session_of(engine) as session:
        for job in jobs:
            enter_job(session, job.name, job.schedule.following(now))
    with session_of(engine) as session:
        due = [row.name for row in due_jobs(session, now) if row.name in known]
    ran = []
    for name in due:
        with holding(engine, f"job:{name}", holder, clock, lasts) as is_mine:
            if is_mine:
                ran += _run(engine, known[name], clock())
    return ran


def _run(engine: Engine, job: Job, now: datetime) -> list[Ran]:
    """Run it if it is still due: somebody else may have run it just before the lease was had."""
    with session_of(engine) as session:
        row = next((row for row in due_jobs(session, now) if row.name == job.name), None)
    if row is None:
        return []
    last = max(row.due_at, job.schedule.last(now))
    try:
        job.run(last)
    except ListenerError as error:
        return [Ran(job.name, last, str(error))]
    with session_of(engine) as session:
        move_job(session, job.name, row.due_at, job.schedule.following(now), now)
    return [Ran(job.name, last)]
