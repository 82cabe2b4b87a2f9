"""The web application: the API under /api/v1 and the pages. It reads and imports, and never fetches from a source."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from threading import Thread

from fastapi import FastAPI
from sqlalchemy import Engine

from api.assets import Assets
from api.compressing import compress
from api.dependencies import Shared
from api.headers import SecurityHeaders
from api.inbox import pages as inbox_pages
from api.inbox import programs as inbox_programs
from api.people import account, admin, signing
from api.people.door import Door
from api.problems import Problem, install_problems
from api.routes import (
    alerts,
    brands,
    charts,
    corrections,
    coverage,
    eases,
    explanation,
    health,
    imports,
    influence_loop,
    journey,
    pages,
    pages_compare,
    pages_gap,
    pages_journey,
    pages_loop,
    pages_overview,
    pages_posts,
    pages_reports,
    pages_settings,
    pages_sources,
    pages_themes,
    pages_trends,
    posts,
    response_gap,
    shares,
    sources,
    themes,
    trends,
    webhook,
    weekly,
    word_cloud,
)
from listener.access import Access
from nlp.moments import ModelChoice

_DESCRIPTION = """Posts of a brand's customers, what they speak of, and whether anybody answered.

Every measured figure comes with `n`, its 95 % `interval`, `as_of` and `coverage`. Private replies are invisible:
what is called unanswered had no public reply. Errors are problem documents (RFC 9457)."""


def utc_now() -> datetime:
    """The clock, to the second: finer times only make addresses longer."""
    return datetime.now(UTC).replace(microsecond=0)


@asynccontextmanager
async def _warmed(_app: FastAPI) -> AsyncIterator[None]:
    """Load in the background what takes seconds to load, so that the first page need not wait for it."""

    def load() -> None:
        for name in ("scipy.stats", "networkx", "holidays", "spacy"):
            import_module(name)

    Thread(target=load, name="warming", daemon=True).start()
    yield


def create_app(
    engine: Engine,
    clock: Callable[[], datetime] = utc_now,
    choice: ModelChoice | None = None,
    access: Access | None = None,
) -> FastAPI:
    """The application over an open, migrated database; ``choice`` is the model of the settings.

    Without ``access`` it answers to loopback names alone.
    """
    access = access or Access()
    app = FastAPI(
        title="Moment Listener",
        version=version("moment-listener"),
        description=_DESCRIPTION,
        docs_url=None,  # both default pages load scripts from a CDN; /docs is a page of our own
        redoc_url=None,
        lifespan=_warmed,
    )
    app.state.shared = Shared(engine, clock, choice, access)
    compress(app)
    app.add_middleware(Door)
    app.add_middleware(SecurityHeaders, access=access)
    install_problems(app)
    for routes in (
        posts,
        corrections,
        explanation,
        response_gap,
        shares,
        themes,
        trends,
        coverage,
        sources,
        influence_loop,
        journey,
        eases,
        word_cloud,
        weekly,
        charts,
        imports,
        webhook,
        alerts,
        brands,
        health,
        inbox_programs,
    ):
        app.include_router(routes.router, prefix="/api/v1")
    for page in (
        pages,
        pages_overview,
        pages_gap,
        pages_trends,
        pages_journey,
        pages_loop,
        pages_themes,
        pages_posts,
        pages_compare,
        pages_sources,
        pages_reports,
        pages_settings,
        inbox_pages,
    ):
        app.include_router(page.router)
    for people in (signing, account, admin):
        app.include_router(people.router)
    app.mount("/static", Assets(), name="static")
    _describe_problems(app)
    return app


def _describe_problems(app: FastAPI) -> None:
    """Put the problem document among the schemas, and in place of FastAPI's own 422."""
    made = app.openapi

    def openapi() -> dict[str, object]:
        schema = made()
        schemas = schema["components"]["schemas"]
        schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schemas["Problem"].pop("$defs", {}))
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schema["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{}, {"key": []}]  # none is needed on loopback where nobody signs in
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
