"""``PUT /journeys/{journey}/eases``: a team says how easy an opportunity is to take up."""

from typing import Annotated

from fastapi import APIRouter, Body, Path
from pydantic import BaseModel, ConfigDict, Field

from api import examples, journey_examples
from api.dependencies import SessionDep
from api.problems import ParameterError, problem_responses
from listener.journeys.reading import CODES, SHIPPED, shipped
from models.postdata import Text
from models.reads.brands import brand_by_slug
from models.reads.journey import stored_themes
from models.store.eases import save_ease

router = APIRouter(tags=["reports"])
_One = Annotated[int, Field(ge=1, le=5)]


class EaseIn(BaseModel):
    """Both eases of one opportunity, 1 (hard) to 5 (easy)."""

    model_config = ConfigDict(extra="forbid")
    brand: Annotated[Text, Field(max_length=100)]
    opportunity: Annotated[Text, Field(max_length=100)] = Field(
        description="its key in the map: a stage, or a stage and a theme's id", examples=["smot/12"]
    )
    design: _One
    engineering: _One


class EaseOut(EaseIn):
    """What counts now."""

    journey: str


@router.put(
    "/journeys/{journey}/eases",
    summary="Say how easy an opportunity is",
    description=(
        "With both eases typed in, the opportunity's score is the sum that the literature uses: criticality, ease for "
        "design, ease for engineering, share of the audience. Said again, it replaces what was said."
    ),
    response_model=EaseOut,
    responses={200: examples.answer(journey_examples.EASE, "What counts now."), **problem_responses(404, 422)},
)
def put_ease(
    journey: Annotated[Text, Path(max_length=50, description="The journey's name.", examples=["customer"])],
    ease: Annotated[EaseIn, Body(examples=[journey_examples.EASE_IN])],
    session: SessionDep,
) -> EaseOut:
    """Save both eases."""
    brand = brand_by_slug(session, ease.brand)
    code, slash, theme = ease.opportunity.partition("/")
    codes = shipped(journey).codes if journey in SHIPPED else CODES
    if code not in codes:
        detail = f"{code!r} is no stage of the {journey} journey: use {', '.join(codes)}"
        raise ParameterError("opportunity", detail, "body")
    if slash and theme not in {str(id) for id in stored_themes(session, brand.id or 0)}:
        raise ParameterError("opportunity", f"{brand.slug!r} has no theme {theme!r}: take a key from the map", "body")
    saved = save_ease(
        session, brand.id or 0, journey, ease.opportunity, design=ease.design, engineering=ease.engineering
    )
    session.commit()
    return EaseOut(
        brand=brand.slug,
        journey=journey,
        opportunity=saved.opportunity,
        design=saved.design,
        engineering=saved.engineering,
    )
