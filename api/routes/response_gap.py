"""``GET /reports/response-gap``."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from api import examples
from api.answering import answer
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.formats import Format
from api.parameters import GapQuery
from api.problems import problem_responses
from listener.reports.response_gap import ResponseGap

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
        "open posts included) in calendar and business time, what became of customers who wrote again, neglect "
        "weighted by audience, rivals, and the unanswered posts, the oldest first. Private replies are invisible."
    ),
    response_model=ResponseGap,
    responses={200: _WRITTEN, **problem_responses(404, 422)},
)
def response_gap(
    query: Annotated[ReportQuery, Query()], session: SessionDep, clock: ClockDep, shared: SharedDep
) -> Response:
    """Measure and write the report."""
    return answer("response-gap", query, query.format, session, clock, shared, limit=query.limit)
