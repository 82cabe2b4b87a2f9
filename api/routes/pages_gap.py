"""The page of the response gap: who was answered, how soon, where it is left undone, and who still waits."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import ClockDep, SessionDep, SharedDep
from api.framing import FrameQuery, framed
from api.templating import templates
from api.viewer import PageRoute
from api.views import segments
from listener.reports.response_gap import ResponseGap
from models.words import ResponseState

router = APIRouter(include_in_schema=False, route_class=PageRoute)
MOST_WAITING = 50
LISTED = tuple(state for state in ResponseState if state is not ResponseState.NOT_NEEDED)


@router.get("/brands/{slug}/gap")
def gap_page(
    request: Request,
    slug: str,
    query: Annotated[FrameQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """The whole report."""
    frame = framed(session, clock, slug, query, "gap")
    gap: ResponseGap = frame.measured(session, shared, "response-gap", limit=MOST_WAITING)
    context = {
        "brand": frame.brand,
        "frame": frame,
        "gap": gap,
        "segments": segments(gap),
        "total": sum(gap.states.values()),
        "listed": MOST_WAITING,
        "listed_states": LISTED,
    }
    return templates.TemplateResponse(request, "gap.html", context)
