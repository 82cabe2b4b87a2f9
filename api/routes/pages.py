"""The pages that belong to no brand's tabs: all brands, one thread, one label, the API. HTML, no scripts."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import ClockDep, SessionDep, SharedDep
from api.inbox.reading import triage_of
from api.people.visitors import VisitorDep
from api.reading import post_detail
from api.routes.brands import brands_of
from api.routes.explanation import TASKS, ExplanationQuery, explain_post, pieces_of
from api.routes.posts import PostId
from api.templating import templates
from api.viewer import PageRoute
from api.views import api_routes, replies_by_depth
from models.reads.brands import brand_by_slug

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/")
def first_page(request: Request, session: SessionDep) -> Response:
    """The brands, or what to do where there are none."""
    brands = brands_of(session)
    return templates.TemplateResponse(request, "brands.html" if brands else "first_run.html", {"brands": brands})


@router.get("/posts/{id}")
def thread_page(
    request: Request, id: PostId, session: SessionDep, clock: ClockDep, shared: SharedDep, visitor: VisitorDep
) -> Response:
    """One post with its labels and thread, and what can be done about it."""
    post = post_detail(session, id, clock())
    zone = brand_by_slug(session, post.brands[0].brand).timezone if post.brands else None
    context = {"post": post, "thread": replies_by_depth(post), "zone": zone} | triage_of(session, shared, visitor, id)
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
