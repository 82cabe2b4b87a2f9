"""The echo test: planted loops are found, independent series are not called echoes, and the null is a null."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.reports.loop_echo import LEAST_DAYS, LEVEL, LONGEST_LAG, echoes
from tests.reports.simulate_loops import PLANTED_WORLDS, WORLDS, counts_of, simulate

BY_NAME = {world.name: world for world in (*WORLDS, *PLANTED_WORLDS)}


def test_planted_loops_are_found_with_their_lag() -> None:
    out = simulate(BY_NAME["planted, weekly season"], 8)
    assert out.power > 0.8
    assert out.right_lag > 0.9
    assert out.false_discovery < 0.1  # of 8 data sets; the long run is below 0.05


@pytest.mark.parametrize(
    ("name", "datasets"),
    [("weekly season, memory 0.7, slow swings", 8), ("few posts, bursts in both, 91 days", 20)],
)
def test_independent_series_are_seldom_called_echoes(name: str, datasets: int) -> None:
    out = simulate(BY_NAME[name], datasets)
    assert out.false_discovery <= 0.125  # one of 8, two of 20
    assert 0.9 < out.covered < 0.995


def test_shuffled_days_lose_the_planted_loops() -> None:
    random = np.random.default_rng(3)
    counts, lags = counts_of(BY_NAME["planted, weekly season"], random)
    assert lags
    shuffled = {id: (shared, random.permutation(choosing).tolist()) for id, (shared, choosing) in counts.items()}
    found = [echo.q for echo in echoes(shuffled).values() if echo.q is not None]
    assert len(found) == len(counts)
    assert min(found) > LEVEL


def test_p_values_of_independent_series_are_uniform() -> None:
    random = np.random.default_rng(11)
    series = {id: (random.poisson(2, 182).tolist(), random.poisson(2, 182).tolist()) for id in range(200)}
    p = np.array([echo.p for echo in echoes(series, permutations=400).values()])
    for level in (0.05, 0.25, 0.5):
        assert (p <= level).mean() <= level + 3 * (level * (1 - level) / 200) ** 0.5
    assert (p <= 0.5).mean() > 0.3  # not so careful that nothing is found


def test_corrected_p_values_against_a_count_by_hand() -> None:
    random = np.random.default_rng(2)
    series = {id: (random.poisson(2, 91).tolist(), random.poisson(2, 91).tolist()) for id in range(12)}
    found = sorted((echo.p, echo.q) for echo in echoes(series).values() if echo.p is not None and echo.q is not None)
    least = 1.0
    for rank in range(len(found), 0, -1):  # Benjamini and Hochberg, step by step
        least = min(least, found[rank - 1][0] * len(found) / rank)
        assert found[rank - 1][1] == pytest.approx(least)


def test_an_exact_echo_is_found_with_its_size() -> None:
    random = np.random.default_rng(4)
    shared = random.poisson(3, 140) + 12 * (random.random(140) < 0.08)
    for lag in (1, 6, LONGEST_LAG):
        choosing = 5 + 2 * np.roll(shared, lag)
        found = echoes({1: (shared.tolist(), choosing.tolist())})[1]
        assert found.lag == lag
        assert found.p is not None
        assert found.p < 0.001
        assert found.per_post == pytest.approx(2, abs=0.05)
        assert found.interval is not None
        assert 0 < found.interval[0] < 2 < found.interval[1]
        assert found.bursts > 0


def test_questions_that_come_first_are_no_echo() -> None:
    random = np.random.default_rng(6)
    asked = random.poisson(3, 182) + 15 * (random.random(182) < 0.06)
    shared = np.roll(asked, 3) * 2
    found = echoes({1: (shared.tolist(), asked.tolist())})[1]
    assert found.p is not None
    assert found.p > 0.1


def test_what_cannot_be_tested_is_said_to_be_untested() -> None:
    busy = [3] * LEAST_DAYS
    assert echoes({}) == {}
    for pair in (([], []), (busy[7:], busy[7:]), (busy, [0] * LEAST_DAYS), ([1, *[0] * (LEAST_DAYS - 1)], busy)):
        found = echoes({1: pair})[1]
        assert (found.p, found.q, found.lag, found.per_post, found.interval) == (None,) * 5
    constant = echoes({1: (busy, busy)})[1]
    assert constant.p == 1.0
    assert constant.per_post is None


def test_the_same_counts_give_the_same_figures_in_any_order() -> None:
    random = np.random.default_rng(8)
    series = {id: (random.poisson(2, 90).tolist(), random.poisson(2, 90).tolist()) for id in range(5)}
    assert echoes(series) == echoes(dict(reversed(series.items())))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 90), st.lists(st.integers(0, 40), min_size=180, max_size=180))
def test_any_counts_give_figures_that_hold_together(days: int, counts: list[int]) -> None:
    shared, choosing = counts[:days], counts[90 : 90 + days]
    found = echoes({1: (shared, choosing)}, permutations=40)[1]
    assert found.days == days // 7 * 7
    assert found.shared == sum(shared[days % 7 :])
    assert found.choosing == sum(choosing[days % 7 :])
    if found.p is not None:
        assert 0 < found.p <= 1
        assert found.q == pytest.approx(found.p)
        assert 1 <= (found.lag or 0) <= LONGEST_LAG
    if found.interval is not None and found.per_post is not None:
        assert found.interval[0] <= found.interval[1]
