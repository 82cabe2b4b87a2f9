"""The response gap: what it reads, and how it is written."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlmodel import Session

from listener.charts.pictures import writers as pictures
from listener.reports import rendering, response_gap
from listener.reports.asking import ReportRequest
from listener.reports.kinds import ReportKind, as_json
from listener.reports.rivals import BrandPosts
from listener.reports.working_hours import WorkingWeek, check_holidays, parse_hours
from listener.tables.workbook import workbook
from models.errors import SettingsError
from models.reads import gap
from models.reads.brands import all_brands, brand_by_slug
from models.reads.coverage import coverage_of
from models.reads.mentions import MentionView, mentions
from models.reads.states import ResponseClock
from models.reads.themes import theme_names
from models.tables import Brand
from models.words import ResponseState


def build(session: Session, request: ReportRequest) -> response_gap.ResponseGap:
    """The response gap of a brand. Raises NotFoundError for an unknown brand, SettingsError for wrong hours of it."""
    brand = brand_by_slug(session, request.brand)
    week = working_week(brand)
    own = _posts_of(session, brand, request)
    brand_id, clock, filters = brand.id or 0, own.clock, request.filters
    rows = response_gap.GapRows(
        own=own,
        others=gap.other_posts(session, brand_id, clock.as_of, filters),
        waiting=_waiting(session, own, brand_id, request),
        follow_ups=gap.follow_ups(session, brand_id, clock, filters),
        later=gap.later_posts(session, brand_id, clock, filters),
        rivals=_rivals(session, brand, request),
        themes=theme_names(session, brand_id),
        future_count=gap.count_future(session, brand_id, request.as_of, filters),
    )
    hours = f"{brand.business_hours}, {brand.holidays or 'no holidays'}, {brand.timezone}" if week else None
    return response_gap.measure(rows, since=request.since, until=request.until, week=week, hours=hours)


def working_week(brand: Brand) -> WorkingWeek | None:
    """When the brand is open; None where it has no business hours. Raises SettingsError for hours that are none."""
    if brand.business_hours is None:
        return None
    try:
        spans = parse_hours(brand.business_hours)
        holidays = None if brand.holidays is None else check_holidays(brand.holidays)
    except ValueError as error:
        raise SettingsError(f"brand {brand.slug!r}: {error}") from error
    return WorkingWeek(ZoneInfo(brand.timezone), spans, holidays)


def _posts_of(session: Session, brand: Brand, request: ReportRequest, *, with_audience: bool = True) -> BrandPosts:
    sources = coverage_of(session, brand.id or 0, request.since, request.until)
    clock = ResponseClock(request.as_of, sources)
    posts = gap.needing_posts(session, brand.id or 0, clock, request.filters, with_audience=with_audience)
    return BrandPosts(brand.slug, brand.name, posts, clock)


def _waiting(session: Session, own: BrandPosts, brand_id: int, request: ReportRequest) -> list[MentionView]:
    filters = replace(request.filters, state=ResponseState.UNANSWERED.value)
    return list(mentions(session, brand_id, own.clock, filters, limit=request.limit, oldest_first=True))


def _rivals(session: Session, brand: Brand, request: ReportRequest) -> list[BrandPosts]:
    """Those rivals that are stored. A theme belongs to one brand, so within one there is nobody to stand beside."""
    if not brand.rivals or request.theme_id is not None:
        return []
    stored = {one.slug: one for one in all_brands(session) if one.slug != brand.slug}
    slugs = [slug for slug in dict.fromkeys(brand.rivals) if slug in stored]
    return [_posts_of(session, stored[slug], request, with_audience=False) for slug in slugs]


KIND = ReportKind(
    build,
    {
        "json": as_json,
        "csv": rendering.response_gap_csv,
        "md": rendering.response_gap_markdown,
        "xlsx": workbook,
        **pictures("response-gap"),
    },
)
