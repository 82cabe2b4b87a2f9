"""The coverage report: what it reads, and how it is written."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from listener.reports import coverage, coverage_text
from listener.reports.asking import ReportRequest
from listener.reports.kinds import ReportKind, as_json
from listener.tables.workbook import workbook
from models.reads.brands import brand_by_slug
from models.reads.coverage import SourceCoverage, coverage_of
from models.reads.listening import Weeks, counts_of_weeks, failed_runs, gaps_of, streams_of
from models.tables import Stream


def build(session: Session, request: ReportRequest) -> coverage.Coverage:
    """What was listened to for a brand, and what was not. Raises NotFoundError for an unknown brand.

    Posts are counted over the period asked for, rates over the weeks before the last check.
    """
    brand = brand_by_slug(session, request.brand)
    brand_id = brand.id or 0
    sources = coverage_of(session, brand_id, request.since, request.until)
    streams: dict[str, list[Stream]] = {source.source: [] for source in sources}
    for stream in streams_of(session, brand_id):
        streams.setdefault(stream.source, []).append(stream)
    weeks = {source.source: _weeks(source, streams[source.source], request.as_of) for source in sources}
    counts = counts_of_weeks(session, brand_id, weeks)
    heard = [
        _heard(session, brand_id, source, streams[source.source], weeks[source.source], counts.get(source.source))
        for source in sources
    ]
    return coverage.measure(brand.slug, heard, request.as_of, brand.removed_until)


def _weeks(source: SourceCoverage, streams: Sequence[Stream], as_of: datetime) -> Weeks:
    """Only days that were seen count as days: before the first and after the last check nothing is known."""
    end = min(source.covers_until or as_of, as_of)
    middle = end - timedelta(days=coverage.LATEST_DAYS)
    start = middle - timedelta(days=coverage.BASE_DAYS)
    begins = [stream.covers_from for stream in streams if stream.covers_from]
    return Weeks(max(start, min(begins)) if begins else start, middle, end)


def _heard(
    session: Session,
    brand_id: int,
    source: SourceCoverage,
    streams: Sequence[Stream],
    weeks: Weeks,
    counts: tuple[int, int] | None,
) -> coverage.Heard:
    base, latest = counts or (0, 0)
    begins = [stream.covers_from for stream in streams if stream.covers_from]
    start = weeks.middle - timedelta(days=coverage.BASE_DAYS)
    return coverage.Heard(
        source=source.source,
        reply_visibility=source.reply_visibility,
        covers_from=min(begins) if begins else None,
        covers_until=source.covers_until,
        checked_at=source.checked_at,
        post_count=source.post_count or 0,
        base_count=base,
        base_days=max(0, (weeks.middle - weeks.begin).days) if source.covers_until else 0,
        latest_count=latest,
        latest_days=min(coverage.LATEST_DAYS, max(0, (weeks.end - weeks.begin).days)) if source.covers_until else 0,
        failed_runs=failed_runs(session, brand_id, source.source, start),
        failures=[f"{stream.title}: {stream.failure}" for stream in streams if stream.failure],
        gaps=[
            coverage.Gap(since=gap.gap_from, until=gap.gap_until, reason=gap.reason)
            for gap in gaps_of(session, [stream.id or 0 for stream in streams])
        ],
    )


KIND = ReportKind(
    build, {"json": as_json, "csv": coverage_text.coverage_csv, "md": coverage_text.coverage_markdown, "xlsx": workbook}
)
