"""A report over hostile posts and a shifted week, measured once."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from listener.reports.asking import ReportRequest
from listener.weekly.keeping import made
from listener.weekly.shape import WeeklyReport
from models.database import session_of
from tests.weekly.fortnights import LATER, SLUG, filled, hostile, six_weeks


@pytest.fixture(scope="package")
def engine() -> Iterator[Engine]:
    """Six weeks, the last one far more negative, with hostile posts in it; a third of those in need are answered."""
    answered = [f"w{week}n{at}" for week in range(6) for at in range(0, 40, 12)]
    made = filled([*six_weeks(shift=0.7), *hostile()], answered)
    yield made
    made.dispose()


@pytest.fixture(scope="package")
def report(engine: Engine) -> WeeklyReport:
    """The report of the last whole week."""
    with session_of(engine) as session:
        return made(session, ReportRequest(SLUG, LATER))
