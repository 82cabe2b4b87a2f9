"""Measures what was listened to, when, and what was not: "no data" never looks like "zero". Pure.

Definitions: docs/metrics.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from listener.reports.figures import Figure, Part, rate_a_day

BASE_DAYS, LATEST_DAYS = 28, 7
"""The expected rate is that of four weeks, the seen rate that of the week after them."""
QUIET = 0.001
"""A week with so few posts has at most this chance if the rate of the four weeks before had gone on."""
NOTES = (
    "Where a source was not seen, nothing is known: no posts there does not mean that nobody spoke.",
    "The expected rate is that of the four weeks before the last one; a source that fell silent may be broken.",
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came in from one source: mentions a day, over the base weeks and over the latest week."""

    source: str
    reply_visibility: str
    covers_from: datetime | None
    covers_until: datetime | None
    checked_at: datetime | None
    post_count: int
    base_count: int
    base_days: int
    latest_count: int
    latest_days: int
    failed_runs: int
    failures: Sequence[str]
    gaps: Sequence["Gap"]


class Gap(Part):
    """A stretch that could not be had; ``since`` None: nobody knows how far back it goes."""

    since: datetime | None
    until: datetime
    reason: str


class SourceRow(Part):
    """One source. ``is_quiet``: it gave far less in the last week than before; None where that cannot be said."""

    source: str
    reply_visibility: str
    covers_from: datetime | None
    covers_until: datetime | None
    checked_at: datetime | None
    post_count: int
    expected_a_day: Figure
    seen_a_day: Figure
    is_quiet: bool | None
    failed_runs: int
    failures: list[str]
    gaps: list[Gap]


class Coverage(Part):
    """The report. ``removed_until``: when the youngest post was published that was removed for its age."""

    report: str = "coverage"
    brand: str
    as_of: datetime
    removed_until: datetime | None = None
    sources: list[SourceRow]
    notes: list[str]


def measure(brand: str, heard: Sequence[Heard], as_of: datetime, removed_until: datetime | None = None) -> Coverage:
    """Rates with exact Poisson intervals, and whether the latest week is too quiet to be chance."""
    rows = [_row(one, as_of) for one in heard]
    return Coverage(brand=brand, as_of=as_of, removed_until=removed_until, sources=rows, notes=list(NOTES))


def _row(heard: Heard, as_of: datetime) -> SourceRow:
    expected = rate_a_day(heard.base_count, heard.base_days, as_of)
    return SourceRow(
        source=heard.source,
        reply_visibility=heard.reply_visibility,
        covers_from=heard.covers_from,
        covers_until=heard.covers_until,
        checked_at=heard.checked_at,
        post_count=heard.post_count,
        expected_a_day=expected,
        seen_a_day=rate_a_day(heard.latest_count, heard.latest_days, as_of),
        is_quiet=_is_quiet(heard),
        failed_runs=heard.failed_runs,
        failures=list(heard.failures),
        gaps=list(heard.gaps),
    )


def _is_quiet(heard: Heard) -> bool | None:
    """Compare two Poisson counts: given their sum, the latest is binomial (Przyborowski and Wilenski 1940)."""
    total = heard.base_count + heard.latest_count
    if not heard.base_days or not heard.latest_days or not total:
        return None
    from scipy.stats import binom

    share = heard.latest_days / (heard.base_days + heard.latest_days)
    return bool(binom.cdf(heard.latest_count, total, share) < QUIET)
