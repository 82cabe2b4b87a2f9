"""Are refitted heads better? Judged on corrections they have not learned from and on posts nobody trained on.

Corrections are no fair sample: people correct what is wrong, so on them any change looks good. That is why the new
heads must also lose nothing on the shipped vectors that were held out of the model's training.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from nlp.heads import Heads
from nlp.heads_fitting import SILENT, Examples, Shipped, fit, right
from nlp.tasks import CLASSES

FOLDS = 5
FEWEST = 20
"""Corrected posts below which nothing can be said of held-out ones."""
WEIGHT = 4.0
"""A correction counts as so many shipped posts; chosen, like the pull, with half of the development set as corrections
and the other half to judge by: from 10 on the other half gets worse again."""
MAY_LOSE = 0.01
"""Share of held-out training labels that the new heads may get wrong beyond the old ones: less is noise."""
SURE = 0.05


@dataclass(frozen=True, slots=True)
class TaskTrial:
    """Labels that the old and the new heads got right in one task, of ``corrected`` and of ``known`` ones."""

    task: str
    corrected: int
    corrected_before: int
    corrected_after: int
    known: int
    known_before: int
    known_after: int


@dataclass(frozen=True, slots=True)
class Trial:
    """The new heads, fitted on everything, and what heads fitted without the fold at hand got right."""

    heads: Heads
    posts: int
    tasks: tuple[TaskTrial, ...]
    chance: float
    """One-sided exact sign test over texts: how likely so good a trade is if the new heads were no better."""
    lost: float
    """Share of held-out training labels right before and wrong after, less the opposite."""

    @property
    def is_better(self) -> bool:
        """Better on held-out corrections beyond chance, and no worse on held-out training posts."""
        return self.chance <= SURE and self.lost <= MAY_LOSE


def run_trial(
    shipped: Shipped, corrected: Examples, texts: Sequence[str], advance: Callable[[int], None] = lambda _: None
) -> Trial:
    """Fit with each fifth of the corrections left out, then with all. ``texts`` keep repetitions in one fold.

    ``advance`` is called once a fit, ``FOLDS + 1`` times.
    """
    old, held_out = shipped.heads, shipped.held_out
    folds = np.array([_fold(text) for text in texts])
    before = right(old, corrected)
    after = np.zeros_like(before)
    for fold in range(FOLDS):
        here = folds == fold
        if here.any():
            without = fit(shipped, corrected.take(~here), WEIGHT)
            after[here] = right(without, corrected.take(here))
        advance(1)
    heads = fit(shipped, corrected, WEIGHT)
    advance(1)
    shipped_before, shipped_after = right(old, held_out), right(heads, held_out)
    # A text counts once: its labels go wrong together, and a repetition of it is no further evidence.
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    balance = np.bincount([places[text] for text in texts], after.sum(axis=1) - before.sum(axis=1))
    gained, spoiled = int((balance > 0).sum()), int((balance < 0).sum())
    chance = binomtest(gained, gained + spoiled, alternative="greater").pvalue if gained + spoiled else 1.0
    counts = zip(
        CLASSES,
        *((examples.targets != SILENT).sum(axis=0) for examples in (corrected, held_out)),
        *(marks.sum(axis=0) for marks in (before, after, shipped_before, shipped_after)),
        strict=True,
    )
    return Trial(
        heads=heads,
        posts=len(corrected),
        tasks=tuple(
            TaskTrial(task, int(n), int(then), int(now), int(m), int(m_then), int(m_now))
            for task, n, m, then, now, m_then, m_now in counts
        ),
        chance=float(chance),
        lost=_share(shipped_before.sum() - shipped_after.sum(), (held_out.targets != SILENT).sum()),
    )


def _fold(text: str) -> int:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[0] % FOLDS


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> float:
    return float(part) / float(whole) if whole else 0.0
