"""Measures everything that a weekly report is made of, by the reports that there are; it judges and writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from listener.progress import Progress, silent
from listener.reports import (
    coverage_kind,
    influence_loop_kind,
    journey_kind,
    response_gap_kind,
    themes_kind,
    trends_kind,
    word_cloud_kind,
)
from listener.reports.asking import ReportRequest
from listener.reports.coverage import Coverage
from listener.reports.influence_loop import InfluenceLoop
from listener.reports.journey_shape import JourneyMap
from listener.reports.response_gap import ResponseGap
from listener.reports.themes import Themes
from listener.reports.trends import Trends
from listener.reports.word_cloud import WordCloudData
from listener.weekly.waiting import Ranked, ranked
from listener.weekly.weeks import BAND, Week
from models.reads.coverage import checks_of
from models.reads.states import ResponseClock
from models.reads.weekly import open_posts
from models.tables import Brand
from models.words import Stage

Made = TypeVar("Made")
LOOP = timedelta(days=90)
MOST_WAITING, MOST_THEMES, MOST_TERMS, MOST_WORDS = 5, 8, 12, 60
_ALL_ROWS = 200
"""Opportunities of a map that can be followed from week to week."""
STAGES = tuple(stage for stage in Stage if stage is not Stage.NONE)


@dataclass(frozen=True, slots=True)
class Span:
    """The week, cut off by the present where it is not over; all times UTC."""

    week: Week
    since: datetime
    until: datetime
    before: datetime
    first: datetime
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Material:
    """The reports behind one. ``clouds`` are by stage; ``waiting`` are the posts that matter most, of so many."""

    span: Span
    now: Trends
    weeks: Trends
    gap: ResponseGap
    gap_before: ResponseGap
    gap_weeks: ResponseGap
    waiting: list[Ranked]
    waiting_count: int
    themes: Themes
    journey: JourneyMap
    journey_before: JourneyMap
    cloud: WordCloudData
    clouds: dict[Stage, WordCloudData]
    loop: InfluenceLoop
    coverage: Coverage


def span_of(week: Week, zone: ZoneInfo, now: datetime) -> Span:
    """The times of a week. Nothing after its end is seen, so that it can be measured again whenever it is asked for."""
    since, until = week.since(zone), week.until(zone)
    before, first = week.earlier().since(zone), week.earlier(BAND).since(zone)
    return Span(week, since, until, before, first, min(until, now))


def material_of(session: Session, brand: Brand, span: Span, progress: Progress = silent) -> Material:
    """Measure a brand's week and what it is compared with. Raises what the reports raise."""
    base = ReportRequest(brand.slug, span.as_of, span.since, span.until)
    earlier = replace(base, since=span.before, until=span.since, as_of=span.since)
    long = replace(base, since=span.first)
    with progress("measuring the week", 12 + len(STAGES)) as advance:

        def step(make: Callable[[Session, ReportRequest], Made], request: ReportRequest) -> Made:
            made = make(session, request)
            advance(1)
            return made

        waiting, waiting_count = _waiting(session, brand, long)
        advance(1)
        return Material(
            span=span,
            now=step(trends_kind.build, base),
            weeks=step(trends_kind.build, long),
            gap=step(response_gap_kind.build, replace(base, limit=0)),
            gap_before=step(response_gap_kind.build, replace(earlier, limit=0)),
            gap_weeks=step(response_gap_kind.build, replace(long, until=span.since, limit=0)),
            waiting=waiting,
            waiting_count=waiting_count,
            themes=step(themes_kind.build, replace(base, limit=MOST_THEMES)),
            journey=step(journey_kind.build, replace(base, limit=_ALL_ROWS)),
            journey_before=step(journey_kind.build, replace(earlier, limit=_ALL_ROWS)),
            cloud=step(word_cloud_kind.build, replace(base, limit=MOST_WORDS)),
            clouds={
                stage: step(word_cloud_kind.build, replace(base, stage=stage.value, limit=MOST_TERMS))
                for stage in STAGES
            },
            loop=step(influence_loop_kind.build, replace(base, since=span.until - LOOP)),
            coverage=step(coverage_kind.build, base),
        )


def _waiting(session: Session, brand: Brand, request: ReportRequest) -> tuple[list[Ranked], int]:
    clock = ResponseClock(request.as_of, checks_of(session, brand.id or 0))
    found = open_posts(session, brand.id or 0, clock, request.filters)
    return ranked(found, request.as_of, MOST_WAITING), len(found)
