"""What the report says of changes: a planted shift is named, noise is not, and no rise where an interval holds zero."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.reports.asking import ReportRequest
from listener.reports.change import Change, Verdict
from listener.reports.figures import Figure, share
from listener.weekly import sentences, verdicts
from listener.weekly.keeping import made
from listener.weekly.shape import ClassWeek, ThemeWeek, WeeklyReport
from listener.weekly.verdicts import Said
from listener.wording import LANGUAGES, english, wording_of
from models.database import session_of
from tests.weekly.fortnights import LATER, SLUG, filled, six_weeks

AS_OF = datetime(2026, 11, 8, tzinfo=UTC)
ENDS = st.floats(-1, 1, allow_nan=False)


def figure(value: float | None, ends: tuple[float | None, float | None] | None, unit: str = "share") -> Figure:
    return Figure(value=value, unit=unit, n=100, interval=ends, as_of=AS_OF, coverage=1.0)


def interval(one: float, other: float) -> Figure:
    low, high = sorted((one, other))
    return figure((low + high) / 2, (low, high))


def row(change: Change | None, now: int = 60, before: int = 20) -> ClassWeek:
    was, weeks = share(before, 100, AS_OF, 1.0), [share(count, 100, AS_OF, 1.0) for count in (18, 22, 25, before)]
    is_ = share(now, 100, AS_OF, 1.0)
    return ClassWeek(name="negative", count=now, now=is_, corrected=None, before=was, weeks=weeks, change=change)


@given(ENDS, ENDS, st.none() | st.tuples(ENDS, ENDS), st.sampled_from(Verdict))
def test_nothing_rose_or_fell_where_an_interval_holds_zero(
    one: float, other: float, corrected: tuple[float, float] | None, verdict: Verdict
) -> None:
    its = interval(one, other)
    by_model = None if corrected is None else interval(*corrected)
    change = Change(counted=its, corrected=by_model, p_value=0.01, adjusted_p_value=0.01, verdict=verdict)
    said = sentences.change(english(), "negative", row(change))
    held = verdicts.holds(its) or (by_model is not None and verdicts.holds(by_model))
    if held or verdict not in (Verdict.RISE, Verdict.FALL):
        assert said is None
    else:
        assert said is not None
        assert ("rose" if verdict is Verdict.RISE else "fell") in said


@given(ENDS, ENDS, st.sampled_from([0.0, 1.0]))
def test_a_difference_goes_by_its_interval(one: float, other: float, nothing: float) -> None:
    its = interval(one + nothing, other + nothing)
    said = verdicts.of_difference(its, nothing)
    assert (said is Said.SAME) == verdicts.holds(its, nothing)
    if said is not Said.SAME:
        assert (said is Said.MORE) == ((its.interval or (0, 0))[0] > nothing)  # type: ignore[operator]


def test_what_is_not_known_is_not_called_the_same() -> None:
    assert verdicts.of_change(None) is Said.UNKNOWN
    assert verdicts.of_difference(figure(None, None)) is Said.UNKNOWN
    assert verdicts.of_difference(figure(None, (2.0, None)), 1.0) is Said.MORE
    assert verdicts.band_of([figure(None, None), figure(0.2, (0.1, 0.3))]) is None


def test_the_range_of_four_weeks_is_said_with_a_change() -> None:
    its = interval(0.2, 0.6)
    change = Change(counted=its, corrected=None, p_value=0.01, adjusted_p_value=0.01, verdict=Verdict.RISE)
    assert "outside the range of the four weeks before, 18% to 25%" in (
        sentences.change(english(), "negative", row(change)) or ""
    )
    inside = sentences.change(english(), "negative", row(change, now=24)) or ""
    assert "within the range" in inside


def test_a_planted_shift_is_told_and_a_week_like_all_others_is_not(report: WeeklyReport) -> None:
    said = " ".join(sentences.in_short(english(), report))
    assert re.search(
        r"The share of “negative” rose to \d+% \(\d+% to \d+%, n = \d+\), from 20%", said.replace("\xa0", " ")
    )
    with session_of(filled(six_weeks())) as session:
        calm = made(session, ReportRequest(SLUG, LATER))
    told = " ".join(sentences.in_short(english(), calm))
    assert "rose" not in told
    assert "fell" not in told
    assert "no change beyond noise" in told
    assert "No stage and no sentiment changed beyond noise" in told


def test_themes_are_adjusted_for_each_other() -> None:
    ratio = figure(2.0, (1.1, 3.0), "ratio")
    nothing = share(0, 0, AS_OF, None)
    named = {"id": 1, "name": "lids", "polarity": "complaint", "count": 9, "previous_count": 3, "quotes": []}
    parts = {"share": nothing, "unanswered": nothing, "change": ratio, "p_value": 0.03}
    theme = ThemeWeek.model_validate({**named, **parts, "adjusted_p_value": 0.2})
    assert sentences.theme_change(english(), theme) is None
    clear = theme.model_copy(update={"adjusted_p_value": 0.01})
    assert "came up more often: 9" in (sentences.theme_change(english(), clear) or "").replace("\xa0", " ")


def test_an_empty_week_says_so_in_every_language() -> None:
    with session_of(filled([])) as session:
        empty = made(session, ReportRequest(SLUG, LATER))
    assert sentences.in_short(english(), empty)[0] in (
        "No post was heard this week.",
        "Nobody listened this week: nothing can be said of it.",
    )
    for language in LANGUAGES:
        assert all(sentences.in_short(wording_of(language), empty))


@pytest.mark.parametrize("count", [0, 1, 2, 5, 21, 22])
def test_counts_are_said_in_the_form_that_they_want(report: WeeklyReport, count: int) -> None:
    volume = report.volume.model_copy(update={"posts": count})
    said = sentences.volume(english(), report.model_copy(update={"volume": volume}))[0]
    assert said.startswith(f"{count} post was" if count == 1 else f"{count} posts were")
