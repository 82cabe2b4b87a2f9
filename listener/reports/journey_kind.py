"""The journey map: what it is read from, and how it is written."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from listener.charts.pictures import writers as pictures
from listener.journeys.reading import Journey, journey_of
from listener.reports import journey, journey_text
from listener.reports.asking import ReportRequest, Segment
from listener.reports.journey_flow import DAYS
from listener.reports.journey_material import Material, Period
from listener.reports.journey_shape import JourneyMap
from listener.reports.kinds import ReportKind, as_json
from listener.tables.workbook import workbook
from models.reads import journey as reads
from models.reads.brands import brand_by_slug
from models.reads.customers import MentionFilter
from models.reads.states import ResponseClock
from models.reads.surveys import eases_of, survey_scores

DEFAULT_DAYS = 90
"""The period where no beginning is asked for."""


def build(session: Session, request: ReportRequest) -> JourneyMap:
    """The map of a brand. Raises NotFoundError for an unknown brand, InputError for a journey that cannot be read."""
    walked = journey_of(request.journey)
    brand = brand_by_slug(session, request.brand)
    period = period_of(request)
    material = _material(session, brand.id or 0, walked, request, period)
    return journey.measure(brand.slug, walked, period, material, segment=request.segment, limit=request.limit)


def period_of(request: ReportRequest) -> Period:
    """The period asked for; without a beginning, the last 90 days before its end. Nothing is seen after ``as_of``."""
    until = min(request.until or request.as_of, request.as_of)
    since = request.since or until - timedelta(days=DEFAULT_DAYS)
    return Period(min(since, until), until, request.as_of)


def _material(session: Session, brand_id: int, walked: Journey, request: ReportRequest, period: Period) -> Material:
    sources = reads.checked_sources(session, brand_id)
    clock = ResponseClock(request.as_of, sources)
    filters = replace(request.filters, since=period.since)  # what is younger than as_of is never read
    posts = reads.heard_posts(session, brand_id, clock, filters)
    is_whole = replace(filters, until=None) == MentionFilter(since=period.since)
    before, until = period.before
    is_author = request.segment is Segment.AUTHOR
    return Material(
        posts=posts,
        steps=_later_steps(session, brand_id, walked, period, since=period.until if is_whole else period.since),
        has_every_step=is_whole,
        before=reads.sentiment_counts(session, brand_id, request.as_of, replace(filters, since=before, until=until)),
        themes=reads.stored_themes(session, brand_id),
        surveys=survey_scores(session, brand_id, period.since, period.until),
        eases=eases_of(session, brand_id, walked.name),
        sources=sources,
        read_texts=lambda ids: reads.texts_of(session, ids),
        first_times=reads.first_times(session, brand_id, request.as_of, period.since) if is_author else {},
    )


def _later_steps(
    session: Session, brand_id: int, walked: Journey, period: Period, *, since: datetime
) -> list[reads.Step]:
    """What known authors said from ``since`` until it is no longer waited for."""
    until = min(period.until + timedelta(days=DAYS[0], seconds=1), period.as_of)
    if since >= max(until, period.until):
        return []
    return reads.later_steps(session, brand_id, period.as_of, since, until, walked.codes)


KIND = ReportKind(
    build,
    {
        "json": as_json,
        "csv": journey_text.journey_csv,
        "md": journey_text.journey_markdown,
        "xlsx": workbook,
        **pictures("journey"),
    },
)
