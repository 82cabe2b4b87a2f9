"""Two estimates that only the journey map needs: a difference of shares, and a mean of ratings; pure."""

from collections.abc import Sequence
from datetime import datetime
from math import sqrt

import numpy as np

from listener.reports.figures import Figure


def difference(one: Figure, other: Figure) -> Figure:
    """A share minus another of other posts, with Newcombe's hybrid score interval (1998, method 10)."""
    n = one.n + other.n
    if one.value is None or other.value is None or one.interval is None or other.interval is None:
        return Figure(value=None, unit="difference", n=n, interval=None, as_of=one.as_of, coverage=one.coverage)
    (low, high), (other_low, other_high) = ((at[0] or 0.0, at[1] or 0.0) for at in (one.interval, other.interval))
    value = one.value - other.value
    down = sqrt((one.value - low) ** 2 + (other_high - other.value) ** 2)
    up = sqrt((high - one.value) ** 2 + (other.value - other_low) ** 2)
    interval = (max(-1.0, value - down), min(1.0, value + up))
    return Figure(value=value, unit="difference", n=n, interval=interval, as_of=one.as_of, coverage=one.coverage)


def mean_rating(ratings: Sequence[float], of: int, as_of: datetime) -> Figure:
    """The mean of ratings (1 to 5 stars) with Student's interval, cut to the scale; the whole scale for one alone."""
    n, cover = len(ratings), len(ratings) / of if of else None
    if not n:
        return Figure(value=None, unit="stars", n=0, interval=None, as_of=as_of, coverage=cover)
    mean, interval = float(np.mean(ratings)), (1.0, 5.0)
    if n > 1:
        from scipy.special import stdtrit

        spread = float(stdtrit(n - 1, 0.975)) * float(np.std(ratings, ddof=1)) / sqrt(n)
        interval = (max(1.0, mean - spread), min(5.0, mean + spread))
    return Figure(value=mean, unit="stars", n=n, interval=interval, as_of=as_of, coverage=cover)
