"""``GET /sources``."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api import examples
from api.dependencies import ClockDep, SessionDep
from api.parameters import Slug
from api.problems import problem_responses
from api.shapes import Shape
from listener.pipeline.health import next_check
from models.reads.brands import brand_by_slug
from models.reads.clock import next_pass
from models.reads.listening import streams_of

router = APIRouter(tags=["reports"])


class SourcesQuery(BaseModel):
    """Whose sources."""

    model_config = ConfigDict(extra="forbid")
    brand: Slug


class StreamOut(Shape):
    """One declared source of a brand, with what is known of asking it."""

    source: str
    title: str = Field(description="the source with the option that tells most")
    covers_from: AwareDatetime | None
    covers_until: AwareDatetime | None
    checked_at: AwareDatetime | None = Field(description="when it was last asked successfully")
    failure: str | None = Field(description="what went wrong last; null if nothing did")
    failed_at: AwareDatetime | None
    next_check_at: AwareDatetime | None = Field(
        description="when it is asked next, its own wish to be left alone included; null: nothing is scheduled"
    )


class SourcesOut(Shape):
    """A brand's sources, by name."""

    brand: str
    as_of: AwareDatetime
    sources: list[StreamOut]


_EXAMPLE = {
    "brand": "amber-roast",
    "as_of": "2026-11-21T12:00:00Z",
    "sources": [
        {
            "source": "mastodon",
            "title": "mastodon social.example",
            "covers_from": "2026-08-22T09:00:00Z",
            "covers_until": "2026-11-21T11:50:00Z",
            "checked_at": "2026-11-21T11:50:00Z",
            "failure": None,
            "failed_at": None,
            "next_check_at": "2026-11-21T12:05:00Z",
        }
    ],
}


@router.get(
    "/sources",
    summary="What is collected, and when next",
    description="Each declared source of a brand: what it has been seen for, what failed, when it is asked next.",
    response_model=SourcesOut,
    responses={200: examples.answer(_EXAMPLE, "The sources."), **problem_responses(404, 422)},
)
def sources(query: Annotated[SourcesQuery, Query()], session: SessionDep, clock: ClockDep) -> SourcesOut:
    """The streams as they stand now."""
    brand, now = brand_by_slug(session, query.brand), clock()
    at = next_pass(session, brand.slug, now)
    found = [
        StreamOut.model_validate(stream.model_dump() | {"next_check_at": next_check(stream, at)})
        for stream in streams_of(session, brand.id or 0)
    ]
    return SourcesOut(brand=brand.slug, as_of=now, sources=found)
