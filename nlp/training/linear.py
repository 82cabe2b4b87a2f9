"""Fits the linear classifier on labelled posts: ``python -m nlp.training.linear train.jsonl weights.npz``.

Softmax regression by scikit-learn on hashed features; the temperature of each task is fitted on a tenth of the posts
that the weights have not seen. The development set takes no part.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from nlp.cleaning import clean
from nlp.features import BUCKETS, features
from nlp.linear import TASKS

NAME, VERSION, SEED = "moments-linear", "1", 20261121


def main(arguments: Sequence[str] | None = None) -> None:
    """Read labelled posts, fit, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args(arguments)
    rows = [json.loads(line) for line in options.labels.read_text(encoding="utf-8").splitlines()]
    weights, bias, temperature = fit(rows)
    save(options.output, weights, bias, {"name": NAME, "version": VERSION, "temperature": temperature, "n": len(rows)})


def fit(rows: Sequence[dict[str, Any]]) -> tuple[NDArray[np.float32], NDArray[np.float32], dict[str, float]]:
    """Return weights (buckets, classes), bias (classes,) and a temperature a task."""
    matrix = matrix_of([clean(row["text"]) for row in rows])
    held = np.random.default_rng(SEED).random(len(rows)) < 0.1
    weights, bias, temperature = [], [], {}
    for task, classes in TASKS.items():
        truth = np.array([classes.index(str(row[task])) for row in rows])
        sounding = _regression().fit(matrix[~held], truth[~held])
        temperature[task] = _temperature(_scores(sounding, matrix[held]), truth[held])
        model = _regression().fit(matrix, truth)
        coefficients, intercept = _symmetric(model)
        weights.append(coefficients.T)
        bias.append(intercept)
    return np.hstack(weights).astype(np.float32), np.concatenate(bias).astype(np.float32), temperature


def matrix_of(texts: Sequence[str]) -> csr_matrix:
    """The features of the texts as a sparse matrix (texts, buckets)."""
    found = [features(text) for text in texts]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in found)])
    buckets = np.concatenate([buckets for buckets, _ in found])
    values = np.concatenate([values for _, values in found])
    return csr_matrix((values, buckets, ends), shape=(len(texts), BUCKETS))


def save(path: Path, weights: NDArray[np.float32], bias: NDArray[np.float32], card: dict[str, Any]) -> None:
    """Write the buckets that matter as 8-bit weights with one scale a class."""
    keep = np.flatnonzero(np.abs(weights).max(axis=1) > 0.02)
    scale = (np.abs(weights[keep]).max(axis=0) / 127).astype(np.float32)
    values = np.round(weights[keep] / scale).astype(np.int8)
    np.savez_compressed(
        path, buckets=keep.astype(np.int32), values=values, scale=scale, bias=bias, card=np.array(json.dumps(card))
    )


def _regression() -> LogisticRegression:
    return LogisticRegression(C=12, class_weight="balanced", max_iter=400)


def _symmetric(model: LogisticRegression) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two classes come as one row of coefficients: spread it over both, so that every task is a softmax."""
    if len(model.coef_) > 1:
        return model.coef_, model.intercept_
    return np.vstack([-model.coef_ / 2, model.coef_ / 2]), np.concatenate([-model.intercept_ / 2, model.intercept_ / 2])


def _scores(model: LogisticRegression, matrix: csr_matrix) -> NDArray[np.float64]:
    coefficients, intercept = _symmetric(model)
    scores: NDArray[np.float64] = matrix @ coefficients.T + intercept
    return scores


def _temperature(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """The divisor of the scores that makes the held-out truth most likely."""

    def loss(log_temperature: float) -> float:
        logs = log_softmax(scores / np.exp(log_temperature), axis=1)
        return -float(logs[np.arange(len(truth)), truth].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))


if __name__ == "__main__":
    main()
