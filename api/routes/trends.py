"""``GET /reports/trends``."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from api import examples, parameters, trend_examples
from api.answering import answer
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.formats import Format
from api.problems import problem_responses
from listener.reports.asking import Bucket
from listener.reports.trends import Trends

router = APIRouter(tags=["reports"])


class TrendsQuery(parameters.ReportQuery):
    """The trends by day, week or month, in a format."""

    by: Bucket = Field(Bucket.WEEK, description="How the period is cut, in the brand's time zone; weeks from Monday.")
    format: Format = Field(Format.JSON, description="csv: a row a bucket and class; md: a page to read.")


_WRITTEN = examples.answer(trend_examples.TRENDS, "The report.")
_WRITTEN["content"] |= {
    "text/csv": {"example": "stretch,start,since,until,is_partial,is_gap,time_covered,section,name,count,n\n"},
    "text/markdown": {"example": "# Trends: amber-roast\n"},
}


@router.get(
    "/reports/trends",
    summary="Stages and sentiments by day, week or month, and what has changed",
    description=(
        "Counted and corrected shares of each bucket, and what changed since the one before: difference, 95 % "
        "interval, p-value adjusted for all comparisons, verdict. Without `from`: 30 whole days, 12 weeks or 12 "
        "months and the running one. A stretch that nobody listened to has no figure."
    ),
    response_model=Trends,
    responses={200: _WRITTEN, **problem_responses(400, 404, 422)},
)
def trends(query: Annotated[TrendsQuery, Query()], session: SessionDep, clock: ClockDep, shared: SharedDep) -> Response:
    """Measure and write the report."""
    return answer("trends", query, query.format, session, clock, shared, by=query.by)
