"""Tells whether far more people than usual speak in this hour. Pure: counts in, bursts out. See docs/alerts.md.

Distinct authors are counted, not posts: one who writes forty times is no burst.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from listener.alerts.rhythm import WEEK, WEEKS, usual
from models.reads.loop import STAGES

if TYPE_CHECKING:
    from listener.alerts.rhythm import Flags, Numbers, Places

SERIES = ("all", *(stage.value for stage in STAGES))
"""What is counted for each brand: everybody, and who speaks from each stage."""
LEAST = 5
"""Authors in an hour below which nothing is a burst, however quiet it usually is."""
RATIO = 1.5
"""A burst has at least so many times the usual number: what is certain need not matter."""
FALSE_DISCOVERY = 0.0002
"""The share of false bursts among those of one look (Benjamini and Hochberg 1995), so at most the chance that a look
without any calls one: a look each quarter of an hour makes 2,880 a month."""
LEAST_HISTORY = 2 * WEEK
"""Hours that were listened to before anything is called unusual."""
HOURS = WEEKS * WEEK + 1


@dataclass(frozen=True, slots=True)
class Series:
    """One brand's counts, an array of (``SERIES``, ``HOURS``), with the hours' places in its week; see ``usual``."""

    brand: str
    counts: "Numbers"
    slots: "Places"
    heard: "Flags"


@dataclass(frozen=True, slots=True)
class Burst:
    """One series of a brand in which a burst was found."""

    brand: str
    series: str
    count: int
    expected: float
    p_value: float


def hourly(rows: Sequence[tuple[int, int, int, int]], end: datetime) -> "Numbers":
    """Distinct authors of each series in each of the ``HOURS`` before ``end``; ``rows`` as ``voices`` reads them."""
    table = np.array(rows, np.int64).reshape(-1, 4)
    counts = np.zeros((len(SERIES), HOURS))
    if not len(table):
        return counts
    ago = (int(end.timestamp()) - 1 - table[:, 0]) // 3600
    table, ago = table[(ago >= 0) & (ago < HOURS)], ago[(ago >= 0) & (ago < HOURS)]
    _, authors = np.unique(table[:, 1], return_inverse=True)
    for place in range(len(SERIES)):
        mine = slice(None) if place == 0 else table[:, 2] == place
        pairs = np.unique(authors[mine].astype(np.int64) * HOURS + ago[mine])
        counts[place] = np.bincount(pairs % HOURS, minlength=HOURS)[::-1]
    return counts


def slots_of(end: datetime, zone: ZoneInfo) -> "Places":
    """The hour of the week, by the brand's clock, of each of the ``HOURS`` before ``end``."""
    begins = [(end - timedelta(hours=ago)).astimezone(UTC) for ago in range(HOURS, 0, -1)]
    local = [begin.astimezone(zone) for begin in begins]
    return np.array([at.weekday() * 24 + at.hour for at in local], np.int64)


def heard_since(first: datetime | None, end: datetime) -> "Flags":
    """Which of the ``HOURS`` before ``end`` lie after the first post or check."""
    known = 0 if first is None else int((end - first).total_seconds() // 3600)
    return np.arange(HOURS, 0, -1) <= known


def p_values(series: Sequence[Series]) -> tuple["Numbers", "Numbers"]:
    """(p, expected) of the last hour of each brand and series: the chance of so many authors or more."""
    from scipy.stats import nbinom

    means, spreads = zip(*(usual(one.counts, one.slots, one.heard) for one in series), strict=True)
    mean, dispersion = np.concatenate(means), np.concatenate(spreads)
    counts = np.concatenate([one.counts[:, -1] for one in series])
    chances: Any = nbinom.sf(counts - 1, 1 / dispersion, 1 / (1 + dispersion * mean))
    return np.nan_to_num(chances, nan=1.0), mean


def find_bursts(series: Sequence[Series]) -> list[Burst]:
    """The bursts of this look, among all brands and series; brands with too short a history are left out."""
    from scipy.stats import false_discovery_control

    known = [one for one in series if int(one.heard.sum()) > LEAST_HISTORY]
    if not known:
        return []
    chances, expected = p_values(known)
    adjusted = false_discovery_control(chances, method="bh")
    found = []
    for place, (chance, usual_count) in enumerate(zip(adjusted, expected, strict=True)):
        one, name = known[place // len(SERIES)], SERIES[place % len(SERIES)]
        count = int(one.counts[place % len(SERIES), -1])
        if chance <= FALSE_DISCOVERY and count >= max(LEAST, RATIO * usual_count):
            found.append(Burst(one.brand, name, count, float(usual_count), float(chances[place])))
    return found
