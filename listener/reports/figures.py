"""A measured figure: never a number alone, but with n, a 95 % interval, the time it holds for, and coverage."""

import warnings
from collections.abc import Sequence
from datetime import datetime
from math import sqrt
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    import numpy as np

    Numbers = Sequence[float] | np.ndarray[Any, Any]

Z = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


class Part(BaseModel):
    """Any part of a report: it does not change once measured."""

    model_config = ConfigDict(frozen=True)


class Figure(Part):
    """One figure. ``value`` and ``interval`` are None where nothing can be said."""

    value: float | None
    unit: str = Field(description="share (0 to 1), seconds, posts a day, count, or points of sentiment or of rating")
    n: int = Field(description="how many posts the figure rests on")
    interval: tuple[float | None, float | None] | None = Field(description="95 % interval; None in it is unbounded")
    as_of: datetime
    coverage: float | None = Field(description="share (0 to 1) of the posts in question whose state could be known")


def share(count: int, n: int, as_of: datetime, coverage: float | None) -> Figure:
    """``count`` of ``n`` with its Wilson interval (Wilson 1927).

    Written out, since scipy's comes with an exact test that takes 3 ms a figure; a test compares the two.
    """
    if n == 0:
        return Figure(value=None, unit="share", n=0, interval=None, as_of=as_of, coverage=coverage)
    return Figure(value=count / n, unit="share", n=n, interval=wilson(count / n, n), as_of=as_of, coverage=coverage)


def weighted_share(parts: "Numbers", weights: "Numbers", as_of: datetime, coverage: float | None) -> Figure:
    """The mean of ``parts`` (each 0 to 1) by weights, with a Wilson interval for the effective number of posts.

    That number is (sum of weights)^2 / sum of squared weights (Kish 1965), so that one heavy post among many light ones
    gives a wide interval; parts between 0 and 1 make it wider than need be. ``n`` counts the posts.
    """
    import numpy as np

    part, weight = np.asarray(parts, float), np.asarray(weights, float)
    total = float(weight.sum())
    if total <= 0:
        return Figure(value=None, unit="share", n=0, interval=None, as_of=as_of, coverage=coverage)
    effective = total**2 / float((weight**2).sum())
    value = min(1.0, max(0.0, float((part * weight).sum()) / total))
    interval = wilson(value, effective)
    return Figure(value=value, unit="share", n=len(part), interval=interval, as_of=as_of, coverage=coverage)


def wilson(value: float, n: float) -> tuple[float, float]:
    """The interval of Wilson (1927) for a share of ``n`` posts, which need not be whole."""
    centre = (value + Z**2 / (2 * n)) / (1 + Z**2 / n)
    spread = Z * sqrt(value * (1 - value) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return max(0.0, min(value, centre - spread)), min(1.0, max(value, centre + spread))


def median_wait(answered: "Numbers", waiting: "Numbers", as_of: datetime, coverage: float | None) -> Figure:
    """The Kaplan-Meier median of waits in seconds, where ``waiting`` ones are still open (right-censored).

    The interval is where the log-log confidence band of the survival function crosses one half (Brookmeyer and
    Crowley 1982); an end that is never crossed is None. The value is None if more than half are still waiting.
    """
    n = len(answered) + len(waiting)
    if len(answered) == 0:
        return Figure(value=None, unit="seconds", n=n, interval=None, as_of=as_of, coverage=coverage)
    import numpy as np
    from scipy.stats import CensoredData, ecdf

    survival = ecdf(CensoredData(uncensored=list(answered), right=list(waiting))).sf
    times, alive = survival.quantiles, survival.probabilities
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # the band is undefined where the curve is at 1 or 0
        band = survival.confidence_interval(confidence_level=0.95, method="log-log")

    def crossing(curve: Sequence[float]) -> float | None:
        below = np.flatnonzero(
            np.nan_to_num(np.asarray(curve), nan=1.0) <= 0.5 + 1e-9
        )  # products of fractions miss 1/2 by a hair
        return float(times[below[0]]) if below.size else None

    value = crossing(alive)
    interval = (crossing(band.low.probabilities), crossing(band.high.probabilities))
    return Figure(value=value, unit="seconds", n=n, interval=interval, as_of=as_of, coverage=coverage)


def quantile(values: "Numbers", at: float, as_of: datetime, coverage: float | None) -> Figure:
    """The ``at`` quantile (0 to 1, linear between neighbours) with the order-statistics interval."""
    n = len(values)
    if n == 0:
        return Figure(value=None, unit="seconds", n=0, interval=None, as_of=as_of, coverage=coverage)
    import numpy as np
    from scipy.stats import binom

    ordered = np.sort(np.asarray(values, float))
    low, high = int(binom.ppf(0.025, n, at)) - 1, int(binom.ppf(0.975, n, at))
    interval = (
        float(ordered[low]) if low >= 0 else None,
        float(ordered[high]) if high < n else None,
    )
    value = float(np.quantile(ordered, at))
    return Figure(value=value, unit="seconds", n=n, interval=interval, as_of=as_of, coverage=coverage)


def rate_a_day(count: int, days: int, as_of: datetime) -> Figure:
    """``count`` in so many days as a rate, with the exact Poisson interval (Garwood 1936); None over no day."""
    if days <= 0:
        return Figure(value=None, unit="posts a day", n=count, interval=None, as_of=as_of, coverage=0.0)
    from scipy.stats import chi2

    low = float(chi2.ppf(0.025, 2 * count)) / 2 if count else 0.0
    high = float(chi2.ppf(0.975, 2 * (count + 1))) / 2
    interval = (low / days, high / days)
    return Figure(value=count / days, unit="posts a day", n=count, interval=interval, as_of=as_of, coverage=1.0)
