"""Figures against values known from elsewhere or worked out by hand; nothing warns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.reports.figures import median_wait, quantile, share
from tests.builders import NOW


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.27754),
        (10, 10, 0.72246, 1.0),
        (5, 10, 0.23659, 0.76341),
        (81, 263, 0.25525, 0.36621),  # Newcombe 1998, table I
        (15, 148, 0.06239, 0.16048),
        (0, 20, 0.0, 0.16113),
        (1, 29, 0.00611, 0.17176),
    ],
)
def test_the_interval_of_a_share_is_wilsons(count: int, n: int, low: float, high: float) -> None:
    found = share(count, n, NOW, 0.5)
    assert found.value == count / n
    assert found.interval == pytest.approx((low, high), abs=1e-4)
    assert (found.n, found.unit, found.as_of, found.coverage) == (n, "share", NOW, 0.5)


def test_a_share_of_nothing_is_unknown() -> None:
    found = share(0, 0, NOW, None)
    assert (found.value, found.interval, found.n) == (None, None, 0)


def test_the_median_with_censoring_is_kaplan_meiers() -> None:
    """By hand: 6 posts, answered at 1, 3 and 5 h, open at 2, 4 and 6 h.

    S(1) = 5/6; S(3) = 5/6 * 3/4 = 0.625; S(5) = 0.625 * 1/2 = 0.3125: the median is 5, where the answered alone give 3.
    """
    assert median_wait([1, 3, 5], [2, 4, 6], NOW, None).value == 5
    assert quantile([1, 3, 5], 0.5, NOW, None).value == 3


def test_an_answer_and_an_open_post_at_the_same_time_count_the_open_one_as_still_at_risk() -> None:
    """By hand: S(2) = 1 - 1/4 = 0.75 as four were at risk; S(3) = 0.75 * (1 - 1/2) = 0.375."""
    assert median_wait([2, 3], [2, 9], NOW, None).value == 3


def test_the_interval_of_the_median_is_brookmeyer_and_crowleys() -> None:
    """The 21 treated patients of Freireich 1963 as R's survfit(conf.type = "log-log") gives them: 23 (13, none)."""
    relapsed = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    still = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    found = median_wait(relapsed, still, NOW, None)
    assert (found.value, found.interval, found.n) == (23, (13, None), 21)


def test_the_median_of_the_21_placebo_patients() -> None:
    """The other arm of the same trial, nobody censored: 8 (4, 11)."""
    times = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    found = median_wait(times, [], NOW, None)
    assert (found.value, found.interval) == (8, (4, 11))


def test_where_all_still_wait_there_is_no_median() -> None:
    found = median_wait([], [5, 6], NOW, None)
    assert (found.value, found.interval, found.n) == (None, None, 2)
    assert median_wait([], [], NOW, None).n == 0


def test_where_more_than_half_still_wait_the_median_is_not_reached() -> None:
    found = median_wait([1], [5, 6, 7], NOW, None)
    assert found.value is None
    assert found.n == 4


@pytest.mark.parametrize("n", range(1, 60))
def test_without_open_posts_the_median_is_the_middle_one_to_the_last_digit(n: int) -> None:
    assert median_wait(list(range(1, n + 1)), [], NOW, None).value == (n + 1) // 2


_WAITS = st.lists(st.floats(0, 1e7), max_size=30)


@given(_WAITS, _WAITS)
def test_any_waits_give_a_median_among_them_inside_its_interval(answered: list[float], waiting: list[float]) -> None:
    found = median_wait(answered, waiting, NOW, None)
    assert found.n == len(answered) + len(waiting)
    assert found.value is None or found.value in answered
    low, high = found.interval or (None, None)
    if found.value is not None:
        assert low is None or low <= found.value
        assert high is None or high >= found.value


def test_quantiles_and_their_order_statistics() -> None:
    """Binomial(100, 0.5): the 2.5 and 97.5 points are 40 and 60, so the 40th and the 61st of a hundred."""
    values = [float(value) for value in range(1, 101)]
    median = quantile(values, 0.5, NOW, None)
    assert (median.value, median.interval, median.n) == (50.5, (40.0, 61.0), 100)
    assert quantile(values, 0.9, NOW, None).value == pytest.approx(90.1)


def test_a_quantile_of_few_values_has_no_ends() -> None:
    assert quantile([7.0], 0.5, NOW, None).interval == (None, None)
    assert quantile([], 0.9, NOW, None).value is None


@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=60), st.sampled_from([0.5, 0.9]))
def test_any_quantile_lies_inside_its_interval(values: list[float], where: float) -> None:
    found = quantile(values, where, NOW, None)
    low, high = found.interval or (None, None)
    assert found.value is not None
    assert low is None or low <= found.value * (1 + 1e-9)
    assert high is None or high >= found.value * (1 - 1e-9)
