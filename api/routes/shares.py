"""``GET /reports/shares``."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from api import examples, parameters
from api.answering import answer
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.formats import Format
from api.problems import problem_responses
from listener.reports.shares import Shares

router = APIRouter(tags=["reports"])


class ReportQuery(parameters.ReportQuery):
    """The shares in a format."""

    format: Format = Field(Format.JSON, description="csv: a row a stage or sentiment; md: a page to read.")


_WRITTEN = examples.answer(examples.SHARES, "The report.")
_WRITTEN["content"] |= {
    "text/csv": {
        "example": "task,name,count,n,counted,counted_low,counted_high,corrected,corrected_low,corrected_high\n"
    },
    "text/markdown": {"example": "# Stages and sentiment: amber-roast\n"},
}


@router.get(
    "/reports/shares",
    summary="Shares of stages and sentiments, counted and corrected",
    description=(
        "Counting a model's labels is biased by its confusions. Beside each counted share stands the one that these "
        "make likely; both with a 95 % interval."
    ),
    response_model=Shares,
    responses={200: _WRITTEN, **problem_responses(404, 422)},
)
def shares(query: Annotated[ReportQuery, Query()], session: SessionDep, clock: ClockDep, shared: SharedDep) -> Response:
    """Measure and write the report."""
    return answer("shares", query, query.format, session, clock, shared)
