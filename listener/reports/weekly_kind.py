"""The weekly report: what it is read from, and how it is written in English. Measured here, kept elsewhere."""

from functools import partial

from sqlmodel import Session

from listener.reports.asking import ReportRequest
from listener.reports.kinds import ReportKind
from listener.weekly.keeping import made
from listener.weekly.shape import WeeklyReport
from listener.weekly.writing import FORMATS, written


def build(session: Session, request: ReportRequest) -> WeeklyReport:
    """The week that the period asked for begins in, else the last whole one; filters of posts are not applied.

    Raises NotFoundError for an unknown brand, InputError for a week that has not begun.
    """
    return made(session, request)


KIND = ReportKind(build, {format: partial(written, format=format) for format in FORMATS})
