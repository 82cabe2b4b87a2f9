"""Shares, and differences of shares, among posts that come in bunches, as those of one thread or author do."""

from datetime import datetime
from math import sqrt
from typing import TYPE_CHECKING

from listener.reports.figures import Figure, wilson

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def bunched_share(hits: "ArrayLike", bunches: "ArrayLike", as_of: datetime, coverage: float | None) -> Figure:
    """The share of ``hits`` (1 or 0, one a post) with Wilson's interval at the effective number of posts.

    Posts of one bunch (a number each) tend to agree and say less than as many strangers would: the number is divided
    by the design effect, the variance between bunches over that of independent posts (Kish 1965; Dean and Pagano
    2015), never below 1. Where all agree, only bunches count. One post a bunch gives Wilson's own interval.
    """
    import numpy as np

    said = np.asarray(hits, float)
    n = len(said)
    if n == 0:
        return Figure(value=None, unit="share", n=0, interval=None, as_of=as_of, coverage=coverage)
    value = float(said.mean())
    numbers = np.unique(np.asarray(bunches), return_inverse=True)[1]
    count = int(numbers.max()) + 1
    effective = float(count)
    if 0 < value < 1 and count > 1:
        apart = np.bincount(numbers, weights=said - value)
        variance = count / (count - 1) * float(apart @ apart) / n**2
        effective = min(float(n), value * (1 - value) / variance) if variance > 0 else float(n)
    return Figure(value=value, unit="share", n=n, interval=wilson(value, effective), as_of=as_of, coverage=coverage)


def difference(one: Figure, other: Figure) -> Figure:
    """``one`` less ``other``, two shares of different posts, with Newcombe's interval (1998, his method 10)."""
    value: float | None = None
    interval: tuple[float | None, float | None] | None = None
    if one.value is not None and other.value is not None:
        value = one.value - other.value
        (low, high), (other_low, other_high) = _ends(one), _ends(other)
        interval = (
            value - sqrt((one.value - low) ** 2 + (other_high - other.value) ** 2),
            value + sqrt((high - one.value) ** 2 + (other.value - other_low) ** 2),
        )
    return Figure(
        value=value, unit="share", n=one.n + other.n, interval=interval, as_of=one.as_of, coverage=one.coverage
    )


def _ends(figure: Figure) -> tuple[float, float]:
    low, high = figure.interval or (None, None)
    return low or 0.0, 1.0 if high is None else high
