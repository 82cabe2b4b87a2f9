"""A linear classifier over hashed features: small, instant, in numpy alone; the floor that a later model must beat."""

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.words import Addressee, Sentiment, Stage
from nlp.features import BUCKETS, features
from nlp.moments import MomentLabel

TASKS: dict[str, tuple[str, ...]] = {
    "stage": tuple(Stage),
    "sentiment": tuple(Sentiment),
    "complaint": ("0", "1"),
    "needs_response": ("0", "1"),
    "addressed_to": tuple(Addressee),
}
WEIGHTS = Path(__file__).parent / "weights" / "linear.npz"
CONFIDENT = 0.5
"""Least probability of stage and of sentiment with which a label counts as sure."""


class LinearClassifier:
    """Softmax regression a task; ``weights`` has shape (buckets, all classes), ``bias`` (all classes,)."""

    def __init__(self, weights: NDArray[np.float32], bias: NDArray[np.float32], card: dict[str, Any]) -> None:
        self.weights = weights
        self.bias = bias
        self.card = card

    @classmethod
    def shipped(cls, path: Path = WEIGHTS) -> "LinearClassifier":
        """Load weights. Raises ModelError if the file is missing or of another shape."""
        try:
            with path.open("rb") as file, np.load(file) as stored:
                weights = np.zeros((BUCKETS, int(stored["bias"].size)), np.float32)
                weights[stored["buckets"]] = stored["values"].astype(np.float32) * stored["scale"]
                card = json.loads(str(stored["card"]))
                if stored["bias"].size != sum(map(len, TASKS.values())) or set(card["temperature"]) != set(TASKS):
                    raise ValueError("of another shape")
                return cls(weights, stored["bias"], {"name": card["name"], "version": card["version"]} | card)
        except (OSError, EOFError, KeyError, ValueError, IndexError, BadZipFile, zlib.error) as error:
            raise ModelError(f"{path.name}: the shipped weights cannot be read ({error}); reinstall") from error

    @property
    def model(self) -> str:
        """Name and version."""
        return f"{self.card['name']} {self.card['version']}"

    @property
    def threshold(self) -> float:
        """From this probability a yes-or-no label counts as yes."""
        return 0.5

    def probabilities(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """For each task an array (texts, classes) whose rows sum to 1."""
        scores = np.empty((len(texts), self.bias.size), np.float32)
        for row, text in enumerate(texts):
            buckets, values = features(text)
            scores[row] = values @ self.weights[buckets] + self.bias
        found: dict[str, NDArray[np.float32]] = {}
        start = 0
        for task, classes in TASKS.items():
            part = scores[:, start : start + len(classes)] / self.card["temperature"][task]
            part = np.exp(part - part.max(axis=1, keepdims=True))
            found[task] = part / part.sum(axis=1, keepdims=True)
            start += len(classes)
        return found

    def classify(self, texts: Sequence[str]) -> list[MomentLabel]:
        """One label a text, in order; independent of the other texts."""
        found = self.probabilities(texts)
        return [_label({task: rows[place] for task, rows in found.items()}) for place in range(len(texts))]


def _label(row: dict[str, NDArray[np.float32]]) -> MomentLabel:
    stage = {name: float(value) for name, value in zip(Stage, row["stage"], strict=True)}
    sentiment = {name: float(value) for name, value in zip(Sentiment, row["sentiment"], strict=True)}
    first_stage = max(stage, key=lambda name: stage[name])
    first_sentiment = max(sentiment, key=lambda name: sentiment[name])
    return MomentLabel(
        stage=first_stage,
        stage_probabilities=stage,
        sentiment=first_sentiment,
        sentiment_probabilities=sentiment,
        complaint=float(row["complaint"][1]),
        needs_response=float(row["needs_response"][1]),
        addressed_to=list(Addressee)[int(row["addressed_to"].argmax())],
        is_confident=min(stage[first_stage], sentiment[first_sentiment]) >= CONFIDENT,
    )
