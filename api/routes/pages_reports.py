"""The page of the weekly reports that were kept, each to be read or saved; managers have one made."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict

from api.dependencies import ClockDep, SessionDep
from api.people.visitors import VisitorDep
from api.routes.weekly import WeeklyFormat, as_file
from api.templating import templates
from api.viewer import PageRoute
from listener.reports.asking import ReportRequest
from listener.weekly.keeping import asked_week, kept, kept_as, kept_or_made
from models.reads.brands import brand_by_slug
from models.reads.weekly import kept_weeks
from models.words import Role

router = APIRouter(include_in_schema=False, route_class=PageRoute)
ReportId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class ReportsQuery(BaseModel):
    """Whether one was just made."""

    model_config = ConfigDict(extra="forbid")
    made: bool = False


@router.get("/brands/{slug}/reports")
def reports_page(
    request: Request,
    slug: str,
    query: Annotated[ReportsQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    visitor: VisitorDep,
) -> Response:
    """The kept reports, the latest week first."""
    brand = brand_by_slug(session, slug)
    asked = ReportRequest(slug, clock())
    context = {
        "brand": brand,
        "kept": kept_weeks(session, brand.id or 0),
        "last_week": asked_week(session, asked),
        "is_kept": kept(session, asked) is not None,
        "is_made": query.made,
        "can_make": visitor.role.covers(Role.MANAGER),
        "formats": [WeeklyFormat.PDF, WeeklyFormat.HTML, WeeklyFormat.MD, WeeklyFormat.JSON],
    }
    return templates.TemplateResponse(request, "reports.html", context)


@router.post("/brands/{slug}/reports")
def make_report(slug: str, session: SessionDep, clock: ClockDep) -> Response:
    """Make and keep the report of the last whole week, unless there is one."""
    kept_or_made(session, ReportRequest(slug, clock()))
    session.commit()
    return RedirectResponse(f"/brands/{slug}/reports?made=true", 303)


@router.get("/brands/{slug}/reports/{id}")
def report_page(request: Request, slug: str, id: ReportId, session: SessionDep) -> Response:
    """One kept report as it is mailed."""
    return as_file(request, kept_as(session, slug, id), WeeklyFormat.HTML, is_shown=True)


@router.get("/brands/{slug}/reports/{id}/file.{format}")
def report_file(request: Request, slug: str, id: ReportId, format: WeeklyFormat, session: SessionDep) -> Response:
    """One kept report to be saved."""
    return as_file(request, kept_as(session, slug, id), format)
