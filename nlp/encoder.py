"""The shipped classifier: one multilingual encoder with five heads, run by onnxruntime; no torch, no network.

Texts of one length in tokens are run together in small batches, without padding. Activations were given their 8-bit
scales when the model was made, so a text's label does not depend on its neighbours.
"""

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.words import Addressee, Sentiment, Stage
from nlp.content import FILE as CONTENT_FILE
from nlp.content import STATES, ContentSpace, load_space
from nlp.heads import Heads
from nlp.model_text import shorten, simplified
from nlp.moments import MomentLabel
from nlp.tasks import CLASSES

WEIGHTS = Path(__file__).parent / "weights" / "moments-e5"
BATCH_TOKENS = 200
"""Tokens run at once: with more of them the states of the widest layer no longer fit a core's cache."""
THREADS = 2

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Head:
    """One task as the model's config.json has it; ``confident`` is the least probability of a sure label."""

    classes: tuple[str, ...]
    temperature: float
    confident: float


class EncoderClassifier:
    """A loaded model; safe to call from several threads."""

    def __init__(self, tokenizer: Any, session: Any, config: dict[str, Any]) -> None:
        self.encoder = self.model = f"{config['name']} {config['version']}"
        self.threshold = 0.5
        self.heads = {name: _head(name, entry) for name, entry in config["tasks"].items()}
        self._max_length = int(config["max_length"])
        self._tokenizer = tokenizer
        self._session = session
        self._refitted: Heads | None = None
        self._space: ContentSpace | None = None

    @classmethod
    def load(cls, path: Path = WEIGHTS, heads: Path | None = None) -> "EncoderClassifier":
        """Read a model's folder, and heads fitted on corrections (``nlp.heads``) to go over the model's own.

        Raises ModelError if a part is missing, damaged or made for other tasks or for another model.
        """
        # transformers says on standard error that it found no torch, which nobody wants to know here
        os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
        from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
        from transformers import PreTrainedTokenizerFast

        options = SessionOptions()
        options.intra_op_num_threads = 1
        # Beyond the basic level a sum and its normalisation are fused into an operator that takes thrice as long.
        options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_BASIC
        try:
            config = json.loads((path / "config.json").read_text(encoding="utf-8"))
            tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
                tokenizer_file=str(path / "tokenizer.json")
            )
            session = InferenceSession(path / "model.onnx", options, providers=["CPUExecutionProvider"])
            if tuple(config["tasks"]) != tuple(CLASSES):  # refitted heads go by this order
                raise ValueError("made for other tasks")
            classifier = cls(tokenizer, session, config)
            if (path / CONTENT_FILE).exists():
                classifier._space = load_space(path / CONTENT_FILE, classifier.encoder)
        except ModelError:
            raise
        except Exception as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(f"{path.name}: the model cannot be loaded ({reason}); reinstall") from error
        if heads is not None:
            classifier._refitted = Heads.load(heads, for_encoder=classifier.encoder)
            classifier.model = f"{classifier.encoder}+{classifier._refitted.mark}"
        return classifier

    def classify(self, texts: Sequence[str]) -> list[MomentLabel]:
        """One label a text, in order; independent of the other texts."""
        return self._labels(self.logits(texts))

    def read(self, texts: Sequence[str]) -> tuple[list[MomentLabel], Floats | None]:
        """The labels of ``classify`` and the vectors of ``contents``, in one pass of the encoder.

        Vectors are None where the model comes without a map to contents.
        """
        if self._space is None:
            return self.classify(texts), None
        output = "logits" if self._refitted is None else "pooled"
        scores, states = self._over(texts, output, STATES)
        if self._refitted is not None:
            scores = self._refitted.logits(scores)
        return self._labels(scores), self._space.of(states)

    def contents(self, texts: Sequence[str]) -> Floats | None:
        """What each text is about: unit vectors (texts, 384), comparable across languages; None as for ``read``."""
        return None if self._space is None else self._space.of(self.middle_states(texts))

    def middle_states(self, texts: Sequence[str]) -> Floats:
        """The mean of each text's states in the middle of the encoder, (texts, 384)."""
        return self._over(texts, STATES)[0]

    def probabilities(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Calibrated probabilities by task, each (texts, classes of ``heads``), rows summing to 1."""
        return self._calibrated(self.logits(texts))

    def _labels(self, logits: Floats) -> list[MomentLabel]:
        found = self._calibrated(logits)
        return [self._label({task: rows[place] for task, rows in found.items()}) for place in range(len(logits))]

    def _calibrated(self, logits: Floats) -> dict[str, Floats]:
        found: dict[str, Floats] = {}
        start = 0
        for name, head in self.heads.items():
            part = logits[:, start : start + len(head.classes)] / head.temperature
            start += len(head.classes)
            powers = np.exp(part - part.max(axis=1, keepdims=True))
            found[name] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
        return found

    def logits(self, texts: Sequence[str]) -> Floats:
        """The raw scores, (texts, all classes in the order of ``heads``)."""
        if self._refitted is not None:
            return self._refitted.logits(self.vectors(texts))
        return self._over(texts, "logits")[0]

    def vectors(self, texts: Sequence[str]) -> Floats:
        """What the heads read: the mean of each text's last states, (texts, 384)."""
        return self._over(texts, "pooled")[0]

    def _over(self, texts: Sequence[str], *outputs: str) -> list[Floats]:
        """Some of the model's outputs for all texts, a row each."""
        widths = {entry.name: entry.shape[1] for entry in self._session.get_outputs()}
        result = [np.zeros((len(texts), widths[name]), np.float32) for name in outputs]
        if not texts:
            return result
        coded: list[list[int]] = self._tokenizer([simplified(text) for text in texts])["input_ids"]
        short = [shorten(pieces, self._max_length) for pieces in coded]
        parts = list(_parts(short))
        with ThreadPoolExecutor(THREADS) as pool:
            runs = pool.map(lambda part: self._run([short[at] for at in part], outputs), parts)
            for places, found in zip(parts, runs, strict=True):
                for whole, rows in zip(result, found, strict=True):
                    whole[places] = rows
        return result

    def _run(self, coded: list[list[int]], outputs: Sequence[str]) -> list[Floats]:
        found: list[Floats] = self._session.run(list(outputs), {"input_ids": np.array(coded, np.int64)})
        return found

    def _label(self, rows: dict[str, Floats]) -> MomentLabel:
        said = {
            task: {name: float(value) for name, value in zip(head.classes, rows[task], strict=True)}
            for task, head in self.heads.items()
        }
        first = {task: max(values, key=lambda name: values[name]) for task, values in said.items()}
        return MomentLabel(
            stage=Stage(first["stage"]),
            stage_probabilities={stage: said["stage"][stage] for stage in Stage},
            sentiment=Sentiment(first["sentiment"]),
            sentiment_probabilities={sentiment: said["sentiment"][sentiment] for sentiment in Sentiment},
            complaint=said["complaint"]["1"],
            needs_response=said["needs_response"]["1"],
            addressed_to=Addressee(first["addressed_to"]),
            is_confident=all(said[task][first[task]] >= self.heads[task].confident for task in ("stage", "sentiment")),
        )


def heads_file(folder: Path, weights: Path = WEIGHTS) -> Path:
    """Where a folder holds the heads fitted for this model: a new version of it starts with its own again."""
    try:
        config = json.loads((weights / "config.json").read_text(encoding="utf-8"))
        return folder / f"{config['name']}-{config['version']}.npz"
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{weights.name}: the model cannot be loaded ({error}); reinstall") from error


def _head(name: str, entry: dict[str, Any]) -> Head:
    if tuple(entry["classes"]) != CLASSES[name]:
        raise ValueError(f"{name} has other classes")
    return Head(tuple(entry["classes"]), float(entry["temperature"]), float(entry["confident"]))


def _parts(coded: list[list[int]]) -> Iterator[list[int]]:
    """Places in batches of one length, the longest first, so that the threads finish together."""
    by_length: dict[int, list[int]] = {}
    for place, pieces in enumerate(coded):
        by_length.setdefault(len(pieces), []).append(place)
    for length in sorted(by_length, reverse=True):
        places, size = by_length[length], max(1, BATCH_TOKENS // length)
        for start in range(0, len(places), size):
            yield places[start : start + size]
