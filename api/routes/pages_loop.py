"""The page of the influence loop: which shared experiences are met again by people still choosing."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import ClockDep, SessionDep, SharedDep
from api.framing import FrameQuery, framed
from api.templating import templates
from api.viewer import PageRoute
from listener.reports.influence_loop import InfluenceLoop

router = APIRouter(include_in_schema=False, route_class=PageRoute)
USED = ("source", "language", "relation", "theme")
"""A loop has two ends: stage and sentiment are not filtered by."""


@router.get("/brands/{slug}/loop")
def loop_page(
    request: Request,
    slug: str,
    query: Annotated[FrameQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """The whole report."""
    frame = framed(session, clock, slug, query, "loop", used=USED)
    found: InfluenceLoop = frame.measured(session, shared, "influence-loop")
    context = {
        "brand": frame.brand,
        "frame": frame,
        "loop_": found,
        "met": next(row for row in found.links if row.kind == "any"),
    }
    return templates.TemplateResponse(request, "loop.html", context)
