"""Fits the heads anew on labelled posts plus the shipped training vectors: seconds on a CPU, no torch.

The new heads are the most likely ones under a Gaussian prior around the old ones, so that a task, or a corner of the
vectors' space, of which the corrections say nothing stays as it is.
"""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.errors import ModelError
from nlp.heads import Floats, Heads
from nlp.tasks import CLASSES

Ints = NDArray[np.int64]

VECTORS = "vectors.npz"
"""The file beside the weights that holds ``Shipped``."""
SILENT = -1
"""Target of a task on which a post is silent."""
PULL = 10.0
"""Precision of the prior around the old heads, against a sum of losses over posts."""
SMOOTHING = 0.03
"""Share of each target spread over all classes, as when the encoder was trained."""
MOST_STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Vectors (posts, vector) with targets (posts, tasks): the number of the class, or SILENT."""

    vectors: Floats
    targets: Ints

    def __len__(self) -> int:
        return len(self.vectors)

    def take(self, chosen: NDArray[np.bool_]) -> "Examples":
        """Those of a mask."""
        return Examples(self.vectors[chosen], self.targets[chosen])


def targets_of(labels: dict[str, str]) -> list[int]:
    """One row of targets from labels by task, as ``{"stage": "smot"}``. Raises ValueError for a label that is none."""
    for task, label in labels.items():
        if label not in CLASSES.get(task, ()):
            raise ValueError(f"{label!r} is no {task}; there are {', '.join(CLASSES.get(task, ())) or 'none'}")
    return [classes.index(labels[task]) if task in labels else SILENT for task, classes in CLASSES.items()]


def fit(shipped: "Shipped", corrected: Examples, weight: float) -> Heads:
    """The heads under which the corrections, each counting as ``weight`` posts, and the anchors are most likely.

    Anchors are the shipped vectors with what the shipped heads say of them, not their true labels: the encoder has
    learned those by heart, and fitting them again was seen to cost more than 400 corrections bring.
    """
    old = shipped.heads
    anchors = _with_ones(shipped.known.vectors)
    vectors = np.vstack([anchors, _with_ones(corrected.vectors)])
    before = np.hstack([old.weight, old.bias[:, None]])
    after = before.copy()
    start = 0
    for place, classes in enumerate(CLASSES.values()):
        rows = slice(start, start + len(classes))
        start += len(classes)
        truth = corrected.targets[:, place]
        known = truth != SILENT
        if known.any():
            aims = np.eye(len(classes), dtype=np.float32)[truth[known]] * (1 - SMOOTHING) + SMOOTHING / len(classes)
            here = np.concatenate([np.ones(len(anchors), np.bool_), known])
            counts = np.where(np.arange(here.sum()) < len(anchors), 1, weight).astype(np.float32)
            aims = np.vstack([_softmax(anchors @ before[rows].T), aims])
            after[rows] += _step(before[rows], vectors[here], aims, counts[:, None])
    corrections = int((corrected.targets != SILENT).sum())
    return Heads(old.encoder, after[:, :-1].copy(), after[:, -1].copy(), corrections)


def _step(before: Floats, vectors: Floats, aims: Floats, counts: Floats) -> Floats:
    """How far one head (classes, vector + 1) is to move; the last column holds the constants."""

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        step = flat.reshape(before.shape).astype(np.float32)
        scores = vectors @ (before + step).T
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        slope = (counts * (np.exp(logs) - aims)).T @ vectors + PULL * step
        return float(PULL / 2 * (step**2).sum() - (counts * aims * logs).sum()), slope.ravel().astype(np.float64)

    found = minimize(loss, np.zeros(before.size), jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS})
    step: Floats = found.x.reshape(before.shape).astype(np.float32)
    return step


def _with_ones(vectors: Floats) -> Floats:
    return np.hstack([vectors, np.ones((len(vectors), 1), np.float32)])


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def right(heads: Heads, examples: Examples) -> NDArray[np.bool_]:
    """Whether the heads say of each example what its target says, (posts, tasks); False where it is silent."""
    scores = heads.logits(examples.vectors)
    found = np.zeros(examples.targets.shape, np.bool_)
    start = 0
    for place, classes in enumerate(CLASSES.values()):
        found[:, place] = scores[:, start : start + len(classes)].argmax(axis=1) == examples.targets[:, place]
        start += len(classes)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Shipped:
    """What goes with the encoder to refit its heads: its own heads, and vectors of posts it was (not) trained on."""

    heads: Heads
    known: Examples
    held_out: Examples


def save_shipped(path: Path, heads: Heads, examples: Examples, held_out: NDArray[np.bool_]) -> None:
    """Write heads and vectors, the latter in 8 bits; ``held_out`` is a mask. No text is in the file."""
    scale = np.maximum(np.abs(examples.vectors).max(axis=0), 1e-9) / 127
    np.savez_compressed(
        path,
        card=np.array(json.dumps({"encoder": heads.encoder})),
        weight=heads.weight,
        bias=heads.bias,
        codes=np.rint(examples.vectors / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        targets=examples.targets.astype(np.int8),
        held_out=held_out,
    )


def load_shipped(path: Path, encoder: str) -> Shipped:
    """Read what ``save_shipped`` wrote. Raises ModelError if it is missing, damaged or of another encoder."""
    try:
        with path.open("rb") as file, np.load(file) as stored:
            if json.loads(str(stored["card"]))["encoder"] != encoder:
                raise ValueError("of another version of the model")
            vectors = stored["codes"].astype(np.float32) * stored["scale"]
            whole, held = Examples(vectors, stored["targets"].astype(np.int64)), stored["held_out"]
            return Shipped(Heads(encoder, stored["weight"], stored["bias"]), whole.take(~held), whole.take(held))
    except (OSError, EOFError, KeyError, ValueError, TypeError, BadZipFile, zlib.error) as error:
        raise ModelError(f"{path.name}: the training vectors cannot be read ({error}); reinstall") from error
