"""Corrected shares of many groups of posts at once, so that their differences have intervals too; see ``prevalence``.

What is the same in all groups is drawn once: a draw of one group rests on the same resample of the reference, and on
the same weight of each author, as that draw of every other. So what the reference does not know drops out of a
difference as far as it moves both groups alike. Posts of one author are weighed as one (a cluster bootstrap, Field and
Welsh 2007): ten posts of one voice say less than ten of ten.

The estimate is the one of ``prevalence.estimate_shares``. For the draws about it posts of like probabilities are
counted together, which makes hundreds of groups affordable; what that shifts, it shifts in all draws alike, and is
taken off again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nlp.prevalence import FLOOR, HALF, SEED, Reference, maximise

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

DRAWS = 100
GRID = 8
"""Calibrated probabilities that are the same to an eighth count as one."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Some of the posts: ``posts`` are row numbers, ``known`` further ones of each class that a person labelled."""

    posts: Numbers
    known: Sequence[int]

    @property
    def n(self) -> int:
        """How many posts its shares rest on."""
        return len(self.posts) + sum(self.known)


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Shares of a group, (1 + draws, classes): the estimate first. ``n`` posts; no row at all where there are none."""

    shares: Floats
    n: int

    def of(self, classes: Sequence[int]) -> Floats:
        """The share of several classes together, (1 + draws,)."""
        found: Floats = self.shares[:, list(classes)].sum(axis=1)
        return found


def draw_shares(
    probabilities: ArrayLike, authors: ArrayLike, reference: Reference, groups: Sequence[Group], draws: int = DRAWS
) -> list[Draws]:
    """Shares of the classes in each group, which may overlap, in the order of the reference's names.

    ``probabilities`` is what the model said, (posts, classes); ``authors`` numbers who wrote each, (posts,). The same
    posts always give the same draws. Raises ValueError for other shapes or more draws than the reference has resamples.
    """
    said, classes = np.asarray(probabilities, np.float64), len(reference.names)
    said = said.reshape(-1, classes) if not said.size else said
    voices, voice = np.unique(np.asarray(authors, np.int64), return_inverse=True)
    if said.ndim != 2 or said.shape[1] != classes or len(voice) != len(said):
        raise ValueError(f"probabilities must be (posts, {classes}) with an author each, not {said.shape}")
    if draws >= len(reference.weights):
        raise ValueError(f"the reference has {len(reference.weights) - 1} resamples, not {draws}")
    used = Reference(reference.names, reference.counts, reference.weights[: draws + 1], reference.prior[: draws + 1])
    logs = np.log(np.maximum(said, FLOOR))
    cells, cell = _cells(logs, used)
    random = np.random.default_rng(SEED)
    weights = random.standard_exponential((len(voices), draws + 1), dtype=np.float32)
    weights[:, 0] = 1
    bag = _Bag(_fit(used).likelihoods(logs)[:1], used.likelihoods(cells), cell, weights, voice)
    start = np.full((draws + 1, classes), 1 / classes)
    start = _shares(bag, np.arange(len(said)), _before([0] * classes, draws, random), start)
    found = [_shares(bag, group.posts, _before(group.known, draws, random), start) for group in groups]
    return [Draws(one if group.n else one[:0], group.n) for one, group in zip(found, groups, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class _Bag:
    """All posts: likelihoods (1, posts, classes) of each and (1 + draws, cells, classes) of cells, which cell each is
    in, weights of voices (voices, 1 + draws), and whose voice each is.
    """

    single: NDArray[np.float32]
    merged: NDArray[np.float32]
    cell: Numbers
    weights: NDArray[np.float32]
    voice: Numbers


def _shares(bag: _Bag, posts: Numbers, before: Floats, start: Floats) -> Floats:
    """The estimate and the draws about it, (1 + draws, classes)."""
    ordered = posts[np.argsort(bag.cell[posts], kind="stable")]
    here, begins = np.unique(bag.cell[ordered], return_index=True)
    weighed = bag.weights[bag.voice[ordered]]
    weighed = np.add.reduceat(weighed, begins, axis=0) if len(ordered) else weighed
    shares = maximise(np.take(bag.merged, here, axis=1), weighed.T.astype(np.float64), before, start)
    exact = maximise(bag.single[:, posts], np.ones((1, len(posts))), before[:1], shares[:1])
    found: Floats = np.clip(shares + exact - shares[:1], 0, 1)
    return found


def _before(known: Sequence[int], draws: int, random: np.random.Generator) -> Floats:
    """What each class has beforehand, with the posts that a person labelled: (1 + draws, classes)."""
    sure = HALF + np.array(known, np.float64)
    return np.vstack([sure, random.gamma(sure, size=(draws, len(sure)))])


def _cells(logs: Floats, reference: Reference) -> tuple[Floats, Numbers]:
    """Posts of like calibrated probabilities as one, the mean of their logs: (cells, classes), and each post's cell."""
    if not len(logs):
        return logs, np.zeros(0, np.int64)
    calibrated = _fit(reference).likelihoods(logs)[0] * reference.prior[0]
    rounded = np.round(calibrated * GRID).astype(np.int64) @ (GRID + 1) ** np.arange(logs.shape[1])
    _, cell, sizes = np.unique(rounded, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(cell, column, len(sizes)) for column in logs.T], axis=1)
    return sums / sizes[:, None], cell.astype(np.int64)


def _fit(reference: Reference) -> Reference:
    """The fit without most of the resamples: at least one belongs to a reference."""
    return Reference(reference.names, reference.counts, reference.weights[:2], reference.prior[:2])
