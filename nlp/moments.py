"""The classifier's interface: texts in, typed labels with probabilities out; name and version on every one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
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
        """Name and version, e.g. ``moments-e5 0.1.0``: labels of another model are made anew."""
        ...

    @property
    def threshold(self) -> float:
        """Between 0 and 1."""
        ...

    def classify(self, texts: Sequence[str]) -> list[MomentLabel]:
        """One label a text, in order; the same text gets the same label whatever stands beside it."""
        ...


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which models label: none named, the shipped one alone.

    ``sentiment`` and ``stage`` are hub ids or folders; ``sentiment_labels`` are pairs of the model's label and ours,
    ``stage_hypotheses`` pairs of a stage and the sentence that a text is tried against. ``heads`` is a folder where
    heads fitted on corrections may lie, one file for each version of the shipped model.
    """

    sentiment: str | None = None
    sentiment_labels: tuple[tuple[str, str], ...] = ()
    stage: str | None = None
    stage_hypotheses: tuple[tuple[Stage, str], ...] = ()
    device: str = "cpu"
    heads: Path | None = None

    @property
    def is_shipped(self) -> bool:
        """Nothing is brought."""
        return not (self.sentiment or self.stage)


def load_classifier(choice: ModelChoice | None = None) -> Classifier:
    """The shipped model, or one that wraps what the choice brings; each loaded once.

    Raises ModelError if weights are missing or damaged, or a brought model does not fit.
    """
    from nlp.encoder import heads_file  # loads onnxruntime: not for --help

    file = heads_file(choice.heads) if choice and choice.heads else None
    changed = file.stat().st_mtime_ns if file and file.is_file() else None
    shipped = _shipped(file if changed else None, changed)
    return shipped if choice is None or choice.is_shipped else _brought(choice, file if changed else None, changed)


@lru_cache(maxsize=2)
def _shipped(heads: Path | None, changed: int | None) -> Classifier:  # noqa: ARG001 - other heads, another classifier
    from nlp.encoder import EncoderClassifier

    return EncoderClassifier.load(heads=heads)


@cache
def _brought(choice: ModelChoice, heads: Path | None, changed: int | None) -> Classifier:
    from nlp.hub import HubClassifier  # needs the extra "hub"

    return HubClassifier.load(_shipped(heads, changed), choice)
