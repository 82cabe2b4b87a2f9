"""``GET /reports/response-gap``."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from api import examples
from api.dependencies import ClockDep, SessionDep
from api.formats import Format, written
from api.parameters import GapQuery, period_of, request_of
from api.problems import problem_responses
from listener.reports.rendering import response_gap_csv, response_gap_markdown
from listener.reports.response_gap import ResponseGap
from listener.reports.response_gap_kind import build
from models.reads.brands import brand_by_slug

router = APIRouter(tags=["reports"])


class ReportQuery(GapQuery):
    """A response gap in a format."""

    format: Format = Field(Format.JSON, description="csv: the waiting posts alone; md: a page to read.")


_WRITTEN = examples.answer(examples.RESPONSE_GAP, "The report.")
_WRITTEN["content"] |= {
    "text/csv": {"example": "post_id,source,source_id\n17,mastodon,en-014\n"},
    "text/markdown": {"example": "# Response gap: amber-roast\n"},
}


@router.get(
    "/reports/response-gap",
    summary="Who was answered, how fast, and who still waits",
    description=(
        "States of the posts created in the period, the response rate with its interval, waiting times (Kaplan-Meier, "
        "open posts included), and the unanswered posts, the oldest first. Private replies are invisible."
    ),
    response_model=ResponseGap,
    responses={200: _WRITTEN, **problem_responses(404, 422)},
)
def response_gap(query: Annotated[ReportQuery, Query()], session: SessionDep, clock: ClockDep) -> Response:
    """Measure and write the report."""
    period = period_of(query, brand_by_slug(session, query.brand), clock)
    gap = build(session, request_of(query, period, limit=query.limit))
    return written(gap, query.format, f"response-gap-{gap.brand}.csv", response_gap_csv, response_gap_markdown)
