"""``GET /reports/coverage``."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import examples
from api.dependencies import ClockDep, SessionDep
from api.formats import Format, written
from api.parameters import Slug
from api.problems import problem_responses
from listener.reports.asking import ReportRequest
from listener.reports.coverage import Coverage
from listener.reports.coverage_kind import build
from listener.reports.coverage_text import coverage_csv, coverage_markdown

router = APIRouter(tags=["reports"])


class CoverageQuery(BaseModel):
    """Whose coverage, in a format."""

    model_config = ConfigDict(extra="forbid")
    brand: Slug
    format: Format = Field(Format.JSON, description="csv: a row a source; md: a page to read.")


_WRITTEN = examples.answer(examples.COVERAGE_REPORT, "The report.")
_WRITTEN["content"] |= {
    "text/csv": {"example": "source,reply_visibility,covers_from,covers_until\n"},
    "text/markdown": {"example": "# Coverage: amber-roast\n"},
}


@router.get(
    "/reports/coverage",
    summary="What was listened to, when, and what was not",
    description="Per source the last successful check, the expected and the seen rate of posts, failures and gaps.",
    response_model=Coverage,
    responses={200: _WRITTEN, **problem_responses(404, 422)},
)
def coverage(query: Annotated[CoverageQuery, Query()], session: SessionDep, clock: ClockDep) -> Response:
    """Measure and write the report."""
    found = build(session, ReportRequest(query.brand, clock()))
    return written(found, query.format, f"coverage-{found.brand}.csv", coverage_csv, coverage_markdown)
