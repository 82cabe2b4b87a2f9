"""The classifier's interface: texts in, typed labels with probabilities out; name and version on every one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from models.errors import ModelError
from models.words import Addressee, Sentiment, Stage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
        """Name and version, e.g. ``moments-e5 0.3.0``: labels of another model are made anew."""
        ...

    @property
    def threshold(self) -> float:
        """Between 0 and 1."""
        ...

    def classify(self, texts: Sequence[str]) -> list[MomentLabel]:
        """One label a text, in order; the same text gets the same label whatever stands beside it."""
        ...


@runtime_checkable
class Reader(Protocol):
    """A classifier that also says what texts are about. ``encoder`` names what made the vectors, with its version."""

    @property
    def encoder(self) -> str:
        """E.g. ``moments-e5 0.3.0``: vectors of another encoder cannot be compared."""
        ...

    def read(self, texts: Sequence[str]) -> tuple[list[MomentLabel], "NDArray[np.float32] | None"]:
        """The labels of ``classify`` and unit vectors of contents, a row a text; None where it can make none."""
        ...

    def contents(self, texts: Sequence[str]) -> "NDArray[np.float32] | None":
        """The vectors alone."""
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

    Raises ModelError if weights or heads are damaged or cannot be read, or a brought model does not fit.
    """
    heads, changed = _refitted(choice.heads) if choice and choice.heads else (None, None)
    return _shipped(heads, changed) if choice is None or choice.is_shipped else _brought(choice, heads, changed)


def _refitted(folder: Path) -> tuple[Path | None, int | None]:
    """The file of heads in a folder and when it was written, in ns; None where there is none. Raises ModelError."""
    from nlp.encoder import heads_file  # imports this module

    file = heads_file(folder)
    try:
        return file, file.stat().st_mtime_ns
    except FileNotFoundError:
        return None, None
    except OSError as error:
        raise ModelError(f"{file}: the heads cannot be read ({error.strerror or error})") from error


@lru_cache(maxsize=2)
def _shipped(heads: Path | None, changed: int | None) -> Classifier:  # noqa: ARG001 - other heads, another classifier
    from nlp.encoder import EncoderClassifier

    return EncoderClassifier.load(heads=heads)


@lru_cache(maxsize=2)
def _brought(choice: ModelChoice, heads: Path | None, changed: int | None) -> Classifier:
    from nlp.hub import HubClassifier  # needs the extra "hub"

    return HubClassifier.load(_shipped(heads, changed), choice)
