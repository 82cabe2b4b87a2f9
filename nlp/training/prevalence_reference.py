"""Measures a model's confusions: ``python -m nlp.training.prevalence_reference labels.jsonl prevalence.npz``.

The labelled posts must be ones that the model was not trained on: the development set, and with ``--held-out-of`` the
part of the training posts that ``nlp.training.train`` kept back. The file holds fits, no text. What is measured on the
same posts afterwards is flattered: ``prevalence_error`` splits them.
"""

import argparse
import csv
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.words import Sentiment, Stage
from nlp.cleaning import clean
from nlp.moments import load_classifier
from nlp.prevalence import FLOOR, SEED, Reference, References
from nlp.tasks import CLASSES
from nlp.training import data

Matrix = NDArray[np.float64]

TASKS: dict[str, tuple[Stage, ...] | tuple[Sentiment, ...]] = {"stage": tuple(Stage), "sentiment": tuple(Sentiment)}
RESAMPLES, STEPS, STEPS_OF_RESAMPLES = 200, 20, 4
RIDGE, RIDGE_OF_THE_FREE = 1.0, 0.001
"""Pull towards the model's own probabilities, a labelled post: of single weights, and of temperature and constants."""
HELD_TRUST = 0.5
"""What a held-out post read once counts beside one that was read twice, as the development set was: decision 0007."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Classify the labelled posts with the current model and write its reference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    parser.add_argument("output", type=Path)
    add_held_out(parser)
    options = parser.parse_args(arguments)
    rows = [json.loads(line) for line in options.labels.read_text(encoding="utf-8").splitlines()]
    held = held_out_rows(options)
    trust = np.concatenate([np.ones(len(rows)), trust_of(held)])
    measured = {
        task: measure(tuple(TASKS[task]), probabilities, truth, trust=trust)
        for task, (probabilities, truth) in labelled(rows + held).items()
    }
    References(load_classifier().model, measured).save(options.output)


def add_held_out(parser: argparse.ArgumentParser) -> None:
    """Add the options that name training posts, whose held-out part is to serve too."""
    parser.add_argument("--held-out-of", type=Path, nargs="*", default=[], help="all --posts of nlp.training.train")
    parser.add_argument("--held-out", type=float, default=0.06, help="as given to nlp.training.train")
    parser.add_argument("--read-twice", type=Path, help="labels of a second reading by id, which stand before theirs")


def held_out_rows(options: argparse.Namespace) -> list[dict[str, Any]]:
    """The held-out part, as rows of labels; ``read_twice`` says whether they are those of a second reading."""
    if not options.held_out_of:
        return []
    second = labels_read_twice(options.read_twice) if options.read_twice else {}
    _, held = data.held_out(data.labelled(options.held_out_of), options.held_out)
    return [
        {"text": post.text, "read_twice": post.id in second}
        | {task: CLASSES[task][number] for task, number in post.targets.items()}
        | second.get(post.id, {})
        for post in held
    ]


def labels_read_twice(path: Path) -> dict[str, dict[str, str]]:
    """Read tab-separated labels by id. Raises ValueError for a label that is none and for an id named twice."""
    found: dict[str, dict[str, str]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            labels = {task: row[task] for task in TASKS}
            if row["id"] in found or any(label not in CLASSES[task] for task, label in labels.items()):
                raise ValueError(f"{path}: {row['id']}: named twice, or one of {labels} is none")
            found[row["id"]] = labels
    return found


def trust_of(held: Sequence[dict[str, Any]]) -> Matrix:
    """What each held-out row counts, (rows,): 1 if it was read twice, as those of the development set do."""
    return np.array([1.0 if row["read_twice"] else HELD_TRUST for row in held])


def labelled(rows: Sequence[dict[str, Any]]) -> dict[str, tuple[Matrix, NDArray[np.int64]]]:
    """For each task what the current model says, (posts, classes), and the number of the true class of each post."""
    labels = load_classifier().classify([clean(row["text"]) for row in rows])
    said: dict[str, list[dict[Any, float]]] = {
        "stage": [dict(label.stage_probabilities) for label in labels],
        "sentiment": [dict(label.sentiment_probabilities) for label in labels],
    }
    return {
        task: (
            np.array([[one[name] for name in names] for one in said[task]]),
            np.array([[str(name) for name in names].index(row[task]) for row in rows]),
        )
        for task, names in TASKS.items()
    }


def measure(
    names: Sequence[str],
    probabilities: Matrix,
    truth: NDArray[np.int64],
    resamples: int = RESAMPLES,
    trust: Matrix | None = None,
) -> Reference:
    """Fit the reference of one task: ``probabilities`` (posts, classes), ``truth`` (posts,) as numbers of classes.

    Multinomial logistic regression on the log probabilities. Temperature and constants are all but free (Alexandari,
    Kundaje and Shrikumar 2020); whatever else it could change is pulled towards staying as it is. Each resample
    weighs the posts anew (the Bayesian bootstrap, Rubin 1981), so no class ever drops out. ``trust`` is what each
    post counts, (posts,), above 0; None is 1 for all.
    """
    classes = len(names)
    logs = np.log(np.maximum(probabilities, FLOOR))
    logs = np.hstack([logs, np.ones((len(logs), 1))])
    aims = np.eye(classes)[truth]
    weights = np.random.default_rng(SEED).exponential(size=(resamples, len(logs)))
    weights = np.vstack([np.ones(len(logs)), weights]) * (1 if trust is None else trust)
    weights /= weights.mean(axis=1, keepdims=True)
    first = _fit(logs, aims, weights[:1], np.eye(classes + 1, classes)[None], STEPS)
    fitted = _fit(logs, aims, weights, np.repeat(first, len(weights), axis=0), STEPS_OF_RESAMPLES)
    prior = (weights[:, None] @ _softmax(logs @ fitted))[:, 0] / len(logs)
    counts = np.bincount(truth, minlength=classes).astype(np.int64)
    return Reference(
        tuple(map(str, names)), counts, fitted.astype(np.float32), np.maximum(prior, 1e-6).astype(np.float32)
    )


def _fit(logs: Matrix, aims: Matrix, weights: Matrix, start: Matrix, steps: int) -> Matrix:
    """Newton's method for all rows of ``weights`` (rows, posts) at once: fits (rows, classes + 1, classes).

    All rows share the second derivatives of the first one; a row takes a shorter step where one has made it worse.
    """
    rows, inputs, classes = start.shape
    neutral, pull = np.eye(inputs, classes), _pull(inputs, classes) * len(logs)
    bend = partial(_bend, logs, weights[0], pull)
    fitted, tried, length = start, start, np.ones((rows, 1, 1))
    least, slope = np.full((rows, 1, 1), np.inf), np.zeros(start.shape)
    for _ in range(steps):
        guesses = _softmax(logs @ tried)
        loss = -(weights * np.log(np.maximum((guesses * aims).sum(axis=2), 1e-300))).sum(axis=1)[:, None, None]
        moved = tried - neutral
        pulled = (moved.reshape(rows, -1) @ pull).reshape(start.shape)
        loss = loss + (pulled * moved).sum(axis=(1, 2), keepdims=True) / 2
        better = loss <= least
        here = logs.T @ (weights[:, :, None] * (guesses - aims)) + pulled
        fitted, slope, least = (
            np.where(better, new, old) for new, old in ((tried, fitted), (here, slope), (loss, least))
        )
        length = np.where(better, np.minimum(1, 2 * length), length / 4)
        change = np.linalg.solve(bend(fitted[0]), slope.reshape(rows, -1).T).T
        tried = fitted - length * change.reshape(start.shape)
    return fitted


def _bend(logs: Matrix, weights: Matrix, pull: Matrix, fitted: Matrix) -> Matrix:
    """Second derivatives at one fit; the resamples take those of the whole, which are near enough to converge."""
    guesses = _softmax(logs @ fitted)
    inputs, classes = fitted.shape
    spread = guesses[:, :, None] * (np.eye(classes) - guesses[:, None])
    spread *= weights[:, None, None]
    bend = np.einsum("ni,nab,nj->iajb", logs, spread, logs, optimize=True).reshape(inputs * classes, -1)
    whole: Matrix = bend + pull
    return whole


def _pull(inputs: int, classes: int) -> Matrix:
    """Of the flattened weights, a square matrix: weak on the constants and on what multiplies all logs alike."""
    alike = np.eye(inputs, classes).ravel() / np.sqrt(classes)
    single = np.full((inputs, classes), RIDGE)
    single[-1] = RIDGE_OF_THE_FREE
    pull: Matrix = np.diag(single.ravel()) - (RIDGE - RIDGE_OF_THE_FREE) * np.outer(alike, alike)
    return pull


def _softmax(scores: Matrix) -> Matrix:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Matrix = powers / powers.sum(axis=-1, keepdims=True)
    return shares


if __name__ == "__main__":
    main()
