"""The page of sources: what works, what is stale or silent, what was missed, and what could be listened to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import ClockDep, SessionDep, SharedDep
from api.framing import FrameQuery, framed
from api.templating import templates
from api.viewer import PageRoute
from listener.collectors import collectors
from listener.collectors.contract import variable_of
from listener.pipeline.health import STALE, next_check
from listener.reports.coverage import Coverage, SourceRow
from models.reads.clock import next_pass
from models.reads.listening import streams_of
from models.tables import Stream

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class Offered:
    """A kind of source that there is a collector for; ``secrets`` are the environment variables that it needs."""

    name: str
    title: str
    standing: str
    replies: str
    covers: str
    history: str
    secrets: tuple[str, ...]
    dead_since: date | None


@router.get("/brands/{slug}/sources")
def sources_page(
    request: Request,
    slug: str,
    query: Annotated[FrameQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """The coverage report, and the streams that it rests on."""
    frame = framed(session, clock, slug, query, "sources", used=())
    whole = {"source": None, "stage": None, "sentiment": None, "language": None, "relation": None, "theme_id": None}
    coverage: Coverage = frame.measured(session, shared, "coverage", **whole)
    streams = streams_of(session, frame.brand.id or 0)
    now = clock()
    next_at = next_pass(session, frame.brand.slug, now)
    context = {
        "brand": frame.brand,
        "frame": frame,
        "coverage": coverage,
        "states": {row.source: state_of(row, streams, coverage.as_of) for row in coverage.sources},
        "streams": [(stream, next_check(stream, next_at)) for stream in streams],
        "now": now,
        "offered": offered(),
    }
    return templates.TemplateResponse(request, "sources.html", context)


def state_of(row: SourceRow, streams: Sequence[Stream], as_of: datetime) -> str:
    """How a source is: failing, never, stale, quiet, imported (nothing collects it) or works."""
    mine = [stream for stream in streams if stream.source == row.source]
    checks = [stream.checked_at for stream in mine if stream.checked_at is not None]
    if any(stream.failure for stream in mine):
        return "failing"
    if mine and not checks:
        return "never"
    if checks and as_of - max(checks) > STALE:
        return "stale"
    if row.is_quiet:
        return "quiet"
    return "works" if mine else "imported"


@cache
def offered() -> tuple[Offered, ...]:
    """Every collector's declaration, those that work first."""
    found = [module.DECLARATION for module in collectors().values()]
    return tuple(
        Offered(
            name=one.name,
            title=one.title,
            standing=one.standing.value,
            replies=one.replies.value,
            covers=one.covers.rstrip("."),
            history=one.history.rstrip("."),
            secrets=tuple(variable_of(one.name, secret.name) for secret in one.secrets if secret.is_required),
            dead_since=one.dead_since,
        )
        for one in sorted(found, key=lambda one: (_ORDER.index(one.standing.value), one.title))
    )


_ORDER = ("works", "needs key", "needs approval", "dead")
