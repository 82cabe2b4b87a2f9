"""Reads what a report needs and measures it: the one place where reports meet the database."""

from datetime import datetime, timedelta

from sqlmodel import Session

from listener.reports import coverage, response_gap, shares
from listener.reports.word_cloud import CloudPost, WordCloudData
from listener.reports.word_cloud import measure as measure_cloud
from models.reads.brands import brand_by_slug
from models.reads.cloud import CloudRow, cloud_rows, names_of
from models.reads.coverage import SourceCoverage, coverage_of
from models.reads.listening import counts_by_day, failed_runs, gaps_of, streams_of
from models.reads.mentions import MentionFilter, mentions
from models.reads.shares import labelled_posts
from models.reads.states import ResponseClock
from nlp.encoder import WEIGHTS
from nlp.prevalence import References

REFERENCES = WEIGHTS / "prevalence.npz"


def build_response_gap(
    session: Session,
    slug: str,
    as_of: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> response_gap.ResponseGap:
    """The response gap of a brand. Raises NotFoundError for an unknown brand."""
    brand = brand_by_slug(session, slug)
    clock = ResponseClock(as_of, coverage_of(session, brand.id or 0))
    filters = MentionFilter(since=since, until=until)
    posts = list(mentions(session, brand.id or 0, clock, filters, with_duplicates=True))
    return response_gap.measure(brand.slug, posts, clock, since=since, until=until, limit=limit)


def build_coverage(session: Session, slug: str, as_of: datetime) -> coverage.Coverage:
    """What was listened to for a brand, and what was not. Raises NotFoundError for an unknown brand."""
    brand = brand_by_slug(session, slug)
    heard = [_heard(session, brand.id or 0, source, as_of) for source in coverage_of(session, brand.id or 0)]
    return coverage.measure(brand.slug, heard, as_of)


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


def build_shares(
    session: Session,
    slug: str,
    as_of: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> shares.Shares:
    """Shares of stages and sentiments of a brand's posts. Raises NotFoundError for an unknown brand."""
    brand = brand_by_slug(session, slug)
    posts = list(labelled_posts(session, brand.id or 0, as_of, since, until))
    return shares.measure(brand.slug, posts, References.load(REFERENCES), as_of, since=since, until=until)


def build_word_cloud(
    session: Session,
    slug: str,
    as_of: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    language: str | None = None,
    stage: str | None = None,
    sentiment: str | None = None,
    limit: int = 100,
) -> WordCloudData:
    """What sets the chosen posts of a brand apart from the rest. Raises NotFoundError for an unknown brand.

    The rest is the other brands' posts and those of the brand that were not chosen; by language alone nothing is
    set apart, since each language is compared with itself.
    """
    brand = brand_by_slug(session, slug)
    brand_id = brand.id or 0

    def is_chosen(row: CloudRow) -> bool:
        _, _, _, said_sentiment, said_stage, at = row
        in_period = (since is None or at >= since) and (until is None or at < until)
        return in_period and stage in (None, said_stage) and sentiment in (None, said_sentiment)

    own = [row for row in cloud_rows(session, brand_id, as_of, of_brand=True) if language in (None, row[2])]
    others = [row for row in cloud_rows(session, brand_id, as_of, of_brand=False) if language in (None, row[2])]
    chosen = [_post(row) for row in own if is_chosen(row)]
    rest = [_post(row) for row in own if not is_chosen(row)] + [_post(row) for row in others]
    return measure_cloud(chosen, rest, drop=names_of(session, brand_id), limit=limit)


def _post(row: CloudRow) -> CloudPost:
    return CloudPost(row[0], row[1], row[2], row[3])
