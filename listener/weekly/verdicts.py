"""What may be said of a change: never that something rose where its interval holds zero. Pure; no words here."""

from collections.abc import Sequence
from enum import StrEnum

from listener.reports.change import ALPHA, Change, Verdict
from listener.reports.figures import Figure
from listener.weekly.shape import ThemeWeek


class Said(StrEnum):
    """What is said of a figure beside the one before."""

    MORE = "more"
    LESS = "less"
    SAME = "same"
    FEW = "few"
    UNKNOWN = "unknown"


def of_change(change: Change | None) -> Said:
    """A change as the trends call it; called only where no interval of it holds zero."""
    if change is None or change.counted.value is None:
        return Said.UNKNOWN
    if change.verdict is Verdict.FEW:
        return Said.FEW
    held = holds(change.counted) or (change.corrected is not None and holds(change.corrected))
    if held or change.verdict is Verdict.NONE:
        return Said.SAME
    return Said.MORE if change.verdict is Verdict.RISE else Said.LESS


def of_difference(figure: Figure, nothing: float = 0.0) -> Said:
    """A difference (``nothing`` is 0) or a ratio (it is 1) by its interval alone."""
    if figure.interval is None or not figure.n or (figure.value is None and figure.interval == (None, None)):
        return Said.UNKNOWN
    if holds(figure, nothing):
        return Said.SAME
    low, _ = figure.interval
    return Said.MORE if low is not None and low > nothing else Said.LESS


def of_theme(theme: ThemeWeek) -> Said:
    """A theme's change, adjusted for all themes that are listed."""
    if theme.adjusted_p_value is None:
        return Said.UNKNOWN
    return Said.SAME if theme.adjusted_p_value > ALPHA else of_difference(theme.change, 1.0)


def holds(figure: Figure, nothing: float = 0.0) -> bool:
    """Whether the interval holds no change; an open end goes on for ever."""
    low, high = figure.interval or (None, None)
    return (low is None or low <= nothing) and (high is None or high >= nothing)


def band_of(weeks: Sequence[Figure]) -> tuple[float, float] | None:
    """The lowest and the highest of the weeks before; None where fewer than two were heard."""
    values = [week.value for week in weeks if week.value is not None]
    return (min(values), max(values)) if len(values) > 1 else None
