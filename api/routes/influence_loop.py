"""``GET /reports/influence-loop``."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from api import examples, loop_examples, parameters
from api.answering import answer
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.formats import Format
from api.problems import problem_responses
from listener.reports.influence_loop import InfluenceLoop

router = APIRouter(tags=["reports"])


class ReportQuery(parameters.ReportQuery):
    """The loop in a format. Stage and sentiment are not filtered by: a loop has two ends."""

    limit: int = Field(20, ge=1, le=1000, description="How many authors and communities to list.")
    format: Format = Field(Format.JSON, description="csv: a row a figure; md: a page to read.")


_WRITTEN = examples.answer(loop_examples.INFLUENCE_LOOP, "The report.")
_WRITTEN["content"] |= {
    "text/csv": {"example": "section,name,to,count,value,low,high,n,unit,lag_days,p,q\n"},
    "text/markdown": {"example": "# Influence loop: amber-roast\n"},
}


@router.get(
    "/reports/influence-loop",
    summary="Which shared experiences are met again by people still choosing",
    description=(
        "Links by reply, quote and shared address, with delay and sentiment; echo by theme against a permutation "
        "null; who carries it, without names; the flow between the four moments. Without `from`, the last 90 days."
    ),
    response_model=InfluenceLoop,
    responses={200: _WRITTEN, **problem_responses(404, 422)},
)
def influence_loop(
    query: Annotated[ReportQuery, Query()], session: SessionDep, clock: ClockDep, shared: SharedDep
) -> Response:
    """Measure and write the report."""
    return answer("influence-loop", query, query.format, session, clock, shared, limit=query.limit)
