"""The page of trends: stages and sentiments by day, week or month, and what has changed since the period before."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.dependencies import ClockDep, SessionDep, SharedDep
from api.framing import FrameQuery, framed
from api.templating import templates
from api.viewer import PageRoute
from listener.reports.asking import Bucket
from listener.reports.change import Verdict
from listener.reports.trends import SECTIONS, TrendRow, Trends

router = APIRouter(include_in_schema=False, route_class=PageRoute)


class TrendsPageQuery(FrameQuery):
    """The frame, and how the period is cut."""

    by: Bucket = Field(Bucket.WEEK)


@router.get("/brands/{slug}/trends")
def trends_page(
    request: Request,
    slug: str,
    query: Annotated[TrendsPageQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """The whole report, its changes first."""
    own = {"by": query.by.value} if query.by is not Bucket.WEEK else {}
    frame = framed(session, clock, slug, query, "trends", own=own)
    trends: Trends = frame.measured(session, shared, "trends", by=query.by)
    rows = list(_rows(trends))
    context = {
        "brand": frame.brand,
        "frame": frame,
        "trends": trends,
        "moved": [pair for pair in rows if is_moved(pair[1])],
        "is_incomparable": all(row.change is None for _, row in rows),
    }
    return templates.TemplateResponse(request, "trends.html", context)


def is_moved(row: TrendRow) -> bool:
    """Whether a change is called."""
    return row.change is not None and row.change.verdict in (Verdict.RISE, Verdict.FALL)


def _rows(trends: Trends) -> Iterator[tuple[str, TrendRow]]:
    for section in SECTIONS:
        for row in getattr(trends.period, section):
            yield section, row
