"""``GET /reports/coverage``."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from api import examples, parameters
from api.answering import answer
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.formats import Format
from api.problems import problem_responses
from listener.reports.coverage import Coverage

router = APIRouter(tags=["reports"])


class CoverageQuery(parameters.ReportQuery):
    """Whose coverage, in a format; the period is that of the posts counted."""

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
def coverage(
    query: Annotated[CoverageQuery, Query()], session: SessionDep, clock: ClockDep, shared: SharedDep
) -> Response:
    """Measure and write the report."""
    return answer("coverage", query, query.format, session, clock, shared)
