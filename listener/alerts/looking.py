"""Looks for what is to be told of brands, as of a time: it reads, and hands what it read to the pure measures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlmodel import Session, col

from listener.alerts import bursts, late_complaints, shifts, silence, spreading
from listener.post_links import plain_address
from models.reads.alerts import Uptake, answers_and_quotes, experiences, published_seconds, shared_by, voices
from models.reads.coverage import checks_of
from models.reads.customers import MentionFilter, customers
from models.reads.hours import posts_by_hour
from models.reads.listening import gaps_of, streams_of
from models.reads.mentions import mentions
from models.reads.states import ResponseClock
from models.store.alerts import AlertData
from models.tables import Brand, Mention
from models.words import AlertKind, ResponseState, Sentiment

if TYPE_CHECKING:
    from listener.alerts.rhythm import Flags
    from listener.reports.asking import ReportRequest

STALE = timedelta(hours=1)
"""What was last seen longer ago than this says nothing of the present."""
MOST_LATE = 1000
SHOWN = 10


def look(
    session: Session, wanted: Mapping[int, Collection[AlertKind]], brands: Sequence[Brand], as_of: datetime
) -> dict[int, list[AlertData]]:
    """What there is to tell of each brand, by its id; ``wanted`` names the kinds that are looked for."""
    found: dict[int, list[AlertData]] = {brand.id or 0: [] for brand in brands}
    for brand in brands:
        kinds, mine = wanted[brand.id or 0], found[brand.id or 0]
        if AlertKind.LATE_COMPLAINT in kinds:
            mine += _late(session, brand, as_of)
        if AlertKind.SPREAD in kinds:
            mine += _spreading(session, brand, as_of)
        if AlertKind.SILENCE in kinds:
            mine += _silent(session, brand, as_of)
        if AlertKind.SHIFT in kinds:
            mine += _shifted(session, brand, as_of)
    bursting = [brand for brand in brands if AlertKind.BURST in wanted[brand.id or 0]]
    for id, burst in _bursts(session, bursting, as_of).items():
        found[id].append(burst)
    return found


def _late(session: Session, brand: Brand, as_of: datetime) -> list[AlertData]:
    """With the promise as the horizon, unanswered means: seen to be without an answer when it had passed."""
    if not brand.promised_first_response_seconds:
        return []
    promised = timedelta(seconds=brand.promised_first_response_seconds)
    clock = ResponseClock(as_of, checks_of(session, brand.id or 0), promised, promised)
    since = as_of - promised - late_complaints.RECENT
    filters = MentionFilter(since=since, complaint=True, state=ResponseState.UNANSWERED.value)
    waiting = mentions(session, brand.id or 0, clock, filters, limit=MOST_LATE)
    return late_complaints.find_late(waiting, promised, as_of)


def _bursts(session: Session, brands: Sequence[Brand], as_of: datetime) -> dict[int, AlertData]:
    """At most one alert a brand, however many of its stages show it."""
    series, rows_of, ends = [], {}, {}
    for brand in brands:
        id, end = brand.id or 0, _heard_until(session, brand.id or 0, as_of)
        if end is None or as_of - end > STALE:
            continue
        rows = voices(session, id, end - timedelta(hours=bursts.HOURS), end)
        if not rows:
            continue
        rows_of[brand.slug], ends[brand.slug] = rows, end
        first = datetime.fromtimestamp(min(row[0] for row in rows), UTC)
        heard = bursts.heard_since(first, end) & ~_missed(session, id, end)
        slots = bursts.slots_of(end, ZoneInfo(brand.timezone))
        series.append(bursts.Series(brand.slug, bursts.hourly(rows, end), slots, heard))
    found: dict[str, list[bursts.Burst]] = {}
    for burst in bursts.find_bursts(series):
        found.setdefault(burst.brand, []).append(burst)
    ids = {brand.slug: brand.id or 0 for brand in brands}
    return {ids[slug]: _burst(mine, rows_of[slug], ends[slug]) for slug, mine in found.items()}


def _burst(mine: Sequence[bursts.Burst], rows: Sequence[tuple[int, int, int, int]], end: datetime) -> AlertData:
    """With posts of the hour from the series that stands out most."""
    detail = {
        "until": end.isoformat(),
        "series": [
            {"name": one.series, "count": one.count, "expected": round(one.expected, 2), "p_value": one.p_value}
            for one in mine
        ],
    }
    place = bursts.SERIES.index(min(mine, key=lambda one: one.p_value).series)
    since = int(end.timestamp()) - 3600
    posts = sorted((row[0], row[3]) for row in rows if row[0] >= since and place in (0, row[2]))
    return AlertData(AlertKind.BURST, "burst", detail, tuple(post for _, post in posts[::-1][:SHOWN]))


def _heard_until(session: Session, brand_id: int, as_of: datetime) -> datetime | None:
    seen = [check.covers_until for check in checks_of(session, brand_id) if check.covers_until]
    return min(max(seen), as_of) if seen else None


def _missed(session: Session, brand_id: int, end: datetime) -> "Flags":
    """The hours before ``end`` that some source could not give: too few authors there say nothing."""
    import numpy as np

    missed = np.zeros(bursts.HOURS, bool)
    for gap in gaps_of(session, [stream.id or 0 for stream in streams_of(session, brand_id)]):
        if gap.gap_from is not None:
            last, first = ((end - at).total_seconds() / 3600 for at in (gap.gap_until, gap.gap_from))
            missed[max(0, bursts.HOURS - int(first) - 1) : max(0, bursts.HOURS - max(0, int(last)))] = True
    return missed


def _spreading(session: Session, brand: Brand, as_of: datetime) -> list[AlertData]:
    now, since = int(as_of.timestamp()), as_of - timedelta(days=spreading.DAYS)
    shared = experiences(session, brand.id or 0, since, as_of)
    ids = [id for id, _ in shared]
    uptakes = answers_and_quotes(session, ids)
    targets = {plain: id for id, url in shared if url and (plain := plain_address(url))}
    uptakes += [
        Uptake(targets[target], *rest)
        for target, *rest in shared_by(session, list(targets))
        if rest[2] != targets[target]
    ]
    return spreading.find_spreading(published_seconds(session, ids), uptakes, now)


def _silent(session: Session, brand: Brand, as_of: datetime) -> list[AlertData]:
    """Only of sources that are listened to: a file that was imported once is not silent."""
    streams = streams_of(session, brand.id or 0)
    asked = [silence.Asked(stream.source, stream.checked_at, stream.failure) for stream in streams]
    found = silence.find_failing(asked, as_of)
    listened = {stream.source for stream in streams}
    zone, since = ZoneInfo(brand.timezone), as_of - timedelta(weeks=5)
    by_source = posts_by_hour(session, brand.id or 0, since, as_of)
    for check in checks_of(session, brand.id or 0):
        until = check.covers_until
        if check.source not in listened or until is None or as_of - until > STALE:
            continue
        quiet = silence.find_quiet(check.source, by_source.get(check.source, {}), min(until, as_of), zone)
        found += [quiet] if quiet else []
    return list({one.subject: one for one in found}.values())


def _shifted(session: Session, brand: Brand, as_of: datetime) -> list[AlertData]:
    """The last whole week against the one before it."""
    from listener.reports.asking import Bucket, ReportRequest
    from listener.reports.trends_kind import build
    from listener.weekly.weeks import last_whole

    zone = ZoneInfo(brand.timezone)
    week = last_whole(as_of, zone)
    request = ReportRequest(brand.slug, as_of, week.since(zone), week.until(zone), by=Bucket.WEEK)
    return [
        replace(one, post_ids=_posts_behind(session, brand, request, one))
        for one in shifts.find_shifts(build(session, request))
    ]


def _posts_behind(session: Session, brand: Brand, request: "ReportRequest", shift: AlertData) -> tuple[int, ...]:
    """The newest posts of the week that make up a share."""
    section, name = shift.detail["section"], shift.detail["name"]
    stage = None if section == "sentiment" else name
    sentiment = name if section == "sentiment" else Sentiment.NEGATIVE.value if section == "negative_in_stage" else None
    filters = replace(request, stage=stage, sentiment=sentiment).filters
    query = customers(brand.id or 0, request.as_of, Mention.post_id, filters=filters)
    newest = query.order_by(col(Mention.published_at).desc(), col(Mention.post_id)).limit(SHOWN)
    return tuple(session.execute(newest).scalars())
