"""Finds sources that have gone silent: that cannot be asked, or give nothing though by now they should have. Pure.

Definitions: docs/alerts.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log
from zoneinfo import ZoneInfo

from models.store.alerts import AlertData
from models.words import AlertKind

FAILING = timedelta(days=1)
"""A source that could not be asked for so long is silent whatever it says."""
CHANCE = 0.0002
"""A silence is too long if it had at most this chance at the source's usual rate."""
LEAST_HOURS = 6
LEAST_DAYS = 14
"""Days with posts on record before anything is called silent."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How asking a source has gone: when it last went well, and what is wrong now, if anything is."""

    source: str
    well_at: datetime | None
    failure: str | None


def find_failing(asked: Iterable[Asked], as_of: datetime) -> list[AlertData]:
    """An alert a source that could not be asked for a day; one that never could is a matter of setting it up."""
    return [
        AlertData(
            AlertKind.SILENCE,
            f"failing:{one.source}",
            {"source": one.source, "reason": one.failure, "since": one.well_at.isoformat()},
        )
        for one in asked
        if one.failure and one.well_at and as_of - one.well_at > FAILING
    ]


def find_quiet(
    source: str, posts_by_hour: Mapping[int, int], heard_until: datetime, zone: ZoneInfo
) -> AlertData | None:
    """An alert if the source has said nothing for too long. Hours are counted since 1970, in UTC."""
    if not posts_by_hour:
        return None
    first, last, end = min(posts_by_hour), max(posts_by_hour), int(heard_until.timestamp()) // 3600
    silent = range(last + 1, end)
    if len(silent) < LEAST_HOURS or last - first < LEAST_DAYS * 24:
        return None
    rates = _rates(posts_by_hour, range(first, last + 1), zone)
    expected = sum(rates[_kind_of_hour(hour, zone)] for hour in silent)
    if _chance_of_none(expected, _dispersion(posts_by_hour, first, last)) > CHANCE:
        return None
    since = datetime.fromtimestamp((last + 1) * 3600, heard_until.tzinfo)
    detail = {"source": source, "reason": None, "since": since.isoformat(), "expected": round(expected, 1)}
    return AlertData(AlertKind.SILENCE, f"quiet:{source}", detail)


def _kind_of_hour(hour: int, zone: ZoneInfo) -> tuple[bool, int]:
    """Hours of the day, those of the weekend apart."""
    local = datetime.fromtimestamp(hour * 3600, zone)
    return local.weekday() >= 5, local.hour


def _rates(posts_by_hour: Mapping[int, int], hours: range, zone: ZoneInfo) -> dict[tuple[bool, int], float]:
    """Posts an hour by kind of hour; each kind counts one hour at the mean rate more than was heard."""
    overall = sum(posts_by_hour.values()) / len(hours)
    posts: dict[tuple[bool, int], float] = {}
    heard: dict[tuple[bool, int], int] = {}
    for hour in hours:
        kind = _kind_of_hour(hour, zone)
        posts[kind] = posts.get(kind, 0.0) + posts_by_hour.get(hour, 0)
        heard[kind] = heard.get(kind, 0) + 1
    kinds = [(weekend, hour) for weekend in (False, True) for hour in range(24)]
    return {kind: (posts.get(kind, 0.0) + overall) / (heard.get(kind, 0) + 1) for kind in kinds}


def _dispersion(posts_by_hour: Mapping[int, int], first: int, last: int) -> float:
    """Of posts a day, by the method of moments; a bursty source is silent for long without being broken."""
    days = [0] * ((last - first) // 24 + 1)
    for hour, count in posts_by_hour.items():
        days[(hour - first) // 24] += count
    mean = sum(days) / len(days)
    variance = sum((day - mean) ** 2 for day in days) / max(1, len(days) - 1)
    return max(0.0, (variance - mean) / mean**2)


def _chance_of_none(expected: float, dispersion: float) -> float:
    """The chance of no post where so many are expected: negative binomial, or Poisson's where it scatters no more."""
    return exp(-expected) if dispersion < 1e-6 else exp(-log(1 + dispersion * expected) / dispersion)
