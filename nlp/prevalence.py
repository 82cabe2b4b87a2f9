"""Shares of classes corrected for a model's known confusions: probabilities in, shares with 95 % intervals out.

Counting predicted labels is biased: a model that takes one post in ten of a common class for a rare one multiplies the
rare one. Here the shares are instead those under which the probabilities of all posts are most likely, found by
expectation maximisation (Saerens, Latinne and Decaestecker 2002) after the probabilities have been calibrated on
labelled posts that the model was not trained on (``Reference``). That holds as long as only the mix of classes shifts:
posts of one class must look as the reference's do. Where they do not, as among posts of one source or one language
alone, correcting may be no better than counting, and the interval too narrow: ``nlp.training.prevalence_error``
measures both cases.

The interval speaks, as Wilson's does, of the conversation that the posts are a sample of. It comes from a weighted
likelihood bootstrap (Newton and Raftery 1994): each of its draws weighs every post anew, takes another resample of the
reference, and gives each class a random share of Jeffreys' half a post, so that with a perfect model it is Jeffreys'
interval and at 0 or 1 it keeps a width. It does not contain what the assumption above misses.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.errors import ModelError

Floats = NDArray[np.float32]

FLOOR = 1e-4
"""Probabilities below count as this: no model knows so well what a post is not."""
HALF = 0.5
"""Posts that each class is given beforehand (Jeffreys)."""
SEED = 20261121
ROUNDS, CLOSE = 200, 1e-4
"""Most rounds of expectation maximisation, and the change of a share at which it stops."""
MANY = 2000
"""From so many posts on, like ones are counted together: within rounding the same shares, in bounded time."""


@dataclass(frozen=True, slots=True)
class ShareEstimate:
    """One class: its share by counting labels and corrected, with a 95 % interval; None where there are no posts."""

    name: str
    raw_share: float | None
    share: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What labelled posts have shown of a classifier in one task; made by ``nlp.training.prevalence_reference``.

    Row 0 is the fit, the others are resamples of it. Calibrated probabilities are the softmax of
    ``log(probabilities) @ weights[row, :-1] + weights[row, -1]``.
    """

    names: tuple[str, ...]
    counts: NDArray[np.int64]
    """Labelled posts of each class, (classes,)."""
    weights: Floats
    """(1 + resamples, classes + 1, classes); the last row of each holds the constants."""
    prior: Floats
    """Shares of the classes among the labelled posts, (1 + resamples, classes), all above 0."""

    def __post_init__(self) -> None:
        """Raise ValueError where the parts do not fit together."""
        classes, rows = len(self.names), len(self.weights)
        shapes = (self.counts.shape, self.weights.shape, self.prior.shape)
        if rows < 2 or shapes != ((classes,), (rows, classes + 1, classes), (rows, classes)):
            raise ValueError(f"of another shape: {shapes} for {classes} classes")

    def likelihoods(self, logs: NDArray[np.float64]) -> Floats:
        """How likely each post is in each class, up to a factor a post: (rows, posts, classes)."""
        scores = logs.astype(np.float32) @ self.weights[:, :-1] + self.weights[:, -1:]
        scores -= scores.max(axis=2, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=2, keepdims=True) * self.prior[:, None]
        return scores


@dataclass(frozen=True, slots=True)
class References:
    """The references of one model by task, ``stage`` and ``sentiment``; ``model`` is its name and version."""

    model: str
    tasks: dict[str, Reference]

    @classmethod
    def load(cls, path: Path) -> "References":
        """Read a file. Raises ModelError if it is missing or damaged."""
        try:
            with path.open("rb") as file, np.load(file) as stored:
                card = json.loads(str(stored["card"]))
                tasks = {
                    task: Reference(
                        tuple(names), *(stored[f"{task}.{part}"] for part in ("counts", "weights", "prior"))
                    )
                    for task, names in card["tasks"].items()
                }
                return cls(card["model"], tasks)
        except (OSError, EOFError, KeyError, ValueError, AttributeError, TypeError, BadZipFile, zlib.error) as error:
            raise ModelError(f"{path.name}: the model's reference cannot be read ({error}); reinstall") from error

    def save(self, path: Path) -> None:
        """Write a file of some 30 kB; it holds no text and no post."""
        card = {"model": self.model, "tasks": {task: reference.names for task, reference in self.tasks.items()}}
        parts = {
            f"{task}.{part}": getattr(reference, part)
            for task, reference in self.tasks.items()
            for part in ("counts", "weights", "prior")
        }
        np.savez_compressed(path, card=np.array(json.dumps(card)), **parts)


def estimate_shares(probabilities: ArrayLike, reference: Reference, known: Sequence[int] = ()) -> list[ShareEstimate]:
    """The share of each class among posts, in the order of the reference's names; the shares sum to 1.

    ``probabilities`` is what the model said, (posts, classes). ``known`` counts further posts of each class about which
    nothing is uncertain, as a person has said it. The same posts always give the same figures. A class
    without labelled posts has the interval (0, 1). Raises ValueError for another shape or numbers not from 0 to 1.
    """
    sure = np.array(known or [0] * len(reference.names), np.float64)
    given = np.asarray(probabilities, np.float64)
    if not given.size:
        given = given.reshape(0, len(reference.names))
    n = len(given) + int(sure.sum())
    if not n:
        return [ShareEstimate(name, None, None, None, None, 0) for name in reference.names]
    if sure.shape != (len(reference.names),) or (sure < 0).any():
        raise ValueError(f"known must be {len(reference.names)} counts")
    if given.ndim != 2 or given.shape[1] != len(reference.names):
        raise ValueError(f"probabilities must be (posts, {len(reference.names)}), not {given.shape}")
    if not ((given >= 0) & (given <= 1)).all():
        raise ValueError("probabilities must lie between 0 and 1")
    raw = (np.bincount(given.argmax(axis=1), minlength=len(reference.names)) + sure) / n
    draws = _draws(np.log(np.maximum(given, FLOOR)), reference, sure)
    share, (low, high) = draws[0], np.quantile(draws[1:], (0.025, 0.975), axis=0, method="weibull")
    unknown = (reference.counts == 0) & (len(given) > 0)
    low, high = np.where(unknown, 0, np.minimum(low, share)), np.where(unknown, 1, np.maximum(high, share))
    return [
        ShareEstimate(name, float(raw[at]), float(share[at]), float(low[at]), float(high[at]), n)
        for at, name in enumerate(reference.names)
    ]


def _draws(logs: NDArray[np.float64], reference: Reference, known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares, (rows, classes): the estimate first, then a draw for each resample of the reference."""
    random = np.random.default_rng(SEED)
    posts, sizes = _merged(logs) if len(logs) > MANY else (logs, np.ones(len(logs)))
    rows, classes = reference.prior.shape
    weights = random.gamma(sizes, size=(rows, len(posts)))
    before = random.gamma(HALF + known, size=(rows, classes))
    weights[0], before[0] = sizes, HALF + known
    likelihoods = reference.likelihoods(posts)
    first = maximise(likelihoods[:1], weights[:1], before[:1], np.full((1, classes), 1 / classes))
    others = maximise(likelihoods[1:], weights[1:], before[1:], np.repeat(first, rows - 1, axis=0))
    return np.vstack([first, others])


def maximise(
    likelihoods: Floats, weights: NDArray[np.float64], before: NDArray[np.float64], start: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Expectation maximisation of all rows at once; ``weights`` (rows, posts), the others (rows, classes).

    ``likelihoods`` is (rows, posts, classes), up to a factor a post; ``before`` are posts of known class.
    """
    shares, small = start, weights.astype(np.float32)
    total = weights.sum(axis=1, keepdims=True) + before.sum(axis=1, keepdims=True)
    for _ in range(ROUNDS):
        # Some kernels compute on padding too and raise the flag of an invalid value; all values here are finite.
        with np.errstate(invalid="ignore"):
            mixed = (likelihoods @ shares.astype(np.float32)[:, :, None])[:, :, 0]
            found = ((small / mixed)[:, None] @ likelihoods)[:, 0]
        new: NDArray[np.float64] = (shares * found + before) / total
        new /= new.sum(axis=1, keepdims=True)
        if np.abs(new - shares).max() < CLOSE:
            return new
        shares = new
    return shares


def _merged(logs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Posts of like probabilities as one, the mean of their logs: (cells, classes), and how many each stands for."""
    _, cell, sizes = np.unique(np.round(logs).astype(np.int8), axis=0, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(cell.ravel(), column, len(sizes)) for column in logs.T], axis=1)
    return sums / sizes[:, None], sizes.astype(np.float64)
