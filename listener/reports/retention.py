"""Says in a report's notes that older posts were removed for their age, where its period reaches back that far."""

import re
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import BaseModel
from sqlmodel import Session

from listener.reports.asking import ReportRequest
from listener.reports.wording import stamp
from models.reads.brands import brand_by_slug

_Report = TypeVar("_Report", bound=BaseModel)
_SAID = re.compile(r"Posts up to (\d{4}-\d\d-\d\d \d\d:\d\d) UTC were removed for their age\b")


def noted(session: Session, request: ReportRequest, report: _Report) -> _Report:
    """The report, with one more note if posts of its time are gone; a report without notes stays as it is."""
    until = brand_by_slug(session, request.brand).removed_until
    notes: list[str] | None = getattr(report, "notes", None)
    if until is None or notes is None or not _reaches(report, request, until):
        return report
    return report.model_copy(update={"notes": [*notes, note(until)]})


def note(until: datetime) -> str:
    """The sentence; ``until`` is when the youngest post was published that was removed."""
    return f"Posts up to {stamp(until)} were removed for their age: of that time only what is left is counted."


def removed_until(said: str) -> datetime | None:
    """The time that such a sentence names, for whoever says it in another language; None for any other note."""
    found = _SAID.match(said)
    return datetime.strptime(found[1], "%Y-%m-%d %H:%M").replace(tzinfo=UTC) if found else None


def _reaches(report: BaseModel, request: ReportRequest, until: datetime) -> bool:
    """Whether the report's period, or the one it compares with, begins by then; one without beginning does."""
    begin = getattr(report, "since", request.since)
    earlier = [getattr(getattr(report, "previous", None), "since", None), request.against_since]
    return begin is None or any(at is not None and at <= until for at in (begin, *earlier))
