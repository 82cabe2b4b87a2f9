"""``GET /reports/word-cloud``, as JSON, CSV and Markdown, and drawn."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api import examples
from api.answering import answer
from api.caching import tagged
from api.dependencies import ClockDep, SessionDep, Shared, SharedDep
from api.formats import Format
from api.parameters import CloudImageQuery, CloudQuery, period_of, request_of
from api.problems import problem_responses
from api.views import word_address
from listener.reports.asking import ReportRequest
from listener.reports.cloud_image import render_png, render_svg
from listener.reports.word_cloud import WordCloudData
from models.reads.brands import brand_by_slug

router = APIRouter(tags=["reports"])
_SIZE = (1200, 630)


class WordsQuery(CloudQuery):
    """The words in a format."""

    format: Format = Field(Format.JSON, description="csv: a row a word; md: a page to read.")


_WRITTEN = examples.answer(examples.WORD_CLOUD, "The terms.")
_WRITTEN["content"] |= {
    "text/csv": {"example": "term,count,n,share,share_low,share_high,score,script,languages,post_ids\n"},
    "text/markdown": {"example": "# Word cloud: amber-roast\n"},
}


def _image(media_type: str, example: str) -> dict[str, object]:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}, "example": example}}
    return {"description": "The picture.", "content": content}


@router.get(
    "/reports/word-cloud",
    summary="The words that set a brand's posts apart",
    description=(
        "Log-odds with a Dirichlet prior against the other posts; each word with its share, n and interval. Above some "
        "thousands of posts a sample is read, and the report says of how many."
    ),
    response_model=WordCloudData,
    responses={200: _WRITTEN, **problem_responses(404, 422)},
)
def word_cloud(
    query: Annotated[WordsQuery, Query()], session: SessionDep, clock: ClockDep, shared: SharedDep
) -> Response:
    """Measure the cloud."""
    return answer("word-cloud", query, query.format, session, clock, shared, limit=query.limit)


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
    asked = _asked(query, session, clock)
    drawn = shared.clouds.get(
        ("png", asked, query.dark),
        lambda: render_png(_measured(session, shared, asked, query), *_SIZE, dark=query.dark),
    )
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
    asked = _asked(query, session, clock)
    link = word_address(query.brand, query)

    def drawn() -> str:
        data = _measured(session, shared, asked, query)
        return render_svg(data, *_SIZE, dark=query.dark, link=lambda term: link(term.key))

    return tagged(request, shared.clouds.get(("svg", asked, query.dark), drawn).encode(), "image/svg+xml")


def _asked(query: CloudQuery, session: SessionDep, clock: ClockDep) -> ReportRequest:
    return request_of(query, period_of(query, brand_by_slug(session, query.brand), clock), limit=query.limit)


def _measured(session: SessionDep, shared: Shared, asked: ReportRequest, query: CloudQuery) -> WordCloudData:
    data: WordCloudData = shared.reports.report(session, "word-cloud", asked, is_now=query.as_of is None)
    return data
