"""The coverage report: what it reads, and how it is written."""

from datetime import datetime, timedelta

from sqlmodel import Session

from listener.reports import coverage, coverage_text
from listener.reports.asking import ReportRequest
from listener.reports.kinds import ReportKind, as_json
from models.reads.brands import brand_by_slug
from models.reads.coverage import SourceCoverage, coverage_of
from models.reads.listening import counts_by_day, failed_runs, gaps_of, streams_of


def build(session: Session, request: ReportRequest) -> coverage.Coverage:
    """What was listened to for a brand, and what was not. Raises NotFoundError for an unknown brand."""
    brand = brand_by_slug(session, request.brand)
    sources = coverage_of(session, brand.id or 0)
    heard = [_heard(session, brand.id or 0, source, request.as_of) for source in sources]
    return coverage.measure(brand.slug, heard, request.as_of)


def _heard(session: Session, brand_id: int, source: SourceCoverage, as_of: datetime) -> coverage.Heard:
    """Only days that were seen count as days: before the first and after the last check nothing is known."""
    streams = [stream for stream in streams_of(session, brand_id) if stream.source == source.source]
    begins = [stream.covers_from for stream in streams if stream.covers_from]
    end = min(source.covers_until or as_of, as_of)
    middle = end - timedelta(days=coverage.LATEST_DAYS)
    start = middle - timedelta(days=coverage.BASE_DAYS)
    begin = max(start, min(begins)) if begins else start
    counts = counts_by_day(session, brand_id, source.source, begin, end)
    latest = sum(count for day, count in counts.items() if day >= middle.date().isoformat())
    failures = [f"{stream.title}: {stream.failure}" for stream in streams if stream.failure]
    return coverage.Heard(
        source=source.source,
        reply_visibility=source.reply_visibility,
        covers_from=min(begins) if begins else None,
        covers_until=source.covers_until,
        checked_at=source.checked_at,
        post_count=source.post_count,
        base_count=sum(counts.values()) - latest,
        base_days=max(0, (middle - begin).days) if source.covers_until else 0,
        latest_count=latest,
        latest_days=min(coverage.LATEST_DAYS, max(0, (end - begin).days)) if source.covers_until else 0,
        failed_runs=failed_runs(session, brand_id, source.source, start),
        failures=failures,
        gaps=[
            coverage.Gap(since=gap.gap_from, until=gap.gap_until, reason=gap.reason)
            for gap in gaps_of(session, [stream.id or 0 for stream in streams])
        ],
    )


KIND = ReportKind(
    build,
    {"json": as_json, "csv": coverage_text.coverage_csv, "md": coverage_text.coverage_markdown},
)
