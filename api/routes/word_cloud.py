"""``GET /reports/word-cloud``, as JSON and drawn."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import examples
from api.caching import tagged
from api.clouds import CloudKey, cloud_key, cloud_of, term_link
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.parameters import CloudImageQuery, CloudQuery, period_of
from api.problems import problem_responses
from api.reading import coverage_rows
from api.shapes import WordCloudOut
from listener.reports.cloud_image import render_png, render_svg
from listener.reports.cloud_text import cloud_object
from models.reads.brands import brand_by_slug

router = APIRouter(tags=["reports"])
_SIZE = (1200, 630)


def _image(media_type: str, example: str) -> dict[str, object]:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}, "example": example}}
    return {"description": "The picture.", "content": content}


@router.get(
    "/reports/word-cloud",
    summary="The words that set a brand's posts apart",
    description="Log-odds with a Dirichlet prior against the other posts; each word with its share, n and interval.",
    response_model=WordCloudOut,
    responses={200: examples.answer(examples.WORD_CLOUD, "The terms."), **problem_responses(404, 422)},
)
def word_cloud(
    query: Annotated[CloudQuery, Query()], session: SessionDep, clock: ClockDep, shared: SharedDep
) -> WordCloudOut:
    """Measure the cloud."""
    brand = brand_by_slug(session, query.brand)
    period = period_of(query, brand, clock)
    data = cloud_of(session, shared.clouds, cloud_key(query, period))
    said = cloud_object(data, brand.slug, period.as_of)
    return WordCloudOut.model_validate(said | {"coverage": coverage_rows(session, brand)})


@router.get(
    "/reports/word-cloud.png",
    summary="The word cloud as a PNG",
    description="1200 by 630 pixels, coloured by sentiment.",
    response_class=Response,
    responses={200: _image("image/png", "(1200 by 630 pixels)"), **problem_responses(404, 422)},
)
def word_cloud_png(
    request: Request,
    query: Annotated[CloudImageQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """Draw the cloud."""
    key = _key(query, session, clock)
    data = cloud_of(session, shared.clouds, key)
    drawn = shared.clouds.get((key, "png", query.dark), lambda: render_png(data, *_SIZE, dark=query.dark))
    return tagged(request, drawn, "image/png")


@router.get(
    "/reports/word-cloud.svg",
    summary="The word cloud as an SVG",
    description="Real text; each word links to the posts that hold it.",
    response_class=Response,
    responses={200: _image("image/svg+xml", "<svg/>"), **problem_responses(404, 422)},
)
def word_cloud_svg(
    request: Request,
    query: Annotated[CloudImageQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """Draw the cloud."""
    key = _key(query, session, clock)
    data = cloud_of(session, shared.clouds, key)
    drawn = shared.clouds.get(
        (key, "svg", query.dark),
        lambda: render_svg(data, *_SIZE, dark=query.dark, link=lambda term: term_link(key.brand, term)),
    )
    return tagged(request, drawn.encode(), "image/svg+xml")


def _key(query: CloudQuery, session: SessionDep, clock: ClockDep) -> CloudKey:
    return cloud_key(query, period_of(query, brand_by_slug(session, query.brand), clock))
