"""The pages: brands, one brand's response gap and word cloud, its posts, one thread, one label. HTML, no scripts."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import ClockDep, SessionDep, SharedDep
from api.parameters import FilterQuery, PeriodQuery, filter_of, page_of, period_of
from api.reading import post_detail, post_page
from api.routes.brands import brands_of
from api.routes.explanation import TASKS, ExplanationQuery, explain_post, pieces_of
from api.routes.posts import PostId
from api.templating import templates
from api.viewer import PageRoute
from api.views import address, api_routes, cloud_addresses, replies_by_depth, rivals_of, segments, word_address
from listener.reports.asking import ReportRequest
from listener.reports.response_gap import ResponseGap
from models.reads.brands import brand_by_slug
from models.words import ResponseState, Sentiment, Stage

router = APIRouter(include_in_schema=False, route_class=PageRoute)
MOST_WAITING = 50


@router.get("/")
def first_page(request: Request, session: SessionDep) -> Response:
    """The brands, or what to do where there are none."""
    brands = brands_of(session)
    return templates.TemplateResponse(request, "brands.html" if brands else "first_run.html", {"brands": brands})


@router.get("/brands/{slug}")
def brand_page(
    request: Request,
    slug: str,
    query: Annotated[PeriodQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """The response gap and the word cloud."""
    brand = brand_by_slug(session, slug)
    period = period_of(query, brand, clock)
    asked = ReportRequest(slug, period.as_of, period.since, period.until)

    def gap_of(slug: str) -> ResponseGap:
        wanted = replace(asked, brand=slug, limit=MOST_WAITING)
        found: ResponseGap = shared.reports.report(session, "response-gap", wanted, is_now=query.as_of is None)
        return found

    gap = gap_of(slug)
    context = {
        "brand": brand,
        "query": query,
        "gap": gap,
        "segments": segments(gap),
        "rivals": rivals_of(session, brand, gap, gap_of),
        "cloud": shared.reports.report(session, "word-cloud", asked, is_now=query.as_of is None),
        "word_address": word_address(slug, query),
        "cloud_addresses": cloud_addresses(slug, query, period),
        "address": address,
    }
    return templates.TemplateResponse(request, "brand.html", context)


@router.get("/brands/{slug}/words")
def words_page(
    request: Request,
    slug: str,
    query: Annotated[PeriodQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """The words of the cloud as a table."""
    brand = brand_by_slug(session, slug)
    period = period_of(query, brand, clock)
    asked = ReportRequest(slug, period.as_of, period.since, period.until)
    cloud = shared.reports.report(session, "word-cloud", asked, is_now=query.as_of is None)
    context = {
        "brand": brand,
        "as_of": cloud.as_of,
        "cloud": cloud,
        "word_address": word_address(slug, query),
    }
    return templates.TemplateResponse(request, "words.html", context)


@router.get("/brands/{slug}/posts")
def posts_page(
    request: Request, slug: str, query: Annotated[FilterQuery, Query()], session: SessionDep, clock: ClockDep
) -> Response:
    """A brand's posts, filtered and paged."""
    brand = brand_by_slug(session, slug)
    period = period_of(query, brand, clock)
    as_of, after = page_of(query, period)
    page = post_page(session, brand, filter_of(query, period), as_of, after, query.limit)
    chosen = query.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    base = f"/brands/{brand.slug}/posts"
    context = {
        "brand": brand,
        "query": query,
        "page": page,
        "is_filtered": bool(chosen.keys() - {"cursor", "limit"}),
        "is_later_page": query.cursor is not None,
        "newest_address": address(base, chosen, cursor=None),
        "next_address": address(base, chosen, cursor=page.next_cursor) if page.next_cursor else None,
        "words": {"stage": list(Stage), "sentiment": list(Sentiment), "state": list(ResponseState)},
    }
    return templates.TemplateResponse(request, "posts.html", context)


@router.get("/posts/{id}")
def thread_page(request: Request, id: PostId, session: SessionDep, clock: ClockDep) -> Response:
    """One post with its labels and thread."""
    post = post_detail(session, id, clock())
    zone = brand_by_slug(session, post.brands[0].brand).timezone if post.brands else None
    context = {"post": post, "thread": replies_by_depth(post), "zone": zone}
    return templates.TemplateResponse(request, "thread.html", context)


@router.get("/posts/{id}/why")
def why_page(
    request: Request, id: PostId, query: Annotated[ExplanationQuery, Query()], session: SessionDep, shared: SharedDep
) -> Response:
    """The words that moved one label of a post."""
    explained = explain_post(session, id, query, shared.choice)
    context = {"query": query, "explained": explained, "pieces": pieces_of(explained), "tasks": TASKS}
    return templates.TemplateResponse(request, "why.html", context)


@router.get("/docs")
def docs_page(request: Request) -> Response:
    """The API in a page of our own, made from the OpenAPI document."""
    schema = request.app.openapi()
    return templates.TemplateResponse(request, "docs.html", {"schema": schema, "routes": api_routes(schema)})
