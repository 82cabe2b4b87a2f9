"""``GET /reports/weekly``: the report of a week, kept or measured, as data or as a file in the reader's language."""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.caching import tagged
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.parameters import Moment, PeriodQuery, Slug, Word, period_of
from api.problems import ParameterError, problem_responses
from api.routes.charts import disposition
from api.viewer import viewer_of
from api.weekly_examples import WEEKLY
from listener.reports.asking import ReportRequest
from listener.weekly.keeping import asked_for, kept
from listener.weekly.shape import WeeklyReport
from listener.weekly.writing import written
from models.errors import InputError
from models.reads.brands import brand_by_slug

router = APIRouter(tags=["reports"])
STANDING_ALONE = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""The policy of a report as a page: it holds its own styles and pictures, and nothing in it may run or fetch."""


class WeeklyFormat(StrEnum):
    """How the report is written."""

    JSON = "json"
    HTML = "html"
    PDF = "pdf"
    MD = "md"
    CSV = "csv"


TYPES = {
    WeeklyFormat.JSON: "application/json",
    WeeklyFormat.HTML: "text/html; charset=utf-8",
    WeeklyFormat.PDF: "application/pdf",
    WeeklyFormat.MD: "text/markdown; charset=utf-8",
    WeeklyFormat.CSV: "text/csv; charset=utf-8",
}


class WeeklyQuery(BaseModel):
    """Whose week, and how it is written."""

    model_config = ConfigDict(extra="forbid")
    brand: Slug
    week: Word = Field(None, description="An ISO week; the last whole one if left out.", examples=["2026-W46"])
    as_of: Moment = Field(None, description="As it was at that time; now if left out.", examples=["2026-11-20"])
    format: WeeklyFormat = Field(WeeklyFormat.JSON, description="json, csv: data; html, pdf, md: to be read.")
    lang: Word = Field(None, description="html, pdf, md: the language; that of the browser if left out.")


def _documented() -> dict[str, Any]:
    said = {"description": "The report.", "content": {"application/json": {"example": WEEKLY}}}
    for format in WeeklyFormat:
        if format is not WeeklyFormat.JSON:
            media = TYPES[format].partition(";")[0]
            said["content"][media] = {"schema": {"type": "string"}, "example": f"({format.value})"}  # type: ignore[index]
    return said


@router.get(
    "/reports/weekly",
    summary="The weekly report of a brand",
    description=(
        "What changed and whether it is more than noise, the response gap, moments, themes, loop, rivals, "
        "opportunities and coverage of an ISO week in the brand's zone. A kept report is answered as it was made; "
        "another one is measured, and not kept."
    ),
    response_model=WeeklyReport,
    responses={200: _documented(), **problem_responses(400, 404, 422)},
)
def weekly(
    query: Annotated[WeeklyQuery, Query()],
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """The kept report, else a measured one."""
    period = period_of(PeriodQuery(as_of=query.as_of), brand_by_slug(session, query.brand), clock)
    try:
        asked = ReportRequest(query.brand, period.as_of)
        if query.week is not None:
            asked = asked_for(session, query.brand, query.week, period.as_of)
        report = kept(session, asked)
    except InputError as error:
        raise ParameterError("week", str(error)) from None
    if report is None:
        report = shared.reports.report(session, "weekly", asked, is_now=query.as_of is None)
    if query.format is WeeklyFormat.JSON:
        return JSONResponse(report.model_dump(mode="json"))
    return as_file(request, report, query.format)


def as_file(request: Request, report: WeeklyReport, format: WeeklyFormat, *, is_shown: bool = False) -> Response:
    """The report in the language of whoever asks; ``is_shown`` has a browser open it rather than save it."""
    response = tagged(request, written(report, format, viewer_of(request).wording.language), TYPES[format])
    name = f"{report.brand}-weekly-{report.week}.{format.value}"
    response.headers["Content-Disposition"] = disposition("inline" if is_shown else "attachment", name)
    response.headers["Content-Security-Policy"] = STANDING_ALONE
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response
