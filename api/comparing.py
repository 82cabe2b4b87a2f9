"""Puts response rates side by side with the test that trends go by: difference, interval, verdict. Measures nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from listener.reports.change import Change, Counted, Side, changes, compare
from listener.reports.figures import Figure, rate_a_day
from listener.reports.response_gap import ResponseGap
from listener.reports.rivals import BrandGap
from listener.reports.themes import ThemeRow, Themes
from listener.reports.trends_spans import earlier


@dataclass(frozen=True, slots=True)
class Beside:
    """A rival's response rate less the brand's own."""

    rival: BrandGap
    change: Change


@dataclass(frozen=True, slots=True)
class ThemePair:
    """A theme in both periods; None where it does not occur."""

    id: int
    name: str
    polarity: str
    before: ThemeRow | None
    now: ThemeRow | None


def side_of(figure: Figure) -> Side:
    """A share as the test takes it, each post a voice of its own: who wrote it is not in the figure."""
    return Side(Counted(round((figure.value or 0.0) * figure.n), figure.n, 1.0), None)


def rate_changes(pairs: Sequence[tuple[Figure, Figure]], as_of: datetime) -> list[Change]:
    """The later share of each pair less the earlier one; p-values are adjusted over all of them."""
    return changes([compare(side_of(old), side_of(new), as_of, new.coverage) for old, new in pairs])


def beside_rivals(rows: Sequence[BrandGap], as_of: datetime) -> list[Beside]:
    """Each rival against the brand itself, which comes first."""
    if not rows:
        return []
    own, rivals = rows[0], rows[1:]
    found = rate_changes([(own.response_rate, rival.response_rate) for rival in rivals], as_of)
    return [Beside(rival, change) for rival, change in zip(rivals, found, strict=True)]


def theme_pairs(reports: Sequence[Themes], most: int) -> list[ThemePair]:
    """The themes of two periods, the earlier one given first; those most spoken of now come first."""
    old, new = ({row.id: row for row in report.themes} for report in reports)
    order = sorted({*old, *new}, key=lambda id: (-(new[id].count if id in new else 0), id))
    named = old | new
    return [ThemePair(id, named[id].name, named[id].polarity, old.get(id), new.get(id)) for id in order[:most]]


def posts_a_day(gap: ResponseGap, since: datetime, until: datetime) -> Figure:
    """How many posts came in a day, with its exact interval; the period is taken as whole days."""
    days = max(1, round((until - since) / timedelta(days=1)))
    return rate_a_day(sum(gap.states.values()) + gap.unlabelled_count, days, gap.as_of)


def before(since: datetime, until: datetime, zone: str) -> tuple[datetime, datetime]:
    """The period of the same length before, in days of the zone.

    The present is taken to ten minutes: to the second, no report of the period before could be kept.
    """
    end = until - timedelta(minutes=until.minute % 10, seconds=until.second, microseconds=until.microsecond)
    return earlier(since, max(end, since + timedelta(minutes=10)), ZoneInfo(zone)), since
