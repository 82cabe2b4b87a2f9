"""Changes of shares against scipy, published figures and simulated worlds: called when they are there, not when not."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.reports.change import ALPHA, FEWEST, Counted, Difference, Side, Verdict, changes, compare
from listener.reports.figures import Figure, share, wilson
from tests.reports import simulate_mixes

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def plain(count: int, n: int, design: float = 1.0) -> Side:
    """A share that is not corrected."""
    return Side(Counted(count, n, design), None)


def drawn(count: int, n: int, centre: float, spread: float, seed: int) -> Side:
    """A share with draws that are normal about its estimate."""
    draws = centre + spread * np.random.default_rng(seed).normal(size=101)
    draws[0] = centre
    return Side(Counted(count, n, 1.0), draws, n)


def verdict_of(before: Side, after: Side) -> Verdict:
    return changes([compare(before, after, NOW, 1.0)])[0].verdict


@pytest.mark.parametrize(("a", "m", "b", "n"), [(56, 70, 48, 80), (10, 100, 25, 90), (0, 50, 9, 50), (7, 40, 7, 41)])
def test_the_p_value_is_that_of_scipys_corrected_chi_square(a: int, m: int, b: int, n: int) -> None:
    from scipy.stats import chi2_contingency

    expected = chi2_contingency([[a, m - a], [b, n - b]], correction=True).pvalue
    assert compare(plain(a, m), plain(b, n), NOW, 1.0).p_value == pytest.approx(expected)


def test_the_interval_is_newcombes() -> None:
    """Newcombe (1998), table II, example (a) by method 10: 56 of 70 against 48 of 80."""
    figure = compare(plain(48, 80), plain(56, 70), NOW, 1.0).counted
    assert figure.value == pytest.approx(0.2)
    assert figure.interval == pytest.approx((0.0524, 0.3339), abs=5e-5)


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 400), st.data())
def test_without_a_design_effect_the_interval_of_a_share_is_wilsons(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, n))
    assert Counted(count, n, 1.0).figure(NOW, 1.0).interval == pytest.approx(share(count, n, NOW, 1.0).interval)
    wide, narrow = wilson(count / n, n / 3), wilson(count / n, n)
    assert wide[0] <= narrow[0] <= count / n <= narrow[1] <= wide[1]


def test_ten_posts_of_one_voice_are_not_ten_voices() -> None:
    alone, together = (compare(plain(80, 400, d), plain(130, 400, d), NOW, 1.0) for d in (1.0, 6.0))
    assert (alone.p_value or 1) < 0.001
    assert (together.p_value or 0) > 0.05


@pytest.mark.parametrize("design", [1.0, 4.0])
def test_too_few_posts_are_said_to_be_so_and_enter_no_adjustment(design: float) -> None:
    few = compare(plain(1, int(FEWEST * design) - 1, design), plain(300, 400), NOW, 1.0)
    many = compare(plain(100, 400), plain(150, 400), NOW, 1.0)
    (first, second) = changes([few, many])
    assert (first.verdict, first.p_value, first.adjusted_p_value) == (Verdict.FEW, None, None)
    assert second.adjusted_p_value == second.p_value


def test_against_no_posts_there_is_no_difference() -> None:
    figure = compare(plain(0, 0), plain(3, 9), NOW, 1.0).counted
    assert (figure.value, figure.interval, figure.n) == (None, None, 0)
    assert verdict_of(plain(0, 0), plain(3, 9)) is Verdict.FEW


def test_p_values_are_adjusted_as_benjamini_and_hochberg_say() -> None:
    p_values = [0.001, 0.8, 0.013, 0.04, 0.03, 0.2]
    figure = Figure(value=0.1, unit="x", n=800, interval=(0, 0.2), as_of=NOW, coverage=1.0)
    found = changes([Difference(figure, None, p) for p in p_values])
    m, ranked = len(p_values), sorted(p_values)
    expected = [min(1.0, *(m / (k + 1) * q for k, q in enumerate(ranked) if q >= p)) for p in p_values]
    assert [one.adjusted_p_value for one in found] == pytest.approx(expected)
    assert [one.verdict is Verdict.RISE for one in found] == [p <= ALPHA for p in expected]


def test_a_change_is_called_by_its_direction() -> None:
    assert verdict_of(plain(100, 400), plain(160, 400)) is Verdict.RISE
    assert verdict_of(plain(160, 400), plain(100, 400)) is Verdict.FALL
    assert verdict_of(plain(160, 400), plain(161, 400)) is Verdict.NONE
    assert verdict_of(plain(0, 400), plain(0, 400)) is Verdict.NONE


def test_counted_and_corrected_must_both_show_it() -> None:
    before = drawn(100, 400, 0.25, 0.02, 1)
    assert verdict_of(before, drawn(160, 400, 0.40, 0.02, 2)) is Verdict.RISE
    assert verdict_of(before, drawn(105, 400, 0.40, 0.02, 2)) is Verdict.NONE
    assert verdict_of(before, drawn(40, 400, 0.40, 0.02, 2)) is Verdict.NONE
    assert verdict_of(before, drawn(160, 400, 0.26, 0.02, 2)) is Verdict.NONE


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.floats(1, 9), st.data())
def test_a_difference_lies_in_its_interval_and_turns_with_its_sides(
    m: int, n: int, design: float, data: st.DataObject
) -> None:
    a, b = data.draw(st.integers(0, m)), data.draw(st.integers(0, n))
    there = compare(plain(a, m, design), plain(b, n), NOW, 1.0)
    back = compare(plain(b, n), plain(a, m, design), NOW, 1.0)
    assert there.counted.interval
    assert back.counted.interval
    low, high = there.counted.interval
    assert -1 <= (low or 0) <= (there.counted.value or 0) + 1e-12
    assert (there.counted.value or 0) - 1e-12 <= (high or 0) <= 1
    assert there.counted.value == pytest.approx(-(back.counted.value or 0))
    assert low == pytest.approx(-(back.counted.interval[1] or 0))
    assert there.p_value == pytest.approx(back.p_value)


def test_corrected_intervals_hold_the_truth_of_shifted_mixes() -> None:
    """Twenty worlds; ``python -m tests.reports.simulate_mixes`` runs hundreds."""
    held = simulate_mixes.coverage(20, 400, 7)
    assert held.counted < 0.7, "the worlds are too easy to tell anything"
    assert held.corrected >= 0.9
    assert held.corrected_change >= 0.9


def test_where_nothing_shifts_hardly_anything_is_called() -> None:
    reports, comparisons = simulate_mixes.false_alarms(24, 300, 8)
    assert reports <= 0.1
    assert comparisons <= 0.02


def test_a_shift_of_ten_points_is_mostly_found_among_many_posts() -> None:
    assert simulate_mixes.power(6, 1600, 9) >= 0.7
