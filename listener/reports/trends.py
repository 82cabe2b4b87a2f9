"""Measures how stages and sentiments move: a bucket after the other, and a period against the one before it. Pure.

Beside each counted share stands the one corrected for the model's confusions; a change is called only where both show
it. A stretch that nobody listened to has no figure and is compared with nothing. Definitions: docs/metrics.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from pydantic import Field

from listener.reports.asking import Bucket
from listener.reports.change import Change, Counted, Difference, Side, changes, compare
from listener.reports.figures import Figure, Part
from listener.reports.trends_corrected import Corrected, Key, Known, correct
from listener.reports.trends_counts import Columns, Numbers, clusters_of, counted
from listener.reports.trends_listening import Channel, heard, time_covered
from listener.reports.trends_spans import Span
from nlp.tasks import CLASSES

SECTIONS = ("stage", "sentiment", "negative_in_stage")
NOTES = (
    "The counted share holds the model's mistakes; the corrected one is what these posts make likely once its known "
    "confusions are taken into account.",
    "A rise or fall is called where both show it: the larger of their p-values, adjusted for all comparisons of this "
    "report (Benjamini and Hochberg 1995), is at most 0.05.",
    "Posts of one author count as one voice in every interval and test. A change after an event is not yet its effect.",
)
_NEGATIVE = CLASSES["sentiment"].index("negative")


class TrendRow(Part):
    """One stage or sentiment; in ``negative_in_stage`` the share of negative posts among those of that stage.

    ``corrected`` is None where the model's confusions are not known; its n is the sample's. ``change`` is the one since
    the stretch before; None where there is none or the two cannot be compared. Within a stage only the periods are
    corrected and compared: a bucket has too few posts of each.
    """

    name: str
    count: int | None
    counted: Figure
    corrected: Figure | None
    change: Change | None


class Stretch(Part):
    """A bucket or a period. In a gap every count is None, and so is every value."""

    start: date = Field(description="first day, in the brand's zone, of the whole bucket")
    since: datetime
    until: datetime
    is_partial: bool = Field(description="the period asked for, or the present, cuts off some of the bucket")
    is_gap: bool = Field(description="nobody listened")
    time_covered: float | None = Field(description="share (0 to 1) of the time that was listened to; None: no source")
    post_count: int | None
    labelled_count: int | None
    author_count: int | None
    counts: dict[str, dict[str, int]] | None = Field(description="posts by stage, then sentiment")
    stage: list[TrendRow]
    sentiment: list[TrendRow]
    negative_in_stage: list[TrendRow]


class Trends(Part):
    """The report. Without duplicates, bots and the brands' own posts."""

    report: str = "trends"
    brand: str
    by: Bucket
    timezone: str
    since: datetime
    until: datetime
    as_of: datetime
    comparison_count: int = Field(description="how many comparisons the p-values are adjusted for")
    buckets: list[Stretch]
    period: Stretch = Field(description="all buckets together; its changes are those since the period before")
    previous: Stretch = Field(description="the period of the same length before")
    notes: list[str]


@dataclass(frozen=True, slots=True, eq=False)
class Posts:
    """The posts of a stretch, and the sample of them that is corrected."""

    span: Span
    posts: Columns
    sample: Columns


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Whose trends, how cut."""

    brand: str
    by: Bucket
    timezone: str
    as_of: datetime


@dataclass(frozen=True, slots=True, eq=False)
class _Share:
    """One row to be."""

    section: str
    name: str
    counted: Counted
    corrected: Corrected | None
    at: int

    def side(self) -> Side:
        if self.corrected is None:
            return Side(self.counted, None)
        return Side(self.counted, self.corrected.shares[:, self.at], self.corrected.n)


def measure(
    asked: Asked,
    buckets: Sequence[Posts],
    period: Posts,
    previous: Posts,
    channels: Sequence[Channel],
    known: Known | None,
    notes: Sequence[str] = (),
) -> Trends:
    """Count, correct and compare. ``known`` is None where nothing can be corrected."""
    parts = [*buckets, period, previous]
    corrected = correct([part.sample for part in parts], known, (len(buckets), len(buckets) + 1))
    clusters = [clusters_of(part.posts) for part in parts]
    shares = [_shares(part.posts, its, found) for part, its, found in zip(parts, clusters, corrected, strict=True)]
    ears = [heard(channels, part.span) for part in parts]
    last = len(buckets)
    pairs = [(at - 1, at) for at in range(1, last)] + [(last + 1, last)]
    tested: dict[tuple[int, int], Difference] = {}
    for before, after in pairs:
        if ears[before] == ears[after] != frozenset():
            ends = [_coverage(parts[at], channels) for at in (before, after)]
            coverage = min((end for end in ends if end is not None), default=None)
            for row, (old, new) in enumerate(zip(shares[before], shares[after], strict=True)):
                if after < last and new.section == "negative_in_stage":
                    continue
                tested[after, row] = compare(old.side(), new.side(), asked.as_of, coverage)
    called = dict(zip(tested, changes(list(tested.values())), strict=True))
    made = [
        _stretch(part, channels, rows, [called.get((at, row)) for row in range(len(rows))], asked.as_of)
        for at, (part, rows) in enumerate(zip(parts, shares, strict=True))
    ]
    return Trends(
        brand=asked.brand,
        by=asked.by,
        timezone=asked.timezone,
        since=period.span.since,
        until=period.span.until,
        as_of=asked.as_of,
        comparison_count=sum(one.p_value is not None for one in called.values()),
        buckets=made[:last],
        period=made[last],
        previous=made[last + 1],
        notes=[*NOTES, *notes],
    )


def _shares(posts: Columns, clusters: Numbers, corrected: dict[Key, Corrected]) -> list[_Share]:
    shares = []
    for task in ("stage", "sentiment"):
        known = posts.said[task] >= 0
        its, codes, by = clusters[known], posts.said[task][known], corrected.get((task, -1))
        shares += [_Share(task, name, counted(its, codes == at), by, at) for at, name in enumerate(CLASSES[task])]
    for at, name in enumerate(CLASSES["stage"]):
        within = (posts.said["sentiment"] >= 0) & (posts.said["stage"] == at)
        one = counted(clusters[within], posts.said["sentiment"][within] == _NEGATIVE)
        shares.append(_Share("negative_in_stage", name, one, corrected.get(("sentiment", at)), _NEGATIVE))
    return shares


def _stretch(
    part: Posts, channels: Sequence[Channel], shares: Sequence[_Share], called: Sequence[Change | None], as_of: datetime
) -> Stretch:
    span, posts, covered = part.span, part.posts, time_covered(channels, part.span)
    is_gap, coverage = not covered, _coverage(part, channels)
    rows: dict[str, list[TrendRow]] = {section: [] for section in SECTIONS}
    for one, change in zip(shares, called, strict=True):
        rows[one.section].append(_row(one, change, as_of, coverage, is_gap=is_gap))
    labelled = (posts.said["stage"] >= 0) | (posts.said["sentiment"] >= 0)
    return Stretch(
        start=span.start,
        since=span.since,
        until=span.until,
        is_partial=span.is_partial,
        is_gap=is_gap,
        time_covered=covered,
        post_count=None if is_gap else len(posts),
        labelled_count=None if is_gap else int(labelled.sum()),
        author_count=None if is_gap else len(np.unique(posts.authors)),
        counts=None if is_gap else _table(posts),
        **rows,
    )


def _row(one: _Share, change: Change | None, as_of: datetime, coverage: float | None, *, is_gap: bool) -> TrendRow:
    counted, corrected = one.counted, None
    if is_gap:
        counted = Counted(0, 0, 1.0)
    elif one.corrected is not None:
        ends = (float(one.corrected.low[one.at]), float(one.corrected.high[one.at]))
        value, n = float(one.corrected.shares[0, one.at]), one.corrected.n
        corrected = Figure(value=value, unit="share", n=n, interval=ends, as_of=as_of, coverage=coverage)
    return TrendRow(
        name=one.name,
        count=None if is_gap else counted.count,
        counted=counted.figure(as_of, coverage),
        corrected=corrected,
        change=change,
    )


def _coverage(part: Posts, channels: Sequence[Channel]) -> float | None:
    """The share of what was published whose label is known: time listened to, times the share that is labelled."""
    covered, posts = time_covered(channels, part.span), part.posts
    if covered is None or not len(posts):
        return covered
    return covered * float(((posts.said["stage"] >= 0) | (posts.said["sentiment"] >= 0)).mean())


def _table(posts: Columns) -> dict[str, dict[str, int]]:
    stages, sentiments = CLASSES["stage"], CLASSES["sentiment"]
    whole = (posts.said["stage"] >= 0) & (posts.said["sentiment"] >= 0)
    cells = np.bincount(
        posts.said["stage"][whole] * len(sentiments) + posts.said["sentiment"][whole],
        minlength=len(stages) * len(sentiments),
    )
    table = cells.reshape(len(stages), len(sentiments)).tolist()
    return {
        stage: dict(zip(map(str, sentiments), row, strict=True))
        for stage, row in zip(map(str, stages), table, strict=True)
    }
