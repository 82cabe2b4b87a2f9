"""The page of the journey map, and the form by which managers say how easy an opportunity is to take up."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import ClockDep, SessionDep, SharedDep
from api.framing import FrameQuery, framed
from api.parameters import Blank
from api.people.visitors import VisitorDep
from api.routes.eases import EaseIn, put_ease
from api.templating import templates
from api.viewer import PageRoute
from listener.reports.asking import Segment
from listener.reports.journey_shape import JourneyMap
from models.postdata import Text
from models.reads.brands import brand_by_slug
from models.words import Role, Stage

router = APIRouter(include_in_schema=False, route_class=PageRoute)
JOURNEY = "customer"
_One = Annotated[int, Field(ge=1, le=5)]


class JourneyPageQuery(FrameQuery):
    """The frame, how the map is cut, and whether eases were just saved."""

    segment: Annotated[Segment | None, Blank] = None
    saved: bool = False


class EaseForm(BaseModel):
    """Both eases of an opportunity; ``kept`` is the end of the address to go back to."""

    model_config = ConfigDict(extra="forbid")
    opportunity: Annotated[Text, Field(max_length=100)]
    design: _One
    engineering: _One
    kept: str = Field("", max_length=2000, pattern=r"^(\?[!-~]*)?$")


@router.get("/brands/{slug}/journey")
def journey_page(
    request: Request,
    slug: str,
    query: Annotated[JourneyPageQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
    visitor: VisitorDep,
) -> Response:
    """The map, a column a stage, and where to start."""
    own = {"segment": query.segment.value} if query.segment else {}
    frame = framed(session, clock, slug, query, "journey", own=own)
    found: JourneyMap = frame.measured(session, shared, "journey", journey=JOURNEY, segment=query.segment)
    context = {
        "brand": frame.brand,
        "frame": frame,
        "map": found,
        "names": {stage.code: stage.name for stage in found.stages},
        "known": {stage.value for stage in Stage},
        "is_saved": query.saved,
        "can_write": visitor.role.covers(Role.MANAGER),
    }
    return templates.TemplateResponse(request, "journey.html", context)


@router.post("/brands/{slug}/journey/eases")
def save_eases(slug: str, form: Annotated[EaseForm, Form()], session: SessionDep) -> Response:
    """Save both eases and go back."""
    brand = brand_by_slug(session, slug)
    ease = EaseIn(brand=brand.slug, opportunity=form.opportunity, design=form.design, engineering=form.engineering)
    saved = put_ease(JOURNEY, ease, session)
    joined = f"{form.kept}&saved=true" if form.kept else "?saved=true"
    return RedirectResponse(f"/brands/{saved.brand}/journey{joined}#start", 303)
