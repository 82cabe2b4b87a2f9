"""Figures of merit on plain arrays: F1, calibration error, bootstrap intervals, risk against coverage."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Measure = Callable[[Ints], float]
"""A figure read off a confusion matrix."""


def confusion(truth: Ints, guess: Ints, classes: int) -> Ints:
    """Counts (classes, classes): rows the truth, columns the guess."""
    table = np.zeros((classes, classes), np.int64)
    np.add.at(table, (truth, guess), 1)
    return table


def f1_scores(table: Ints) -> Floats:
    """F1 of each class of a confusion matrix; NaN for a class that is neither true nor guessed."""
    hits = np.diag(table).astype(np.float64)
    total = table.sum(axis=0) + table.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * hits / total)


def macro_f1(table: Ints) -> float:
    """The mean F1 of the classes that occur; NaN for an empty table."""
    scores = f1_scores(table)
    known = scores[~np.isnan(scores)]
    return float(known.mean()) if known.size else float("nan")


def positive_f1(table: Ints) -> float:
    """F1 of the last class, the usual figure of a yes-or-no task."""
    return float(f1_scores(table)[-1])


def calibration_error(truth: Ints, probabilities: Floats, bins: int = 10) -> float:
    """The expected gap between confidence and accuracy over bins of equal width (Guo et al. 2017)."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    numbers = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[numbers == number].mean() - right[numbers == number].mean()) * (numbers == number).mean()
        for number in np.unique(numbers)
    ]
    return float(sum(gaps))


def bootstrap(measure: Measure, truth: Ints, guess: Ints, classes: int, rounds: int = 1000) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile of a measure over resampled posts; seeded."""
    chosen = np.random.default_rng(0).integers(0, len(truth), (rounds, len(truth)))
    figures = np.array([measure(confusion(truth[row], guess[row], classes)) for row in chosen])
    figures = figures[~np.isnan(figures)]
    if not figures.size:
        return float("nan"), float("nan")
    low, high = np.percentile(figures, [2.5, 97.5])
    return float(low), float(high)


def risk_coverage(truth: Ints, probabilities: Floats, coverages: Sequence[float]) -> dict[float, float]:
    """The error rate among the most confident share of posts, for each share."""
    order = np.argsort(-probabilities.max(axis=1), kind="stable")
    wrong = (probabilities.argmax(axis=1) != truth)[order]
    return {share: float(wrong[: max(1, round(share * len(wrong)))].mean()) for share in coverages}
