"""A brand's overview: the figures that matter with their change, what it is about, and where to look further."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.comparing import before, rate_changes
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.framing import FrameQuery, framed, last_days
from api.routes.pages_trends import is_moved
from api.templating import templates
from api.viewer import PageRoute
from listener.reports.asking import Bucket
from listener.reports.response_gap import ResponseGap
from listener.reports.themes import rate_ratio
from listener.reports.trends import SECTIONS, Trends

router = APIRouter(include_in_schema=False, route_class=PageRoute)
DAYS = 28
"""The period where none is asked for: four weeks, so that each weekday is in it as often as in the period before."""
WAITING, THEMES = 3, 5


@router.get("/brands/{slug}")
def brand_page(
    request: Request,
    slug: str,
    query: Annotated[FrameQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """The period against the one before it."""
    frame = framed(session, clock, slug, query, "overview")
    period = last_days(frame.period, frame.brand.timezone, DAYS)
    frame = replace(frame, period=period)
    end = min(period.until or period.as_of, period.as_of)
    then = before(period.since or end, end, frame.brand.timezone)
    gap: ResponseGap = frame.measured(session, shared, "response-gap", limit=WAITING)
    past: ResponseGap = frame.measured(session, shared, "response-gap", limit=0, since=then[0], until=then[1])
    trends: Trends = frame.measured(session, shared, "trends", by=Bucket.MONTH)
    total, past_total = (sum(one.states.values()) for one in (gap, past))
    context = {
        "brand": frame.brand,
        "frame": frame,
        "gap": gap,
        "past": past,
        "trends": trends,
        "themes": frame.measured(session, shared, "themes", limit=THEMES),
        "total": total,
        "past_total": past_total + past.unlabelled_count,
        "volume": rate_ratio(total + gap.unlabelled_count, past_total + past.unlabelled_count, gap.as_of),
        "rate": rate_changes([(past.response_rate, gap.response_rate)], gap.as_of)[0],
        "negative": next(row for row in trends.period.sentiment if row.name == "negative"),
        "moved": [(name, row) for name in SECTIONS for row in getattr(trends.period, name) if is_moved(row)],
    }
    return templates.TemplateResponse(request, "brand.html", context)
