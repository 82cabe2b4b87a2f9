"""The trends: what they are read from, and how they are written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from sqlmodel import Session

from listener.charts.pictures import writers as pictures
from listener.reports import trends, trends_text
from listener.reports.asking import ReportRequest
from listener.reports.kinds import ReportKind, as_json
from listener.reports.trends_corrected import Known
from listener.reports.trends_counts import TASKS, Columns, columns_of, lowest, together
from listener.reports.trends_listening import Channel
from listener.reports.trends_spans import Span, cut, default_since, earlier
from listener.tables.workbook import workbook
from models.errors import InputError
from models.reads.brands import brand_by_slug
from models.reads.listening import gaps_of, streams_of
from models.reads.shares import corrected_fields
from models.reads.trends import first_post, labelling_models, last_of_files, probabilities_of, trend_posts, was_imported
from models.tables import Brand
from nlp.encoder import WEIGHTS
from nlp.prevalence import References

REFERENCES = WEIGHTS / "prevalence.npz"
BUCKET_SAMPLE, PERIOD_SAMPLE = 800, 2_000
"""Posts of a bucket and of a period that are corrected at most: their interval is that of a sample of that size."""


def build(session: Session, request: ReportRequest) -> trends.Trends:
    """Trends of a brand's posts. Raises NotFoundError for an unknown brand, InputError for an empty period."""
    brand = brand_by_slug(session, request.brand)
    zone = ZoneInfo(brand.timezone)
    until = min(request.until or request.as_of, request.as_of)
    since = request.since or default_since(until, request.by, zone)
    spans = cut(since, until, request.by, zone)
    before = request.against_since or earlier(since, until, zone)
    end = request.against_until or since
    if before >= end:
        raise InputError("the period to compare with is empty: it is to begin before it ends")
    references = References.load(REFERENCES)

    def read(begin: datetime, end: datetime) -> Columns:
        filters = replace(request, since=begin, until=end).filters
        return columns_of(trend_posts(session, brand.id or 0, request.as_of, filters, references.model))

    buckets = [_of(span, read(span.since, span.until), BUCKET_SAMPLE) for span in spans]
    period = together([bucket.posts for bucket in buckets])
    whole = _of(Span(spans[0].start, since, until), period, PERIOD_SAMPLE)
    past = _of(Span(before.astimezone(zone).date(), before, end), read(before, end), PERIOD_SAMPLE)
    known, notes = _known(session, request, references, [*buckets, whole, past])
    asked = trends.Asked(brand.slug, request.by, brand.timezone, request.as_of)
    channels = _channels(session, brand, request.source, min(before, since), max(end, until))
    return trends.measure(asked, buckets, whole, past, channels, known, notes)


def _of(span: Span, posts: Columns, most: int) -> trends.Posts:
    labelled = posts.only((posts.said["stage"] >= 0) | (posts.said["sentiment"] >= 0))
    return trends.Posts(span, posts, labelled.only(lowest(labelled, most)))


def _known(
    session: Session, request: ReportRequest, references: References, parts: Sequence[trends.Posts]
) -> tuple[Known | None, list[str]]:
    """What the sampled posts can be corrected by, and what there is to say of it."""
    strange = [part.posts.ids[part.posts.strange] for part in parts[-2:]]
    if any(len(ids) for ids in strange):
        names = labelling_models(session, [int(ids[0]) for ids in strange if len(ids)])
        return None, [f"Not corrected: the confusions of {', '.join(names)} were not measured."]
    notes = []
    if any(len(part.sample) < len(part.posts) for part in parts):
        notes.append(
            f"Corrected from a sample, always the same one, of at most {BUCKET_SAMPLE:,} posts a bucket and "
            f"{PERIOD_SAMPLE:,} a period: n and interval of a corrected share are the sample's."
        )
    chosen = {"stage": request.stage, "sentiment": request.sentiment}
    tasks = [task for task in TASKS if chosen[task] is None]
    if len(tasks) < len(TASKS):
        notes.append("Not corrected where posts were chosen by that very label.")
    ids = np.unique(np.concatenate([part.sample.ids for part in parts])).tolist()
    said = probabilities_of(session, ids, references.model)
    return Known(said, corrected_fields(session), references, tasks), notes


def _channels(session: Session, brand: Brand, source: str | None, since: datetime, until: datetime) -> list[Channel]:
    """The brand's streams, and what was imported: as one channel where no stream listens, else as a stream's past."""
    id = brand.id or 0
    streams = [stream for stream in streams_of(session, id) if source in (None, stream.source)]
    gaps = gaps_of(session, [stream.id or 0 for stream in streams])
    listened = sorted({stream.source for stream in streams})
    channels, has_past = [], set(listened) if was_imported(session) else set()
    for stream in streams:
        seen_from = stream.covers_from
        if stream.source in has_past and seen_from is not None:
            has_past.remove(stream.source)  # one stream of a source stands for its past
            past = first_post(session, id, since, seen_from, [stream.source], besides=False)
            seen_from = min(past or seen_from, seen_from)
        missed = [(gap.gap_from or stream.covers_from, gap.gap_until) for gap in gaps if gap.stream_id == stream.id]
        channels.append(Channel(seen_from, stream.covers_until, missed))
    last = last_of_files(session, id, listened, source)
    if last is not None:
        named, besides = (listened, True) if source is None else ([source], False)
        channels.append(Channel(first_post(session, id, since, until, named, besides=besides), last))
    if brand.removed_until is None:
        return channels
    removed = (None, brand.removed_until)  # what is kept of that time is what belongs to younger threads
    return [replace(channel, gaps=(*channel.gaps, removed)) for channel in channels]


KIND = ReportKind(
    build,
    {
        "json": as_json,
        "csv": trends_text.trends_csv,
        "md": trends_text.trends_markdown,
        "xlsx": workbook,
        **pictures("trends"),
    },
)
