"""The page that puts two periods side by side, and the brand beside its rivals; every test is the reports' own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.comparing import before, beside_rivals, posts_a_day, rate_changes, theme_pairs
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.framing import Frame, FrameQuery, Preset, framed, last_days
from api.parameters import Moment, PeriodQuery, period_of
from api.routes.pages_trends import is_moved
from api.templating import templates
from api.texts import iso
from api.viewer import PageRoute
from api.views import address
from listener.reports.asking import Bucket
from listener.reports.trends import SECTIONS, Trends

router = APIRouter(include_in_schema=False, route_class=PageRoute)
DAYS = 28
MOST_THEMES = 12


class ComparePageQuery(FrameQuery):
    """The frame, and the period to compare with; the one of the same length before if left out."""

    against_since: Moment = Field(None, alias="against_from")
    against_until: Moment = Field(None, alias="against_to")


@router.get("/brands/{slug}/compare")
def compare_page(
    request: Request,
    slug: str,
    query: Annotated[ComparePageQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """Then, now and the difference."""
    frame = framed(session, clock, slug, query, "compare")
    zone = ZoneInfo(frame.brand.timezone)
    until = frame.period.until
    frame = replace(frame, period=last_days(frame.period, frame.brand.timezone, DAYS))
    end = min(until or frame.period.as_of, frame.period.as_of)
    since = frame.period.since or end
    then = _against(query, frame, clock) or before(since, end, frame.brand.timezone)
    spans: tuple[dict[str, datetime], ...] = ({"since": then[0], "until": then[1]}, {})

    def measured(name: str, **more: Any) -> list[Any]:
        return [frame.measured(session, shared, name, **span, **more) for span in spans]

    against = {"against_since": then[0], "against_until": then[1]}
    trends: Trends = frame.measured(session, shared, "trends", by=Bucket.MONTH, **against)
    gaps = measured("response-gap", limit=0)
    stretches = (trends.previous, trends.period)
    a_day = [posts_a_day(gap, one.since, one.until) for gap, one in zip(gaps, stretches, strict=True)]
    rows = [(section, row) for section in SECTIONS for row in getattr(trends.period, section)]
    context = {
        "brand": frame.brand,
        "frame": frame,
        "trends": trends,
        "sides": list(zip(gaps, stretches, a_day, strict=True)),
        "rate": rate_changes([(gaps[0].response_rate, gaps[1].response_rate)], trends.as_of)[0],
        "moved": [pair for pair in rows if is_moved(pair[1])],
        "is_incomparable": all(row.change is None for _, row in rows),
        "themes": theme_pairs(measured("themes"), MOST_THEMES),
        "clouds": measured("word-cloud"),
        "beside": beside_rivals(gaps[1].rivals, trends.as_of),
        "days": _days(zone, since, until, then),
        "presets": _presets(frame, query),
        **_links(frame),
    }
    return templates.TemplateResponse(request, "compare.html", context)


def _against(query: ComparePageQuery, frame: Frame, clock: ClockDep) -> tuple[datetime, datetime] | None:
    """The other period as asked for; None where its beginning or end is left out. Raises ParameterError."""
    if query.against_since is None or query.against_until is None:
        return None
    asked = PeriodQuery.model_validate({"from": query.against_since, "to": query.against_until})
    other = period_of(asked, frame.brand, clock)
    return (other.since, other.until) if other.since and other.until else None


def _links(frame: Frame) -> dict[str, Callable[..., str]]:
    """Where the posts and the words of a stretch are."""

    def words_of(stretch: Any) -> str:
        path = frame.to("words").split("?")[0]
        span = {"from": iso(stretch.since), "to": iso(stretch.until) if stretch.until < frame.period.as_of else None}
        return address(path, {**frame.chosen, **span})

    return {"posts_of": frame.posts, "words_of": words_of}


def _days(zone: ZoneInfo, since: datetime, until: datetime | None, then: tuple[datetime, datetime]) -> dict[str, str]:
    """What the form shows: days of the brand's zone."""
    at = {"from": since, "to": until, "against_from": then[0], "against_to": then[1]}
    return {name: one.astimezone(zone).date().isoformat() if one else "" for name, one in at.items()}


def _presets(frame: Frame, query: ComparePageQuery) -> list[Preset]:
    """Whole weeks, whole months, and the last days."""
    today = frame.period.as_of.astimezone(ZoneInfo(frame.brand.timezone)).date()
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    month = (first - timedelta(days=1)).replace(day=1)
    earlier_month = (month - timedelta(days=1)).replace(day=1)
    week = timedelta(days=7)
    spans = {
        "week": (monday - week, monday, monday - 2 * week, monday - week),
        "month": (month, first, earlier_month, month),
        "28": (today - timedelta(days=27), None, None, None),
        "7": (today - timedelta(days=6), None, None, None),
    }
    names = ("from", "to", "against_from", "against_to")
    given = (query.since, query.until, query.against_since, query.against_until)
    found = []
    for name, span in spans.items():
        said = tuple(day.isoformat() if day else None for day in span)
        link = address(f"/brands/{frame.brand.slug}/compare", {**frame.chosen, **dict(zip(names, said, strict=True))})
        found.append(Preset(name, link, said == given))
    return found
