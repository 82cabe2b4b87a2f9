"""Cuts a period into days, weeks or months of a brand's time zone. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from listener.reports.asking import Bucket
from models.errors import InputError
from models.reads.days import start_of

DEFAULT_COUNT = {Bucket.DAY: 30, Bucket.WEEK: 12, Bucket.MONTH: 12}
"""How many whole buckets before the running one are shown where no beginning is asked for."""
MOST = 400


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: ``since`` is included, ``until`` is not; both UTC. ``start`` is the bucket's first day.

    ``is_partial``: the period asked for, or the present, cuts off some of it.
    """

    start: date
    since: datetime
    until: datetime
    is_partial: bool = False


def cut(since: datetime, until: datetime, by: Bucket, zone: ZoneInfo) -> list[Span]:
    """The buckets that a period touches, the oldest first. Raises InputError for an empty period or too many."""
    if since >= until:
        raise InputError(f"the period is empty: from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC")
    spans = []
    for start, after in _bounds(since.astimezone(zone).date(), by):
        begin, end = start_of(start, zone), start_of(after, zone)
        if begin >= until:
            break
        spans.append(Span(start, max(begin, since), min(end, until), begin < since or end > until))
        if len(spans) > MOST:
            raise InputError(f"more than {MOST} {by.value}s; ask for a shorter period or wider buckets")
    return spans


def default_since(until: datetime, by: Bucket, zone: ZoneInfo) -> datetime:
    """The start of the bucket that lies ``DEFAULT_COUNT`` whole ones before the one in which the period ends."""
    start = bucket_start((until.astimezone(zone) - timedelta(microseconds=1)).date(), by)
    for _ in range(DEFAULT_COUNT[by]):
        start = bucket_start(start - timedelta(days=1), by)
    return start_of(start, zone)


def earlier(since: datetime, until: datetime, zone: ZoneInfo) -> datetime:
    """Where the period of the same length before this one begins, by the clock on the wall: days stay whole days."""
    begin, end = since.astimezone(zone).replace(tzinfo=None), until.astimezone(zone).replace(tzinfo=None)
    before = begin - (end - begin)
    if before.time() == time():
        return start_of(before.date(), zone)
    return before.replace(tzinfo=zone).astimezone(since.tzinfo)


def bucket_start(day: date, by: Bucket) -> date:
    """The first day of the bucket that a day lies in; weeks begin on Monday."""
    if by is Bucket.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by is Bucket.MONTH else day


def _bounds(day: date, by: Bucket) -> Iterator[tuple[date, date]]:
    start = bucket_start(day, by)
    while True:
        # 32 days after the first of a month lie in the next one.
        after = bucket_start(start + timedelta(days={Bucket.DAY: 1, Bucket.WEEK: 7, Bucket.MONTH: 32}[by]), by)
        yield start, after
        start = after
