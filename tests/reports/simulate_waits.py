"""Waits with a known median, censored at the last check: does the reported interval hold it, and the naive one?

``python -m tests.reports.simulate_waits`` prints both. Response times are lognormal with a median of ten hours; posts
come in evenly over three days before the last check, so that slow answers are often not there yet.
"""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log

import numpy as np

from listener.reports.figures import Figure
from listener.reports.response_times import Waits, wait_figures

TRUE_MEDIAN = 10 * 3600.0
SIGMA = 1.5
SPAN = 3 * 86_400.0
POSTS = 150
RUNS = 1000
AT = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Over all runs: how often the interval held the true median, and the mean of the medians over the true one."""

    covered: float
    ratio: float


def simulate(runs: int = RUNS, seed: int = 11) -> dict[str, Outcome]:
    """The Kaplan-Meier median as reported, and the median of the answered alone."""
    draws = np.random.default_rng(seed)
    found: dict[str, list[Figure]] = {"kaplan-meier": [], "answered alone": []}
    for _ in range(runs):
        age = draws.uniform(0, SPAN, POSTS)
        response = draws.lognormal(log(TRUE_MEDIAN), SIGMA, POSTS)
        waits = Waits(AT.timestamp() - age, np.where(response <= age, response, np.nan), age)
        figures = wait_figures(waits, AT, None)
        found["kaplan-meier"].append(figures.median)
        found["answered alone"].append(figures.answered_median)
    return {name: _outcome(medians) for name, medians in found.items()}


def _outcome(medians: list[Figure]) -> Outcome:
    held = [_holds(figure) for figure in medians]
    values = [figure.value for figure in medians if figure.value is not None]
    return Outcome(sum(held) / len(held), float(np.mean(values)) / TRUE_MEDIAN)


def _holds(figure: Figure) -> bool:
    low, high = figure.interval or (None, None)
    return (low is None or low <= TRUE_MEDIAN) and (high is None or high >= TRUE_MEDIAN)


def lines(outcomes: dict[str, Outcome], runs: int = RUNS) -> str:
    """A line for each way to take the median."""
    said = [f"{runs} runs of {POSTS} posts, true median {TRUE_MEDIAN / 3600:.0f} h"]
    for name, outcome in outcomes.items():
        said.append(f"{name}: interval holds it in {100 * outcome.covered:.1f} %, median / truth {outcome.ratio:.2f}")
    return "\n".join(said) + "\n"


if __name__ == "__main__":
    sys.stdout.write(lines(simulate()))
