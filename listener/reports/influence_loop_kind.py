"""The influence loop: what it is read from, and how it is written."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from listener.charts.pictures import writers as pictures
from listener.post_links import plain_address
from listener.reports import influence_loop, loop_text
from listener.reports.asking import ReportRequest
from listener.reports.kinds import ReportKind, as_json
from listener.reports.loop_carriers import places_of
from listener.reports.loop_links import WINDOW_SECONDS, Posts, columns_of
from listener.tables.workbook import workbook
from models.reads import loop as reads
from models.reads.brands import brand_by_slug
from models.reads.days import day_number, start_of
from models.reads.themes import theme_names

PERIOD = timedelta(days=90)

_QUERY = re.compile(r"[?#]")


def build(session: Session, request: ReportRequest) -> influence_loop.InfluenceLoop:
    """The influence loop of a brand. Raises NotFoundError for an unknown brand.

    Without ``since`` the period is the 90 days before ``until`` or ``as_of``. Stage and sentiment are not filtered by.
    """
    brand = brand_by_slug(session, request.brand)
    zone, brand_id = ZoneInfo(brand.timezone), brand.id or 0
    end = min(request.until or request.as_of, request.as_of)
    since = request.since or end - PERIOD
    reach = None if request.until is None else request.until + timedelta(seconds=WINDOW_SECONDS)
    filters = replace(request.filters, since=since, until=reach)
    # The end itself is in the period where the present ends it: nothing is later.
    limit = int(end.timestamp()) + (request.until is None or request.as_of < request.until)
    posts = columns_of(reads.loop_posts(session, brand_id, request.as_of, filters, zone), limit)
    ends = posts["id"][sorted({*posts.shared.tolist(), *posts.choosing.tolist()})].tolist()
    own = list(reads.own_addresses(session, posts["id"][posts.shared].tolist()))
    first, days = _whole_days(since, end, zone)
    data = influence_loop.LoopData(
        posts=posts,
        in_period=posts["seconds"] < limit,
        first_day=first,
        day_count=days,
        quotes=reads.quotes(session, posts["id"].tolist()),
        addresses=_addresses(posts, reads.shared_addresses(session, ends), own),
        places=places_of(own, dict(zip(posts["id"].tolist(), posts["thread"].tolist(), strict=True))),
        theme_names=theme_names(session, brand_id),
    )
    return influence_loop.measure(
        brand.slug, data, request.as_of, since=since, until=request.until, limit=request.limit
    )


def _whole_days(since: datetime, end: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """The number of the first whole day of the period, and how many there are."""
    day = since.astimezone(zone).date()
    first = day_number(day) + (start_of(day, zone) < since)
    return first, max(0, day_number(end.astimezone(zone).date()) - first)


def _addresses(
    posts: Posts, shared: Iterable[reads.SharedAddress], own: Iterable[reads.OwnAddress]
) -> list[tuple[int, int]]:
    """(post, number of an address): what posts share, and where the experiences stand that are pointed at."""
    numbers: dict[str, int] = {}
    choosing = set(posts["id"][posts.choosing].tolist())
    asked: set[str] = set()
    found = []
    for said in shared:
        found.append((said.post_id, numbers.setdefault(said.target, len(numbers) + 1)))
        if said.post_id in choosing:
            asked.add(_tail(f"//{said.target}"))
    for post in own:  # an address takes its time to be made plain, so that only likely ones are
        tail = _tail(post.url) if post.url else None
        if tail is not None and (tail in asked or not tail.isascii() or "%" in tail):
            number = numbers.get(plain_address(post.url or "") or "")
            found += [(post.post_id, number)] if number else []
    return found


def _tail(url: str) -> str:
    """The last part of an address's path; taken apart by hand, since there is one a shared experience."""
    path = _QUERY.split(url.partition("//")[2], maxsplit=1)[0].partition("/")[2]
    return path.rstrip("/").rpartition("/")[2]


KIND = ReportKind(
    build,
    {
        "json": as_json,
        "csv": loop_text.loop_csv,
        "md": loop_text.loop_markdown,
        "xlsx": workbook,
        **pictures("influence-loop"),
    },
)
