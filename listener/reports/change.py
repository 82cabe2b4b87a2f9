"""Tells whether a share has changed: difference, 95 % interval, p-value corrected for many comparisons, a plain word.

Pure. A share is compared as counted and, where the model's confusions are known, as corrected; the p-value of a
comparison is the larger of the two, so a change is called only where each of them says so, in the same direction. The
corrected one alone would find somewhat more, and calls noise too often where few authors wrote much
(``tests.reports.simulate_mixes``). Posts of one author are no independent witnesses: counts go in with their design
effect. Definitions: docs/metrics.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from listener.reports.figures import Figure, Z, share, wilson

ALPHA = 0.05
"""At most this share of the changes called in a report is expected to be noise (Benjamini and Hochberg 1995)."""
FEWEST = 30
"""Posts, as many as independent ones would be, below which nothing is said of a change."""
UNIT = "difference of shares"


class Verdict(StrEnum):
    """What to make of a difference."""

    RISE = "rise"
    FALL = "fall"
    NONE = "no clear change"
    FEW = "too few"


class Change(BaseModel):
    """A share minus the one before it, -1 to 1; ``n`` are the posts of both sides together.

    ``p_value`` is the larger of those of the counted and the corrected shares, and None where there are too few posts.
    The adjusted one is what the verdict goes by.
    """

    model_config = ConfigDict(frozen=True)
    counted: Figure
    corrected: Figure | None
    p_value: float | None
    adjusted_p_value: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Counted:
    """``count`` of ``n`` posts, which say as much as ``n / design`` posts of as many authors (Kish 1965)."""

    count: int
    n: int
    design: float

    @property
    def worth(self) -> float:
        """How many independent posts these are worth."""
        return self.n / self.design

    def figure(self, as_of: datetime, coverage: float | None) -> Figure:
        """The share with the Wilson interval of so many independent posts."""
        if not self.n:
            return share(0, 0, as_of, coverage)
        low, high = wilson(self.count / self.n, self.worth)
        return share(self.count, self.n, as_of, coverage).model_copy(update={"interval": (low, high)})


@dataclass(frozen=True, slots=True)
class Side:
    """A share on one side of a comparison; ``draws`` are bootstrap draws of it, the estimate first."""

    counted: Counted
    draws: NDArray[np.float64] | None
    n_corrected: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A comparison before the others of its report are known."""

    counted: Figure
    corrected: Figure | None
    p_value: float | None


def compare(before: Side, after: Side, as_of: datetime, coverage: float | None) -> Difference:
    """The difference of two shares. Nothing is tested where a side is worth fewer than ``FEWEST`` posts."""
    old, new = before.counted, after.counted
    if not (old.n and new.n):
        nothing = Figure(value=None, unit=UNIT, n=0, interval=None, as_of=as_of, coverage=coverage)
        return Difference(nothing, None, None)
    p_value, ends = _two_shares(old, new)
    value = new.count / new.n - old.count / old.n
    counted = Figure(value=value, unit=UNIT, n=old.n + new.n, interval=ends, as_of=as_of, coverage=coverage)
    corrected, by_draws = None, p_value
    if before.draws is not None and after.draws is not None:
        moved = after.draws - before.draws
        centre, spread = float(moved[0]), float(moved[1:].std(ddof=1))
        ends = (max(-1.0, centre - Z * spread), min(1.0, centre + Z * spread))
        n = before.n_corrected + after.n_corrected
        corrected = Figure(value=centre, unit=UNIT, n=n, interval=ends, as_of=as_of, coverage=coverage)
        by_draws = two_sided(centre / spread) if spread else float(centre == 0)
    if min(old.worth, new.worth) < FEWEST:
        return Difference(counted, corrected, None)
    return Difference(counted, corrected, max(p_value, by_draws))


def changes(differences: Sequence[Difference]) -> list[Change]:
    """All comparisons of a report with their verdicts, in order; p-values are adjusted over those that have one."""
    from scipy.stats import false_discovery_control

    known = [one.p_value for one in differences if one.p_value is not None]
    adjusted = iter(false_discovery_control(known, method="bh").tolist() if known else [])
    return [_change(one, None if one.p_value is None else float(next(adjusted))) for one in differences]


def two_sided(score: float) -> float:
    """The p-value of a normal score."""
    return erfc(abs(score) / sqrt(2))


def _change(one: Difference, adjusted: float | None) -> Change:
    moved = one.counted.value or 0.0
    agreed = one.corrected is None or (one.corrected.value or 0.0) * moved > 0
    if adjusted is None:
        verdict = Verdict.FEW
    elif adjusted > ALPHA or not moved or not agreed:
        verdict = Verdict.NONE
    else:
        verdict = Verdict.RISE if moved > 0 else Verdict.FALL
    return Change(
        counted=one.counted,
        corrected=one.corrected,
        p_value=one.p_value,
        adjusted_p_value=adjusted,
        verdict=verdict,
    )


def _two_shares(old: Counted, new: Counted) -> tuple[float, tuple[float, float]]:
    """The p-value of equal shares, and the interval of the difference.

    The score test with pooled variance and Yates' (1934) correction for continuity; Newcombe's (1998) interval 10.
    """
    first, second = old.count / old.n, new.count / new.n
    pooled = (first * old.worth + second * new.worth) / (old.worth + new.worth)
    step = 1 / old.worth + 1 / new.worth
    spread = sqrt(pooled * (1 - pooled) * step)
    score = max(0.0, abs(second - first) - step / 2) / spread if spread > 0 else 0.0
    (low_1, high_1), (low_2, high_2) = wilson(first, old.worth), wilson(second, new.worth)
    moved = second - first
    low = moved - sqrt((second - low_2) ** 2 + (high_1 - first) ** 2)
    high = moved + sqrt((high_2 - second) ** 2 + (first - low_1) ** 2)
    return two_sided(score), (max(-1.0, low), min(1.0, high))
