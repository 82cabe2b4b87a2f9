"""``GET /reports/journey``."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from api import examples, journey_examples, parameters
from api.answering import answer
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.formats import Format
from api.parameters import Blank
from api.problems import problem_responses
from listener.journeys.reading import Shipped
from listener.reports.asking import Segment
from listener.reports.journey_shape import JourneyMap

router = APIRouter(tags=["reports"])


class ReportQuery(parameters.ReportQuery):
    """A journey map in a format. Without ``from`` it is of the last 90 days."""

    journey: Shipped = Field("customer", description="A shipped journey; those in files are for the command line.")
    segment: Annotated[Segment | None, Blank] = Field(None, description="Cut by this.")
    limit: int = Field(10, ge=1, le=200, description="Rows of a list: touchpoints, themes, opportunities.")
    format: Format = Field(Format.JSON, description="csv: a row a stage, touchpoint and theme; md: a page to read.")


_WRITTEN = examples.answer(journey_examples.JOURNEY, "The map.")
_WRITTEN["content"] |= {
    "text/csv": {"example": "row,stage,source,kind,host,theme_id,name,n,authors\n"},
    "text/markdown": {"example": "# Customer journey: amber-roast\n"},
}


@router.get(
    "/reports/journey",
    summary="The journey map: each stage with its touchpoints, themes, feelings and gaps, and where to start",
    description=(
        "A row a stage, and within it a row a touchpoint and a theme; every cell with `n` and at most three posts to "
        "look at. Opportunities are ranked with intervals: what shares a band cannot be told apart."
    ),
    response_model=JourneyMap,
    responses={200: _WRITTEN, **problem_responses(404, 422)},
)
def journey(
    query: Annotated[ReportQuery, Query()], session: SessionDep, clock: ClockDep, shared: SharedDep
) -> Response:
    """Measure and write the map."""
    asked = {"journey": query.journey, "segment": query.segment, "limit": query.limit}
    return answer("journey", query, query.format, session, clock, shared, **asked)
