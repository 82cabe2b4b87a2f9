"""Learns from people: refits the classifier's heads on corrections and keeps them if they are better."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from listener.progress import Progress, silent
from models.errors import InputError
from nlp.encoder import WEIGHTS, EncoderClassifier, heads_file
from nlp.heads_fitting import VECTORS, Examples, load_shipped, targets_of
from nlp.heads_trial import FEWEST, FOLDS, Trial, run_trial
from nlp.tasks import YES_OR_NO


def learn(
    corrections: Sequence[tuple[str, dict[str, str]]], folder: Path, *, progress: Progress = silent
) -> tuple[Trial, Path | None]:
    """Refit on (text, value by field) and return the trial, with the file written where the new heads were better.

    The shipped heads are the starting point, and what is compared with, each time: heads that have learned from these
    very corrections would be judged too well, and a correction that was undone must leave no trace in new ones.
    Raises InputError for too few corrections or a value that is no label, ModelError for a damaged model.
    """
    if len(corrections) < FEWEST:
        raise InputError(f"{len(corrections)} corrected posts are too few to learn from; correct {FEWEST} or more")
    texts = [text for text, _ in corrections]
    targets = np.array([_targets(*correction) for correction in corrections], np.int64)
    file = heads_file(folder)
    classifier = EncoderClassifier.load()
    shipped = load_shipped(WEIGHTS / VECTORS, classifier.encoder)
    with progress("refitting", FOLDS + 2) as advance:
        corrected = Examples(classifier.vectors(texts), targets)
        advance(1)
        trial = run_trial(shipped, corrected, texts, advance)
    if not trial.is_better:
        return trial, None
    trial.heads.save(file)
    return trial, file


def _targets(text: str, fields: dict[str, str]) -> list[int]:
    try:
        return targets_of(_labels(fields))
    except ValueError as error:  # a word that the field has given up since
        raise InputError(f"the correction of {text[:40]!r} cannot be learned from: {error}") from error


def _labels(fields: dict[str, str]) -> dict[str, str]:
    """Corrections write true and false, labelled files 1 and 0."""
    yes_or_no = {"true": "1", "false": "0"}
    return {task: yes_or_no.get(value, value) if task in YES_OR_NO else value for task, value in fields.items()}
