"""Measures a classifier on labelled posts: by task and language, written and real posts apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.words import Sentiment, Stage
from nlp import metrics
from nlp.moments import Classifier, MomentLabel
from nlp.tasks import CLASSES, YES_OR_NO

COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
SMALLEST = 10
"""Posts that a group needs for a row of its own."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Measured:
    """The figures of one task over one group of ``n`` posts. ``f1`` is macro-F1, or F1 of yes for a yes-or-no task."""

    task: str
    group: str
    n: int
    f1: float
    interval: tuple[float, float]
    class_f1: dict[str, float]
    confusion: list[list[int]]
    calibration_error: float
    error_at_coverage: dict[float, float]


def evaluate(rows: Sequence[Row], classifier: Classifier, texts: Sequence[str]) -> list[Measured]:
    """All figures: tasks in order, groups in order. ``rows`` hold the true labels, ``texts`` what is classified.

    Raises KeyError for a row without a task's label and ValueError for a label that is none.
    """
    labels = classifier.classify(texts)
    groups = groups_of(rows)
    found = []
    for task in CLASSES:
        truth = np.array([_place(task, str(row[task])) for row in rows], np.int64)
        said = probabilities_of(labels, task)
        found += [measure(task, name, truth[chosen], said[chosen]) for name, chosen in groups.items()]
    return found


def _place(task: str, label: str) -> int:
    if label not in CLASSES[task]:
        raise ValueError(f"{label!r} is no {task}; there are {', '.join(CLASSES[task])}")
    return CLASSES[task].index(label)


def measure(task: str, group: str, truth: metrics.Ints, said: metrics.Floats) -> Measured:
    """The figures of one task over one group."""
    classes = CLASSES[task]
    guess = said.argmax(axis=1).astype(np.int64)
    table = metrics.confusion(truth, guess, len(classes))
    main = metrics.positive_f1 if task in YES_OR_NO else metrics.macro_f1
    scores = np.nan_to_num(metrics.f1_scores(table))
    return Measured(
        task=task,
        group=group,
        n=len(truth),
        f1=main(table),
        interval=metrics.bootstrap(main, truth, guess, len(classes)),
        class_f1=dict(zip(classes, scores.tolist(), strict=True)),
        confusion=table.tolist(),
        calibration_error=metrics.calibration_error(truth, said),
        error_at_coverage=metrics.risk_coverage(truth, said, COVERAGES),
    )


def probabilities_of(labels: Sequence[MomentLabel], task: str) -> metrics.Floats:
    """What the labels give to each class of a task: (labels, classes)."""
    if task == "stage":
        return np.array([[label.stage_probabilities[Stage(it)] for it in CLASSES[task]] for label in labels])
    if task == "sentiment":
        return np.array([[label.sentiment_probabilities[Sentiment(it)] for it in CLASSES[task]] for label in labels])
    if task in YES_OR_NO:
        yes = np.array([getattr(label, task) for label in labels], np.float64)
        return np.stack([1 - yes, yes], axis=1)
    return np.array([[float(label.addressed_to == name) for name in CLASSES[task]] for label in labels])


def groups_of(rows: Sequence[Row]) -> dict[str, NDArray[np.bool_]]:
    """Which posts each group holds: all, real and written ones, each language; none smaller than ``SMALLEST``."""
    languages = np.array([str(row.get("lang") or row.get("language") or "und") for row in rows])
    written = np.array([row.get("set") == "written" for row in rows], np.bool_)
    groups = {"all": np.ones(len(rows), np.bool_)}
    if written.any():
        groups |= {"real": ~written, "written": written}
    names, counts = np.unique(languages, return_counts=True)
    for place in np.argsort(-counts, kind="stable"):
        groups[str(names[place])] = languages == names[place]
    return {name: chosen for name, chosen in groups.items() if chosen.sum() >= min(SMALLEST, len(rows))}
