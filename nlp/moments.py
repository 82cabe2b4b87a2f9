"""The classifier's interface: texts in, typed labels with probabilities out; name and version on every one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from models.words import Addressee, Sentiment, Stage


@dataclass(frozen=True, slots=True)
class MomentLabel:
    """What a model says of one text.

    Probabilities of ``stage`` and ``sentiment`` sum to 1; ``complaint`` and ``needs_response`` are probabilities.
    ``is_confident`` is False where a person should look.
    """

    stage: Stage
    stage_probabilities: dict[Stage, float]
    sentiment: Sentiment
    sentiment_probabilities: dict[Sentiment, float]
    complaint: float
    needs_response: float
    addressed_to: Addressee
    is_confident: bool


class Classifier(Protocol):
    """Anything that labels texts. ``threshold`` is the probability from which a yes-or-no label counts as yes."""

    @property
    def model(self) -> str:
        """Name and version, e.g. ``moments-linear 1``: labels of another model are made anew."""
        ...

    @property
    def threshold(self) -> float:
        """Between 0 and 1."""
        ...

    def classify(self, texts: Sequence[str]) -> list[MomentLabel]:
        """One label a text, in order; the same text gets the same label whatever stands beside it."""
        ...


@cache
def load_classifier() -> Classifier:
    """The shipped model, loaded once. Raises ModelError if its weights are damaged."""
    from nlp.linear import LinearClassifier  # loads numpy and the weights: not for --help

    return LinearClassifier.shipped()
