"""Any Hugging Face sequence classifier for sentiment, and an NLI one for stages, in front of the shipped model.

What a brought model does not label still comes from the shipped one. torch and transformers are loaded when a model
is; code from a hub is never run, and nothing but downloads goes out.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from models.errors import ModelError
from models.words import Sentiment, Stage
from nlp.hub_labels import check_entailment, complete_hypotheses, map_sentiments, normalised, sum_sentiments
from nlp.moments import Classifier, ModelChoice, MomentLabel, Reader

BATCH = 32
LONGEST = 512
"""Pieces of a text that are looked at, where the model takes so many."""
CONFIDENT = 0.5
"""Least probability with which a brought model's label counts as sure."""
_HASHED = {".json", ".safetensors", ".bin", ".txt", ".model"}


@dataclass(frozen=True, slots=True)
class Brought:
    """A brought model that is found, not yet loaded: a folder (``commit`` is None) or a hub id at one commit."""

    role: str
    name: str
    place: str
    commit: str | None
    config: Any

    @property
    def labels(self) -> list[str]:
        """The model's own, in its order."""
        return [str(label) for label in self.config.id2label.values()]

    def version(self, mapping: Mapping[Any, str]) -> str:
        """E.g. ``sentiment org/name@3216a57 (labels 1f2e3d4c)``; other weights or another mapping, another version."""
        folder = Path(self.place)
        at = f"{self.place}@{self.commit[:7]}" if self.commit else f"{folder.resolve().name}@local-{_hash_of(folder)}"
        said = hashlib.sha256(json.dumps(sorted(mapping.items())).encode()).hexdigest()[:8]
        return f"{self.role} {at} (labels {said})"


class HubClassifier:
    """The shipped classifier with the sentiment, the stage or both said by brought models; safe to call in threads."""

    def __init__(
        self,
        shipped: Classifier,
        model: str,
        sentiment: tuple[Any, dict[str, Sentiment]] | None,
        stage: tuple[Any, dict[Stage, str]] | None,
    ) -> None:
        self.model = model
        self.threshold = shipped.threshold
        self._shipped = shipped
        self._sentiment = sentiment
        self._stage = stage
        self._lock = Lock()  # tokenizers keep the truncation of the call before

    @classmethod
    def load(cls, shipped: Classifier, choice: ModelChoice) -> "HubClassifier":
        """Load what the choice names; labels are checked before weights are fetched. Raises ModelError."""
        _need_extra()
        _check_device(choice.device)
        names = [shipped.model]
        sentiment = stage = None
        if choice.sentiment:
            found = find("sentiment", choice.sentiment)
            mapping = map_sentiments(choice.sentiment, found.labels, dict(choice.sentiment_labels))
            sentiment = (_pipeline(found, "text-classification", choice.device), mapping)
            names.append(found.version(mapping))
        if choice.stage:
            found = find("stage", choice.stage)
            check_entailment(choice.stage, list(found.config.label2id))
            hypotheses = complete_hypotheses(dict(choice.stage_hypotheses))
            stage = (_pipeline(found, "zero-shot-classification", choice.device), hypotheses)
            _check_room(choice.stage, stage[0].tokenizer, hypotheses)
            names.append(found.version(hypotheses))
        return cls(shipped, " + ".join(names), sentiment, stage)

    def classify(self, texts: Sequence[str]) -> list[MomentLabel]:
        """One label a text, in order. A label is sure only if each model that had a say in it is sure."""
        whole = _encodable(texts)
        return self._said_over(self._shipped.classify(whole), whole)

    @property
    def encoder(self) -> str:
        """The shipped encoder, whose vectors say what texts are about."""
        return self._shipped.encoder if isinstance(self._shipped, Reader) else ""

    def read(self, texts: Sequence[str]) -> tuple[list[MomentLabel], Any]:
        """The labels of ``classify``, and the shipped encoder's vectors of contents from the same pass."""
        whole = _encodable(texts)
        if not isinstance(self._shipped, Reader):
            return self.classify(texts), None
        labels, vectors = self._shipped.read(whole)
        return self._said_over(labels, whole), vectors

    def contents(self, texts: Sequence[str]) -> Any:
        """The vectors alone."""
        return self._shipped.contents(_encodable(texts)) if isinstance(self._shipped, Reader) else None

    def _said_over(self, labels: list[MomentLabel], whole: list[str]) -> list[MomentLabel]:
        """The shipped labels with what brought models say in their place."""
        if not whole:
            return labels
        usable = [text if text.strip() else " " for text in whole]  # zero-shot pipelines refuse an empty text
        with self._lock:
            if self._sentiment:
                labels = [_with_sentiment(*pair) for pair in zip(labels, self._sentiments(usable), strict=True)]
            if self._stage:
                labels = [_with_stage(*pair) for pair in zip(labels, self._stages(usable), strict=True)]
        return labels

    def _sentiments(self, texts: Sequence[str]) -> list[dict[Sentiment, float]]:
        assert self._sentiment
        pipe, mapping = self._sentiment
        said = _run(pipe, texts, top_k=None, truncation=True)
        return [sum_sentiments(mapping, ((str(entry["label"]), entry["score"]) for entry in each)) for each in said]

    def _stages(self, texts: Sequence[str]) -> list[dict[Stage, float]]:
        assert self._stage
        pipe, hypotheses = self._stage
        said = _run(pipe, texts, candidate_labels=list(hypotheses.values()), hypothesis_template="{}")
        scores = (dict(zip(each["labels"], each["scores"], strict=True)) for each in said)
        return [normalised({stage: each[hypotheses[stage]] for stage in Stage}) for each in scores]


def _encodable(texts: Sequence[str]) -> list[str]:
    return [text.encode("utf-8", "replace").decode() for text in texts]  # tokenizers refuse half an emoji


def find(role: str, name: str) -> Brought:
    """Read the model's configuration from a folder or the hub. Raises ModelError unless it is a trained classifier."""
    folder = Path(name).expanduser()
    looks_like_path = name.startswith((".", "/", "~")) or name.count("/") > 1 or "\\" in name
    if folder.is_file() or (looks_like_path and not folder.is_dir()):
        raise ModelError(f"{role} model {name!r}: there is no such folder, and a hub id looks like owner/name")
    place, commit = (str(folder), None) if folder.is_dir() else (name, "")
    transformers = import_module("transformers")
    with _said_in_one_line(role, name, commit):
        if commit is not None:  # the cache keeps each commit's files in a folder of its name
            commit = Path(transformers.utils.cached_file(name, "config.json")).parent.name
        config = transformers.AutoConfig.from_pretrained(place, **_arguments(commit))
    kinds = config.architectures or []
    if not any(kind.endswith("ForSequenceClassification") for kind in kinds):
        raise ModelError(
            f"{role} model {name!r} is no sequence classifier but {', '.join(kinds) or 'of an unnamed kind'};"
            " choose one that was trained for text classification"
        )
    if config.num_labels < 2 or config.problem_type == "regression":
        raise ModelError(f"{role} model {name!r} gives a number, not labels; choose one that has two labels or more")
    return Brought(role, name, place, commit, config)


def _pipeline(found: Brought, task: str, device: str) -> Any:
    transformers = import_module("transformers")
    dtype = "float32" if device == "cpu" else "auto"  # halves are slow on a CPU, where they work at all
    with _said_in_one_line(found.role, found.name, found.commit):
        tokenizer = transformers.AutoTokenizer.from_pretrained(found.place, **_arguments(found.commit))
        if tokenizer.vocab_size <= len(tokenizer.all_special_tokens):  # what is made of a folder without its files
            raise ValueError("the tokenizer's files are missing")
        model, loaded = transformers.AutoModelForSequenceClassification.from_pretrained(
            found.place, config=found.config, dtype=dtype, output_loading_info=True, **_arguments(found.commit)
        )
        if loaded["missing_keys"]:
            raise ValueError(f"its weights lack {sorted(loaded['missing_keys'])[0]}, which was never trained")
        tokenizer.model_max_length = _longest(tokenizer.model_max_length, found.config)
        can_pad = tokenizer.pad_token_id is not None and found.config.pad_token_id is not None
        return transformers.pipeline(
            task, model=model, tokenizer=tokenizer, device=device, batch_size=BATCH if can_pad else 1
        )


def _longest(declared: int, config: Any) -> int:
    """Pieces to keep: tokenizers that name no limit say 10^30, and some models set two of their positions apart."""
    positions = getattr(config, "max_position_embeddings", None)
    limit = positions - 2 if isinstance(positions, int) and positions > 2 else LONGEST
    return int(min(declared, limit, LONGEST))


def _check_room(name: str, tokenizer: Any, hypotheses: Mapping[Stage, str]) -> None:
    """A sentence is never cut, so it must leave room for the text that it is tried against."""
    for stage, sentence in hypotheses.items():
        count = len(tokenizer(sentence)["input_ids"])
        if count > tokenizer.model_max_length // 2:
            limit = f"{count} pieces long where {name} reads {tokenizer.model_max_length}"
            raise ModelError(f"stage_hypotheses: the sentence of {stage} is {limit}; write a shorter one")


def _run(pipe: Any, texts: Sequence[str], **options: Any) -> list[Any]:
    """The pipeline's outputs in the order of the texts; texts of like length go together, so that little is padding."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    try:
        said: Iterable[Any] = pipe([texts[at] for at in order], **options)
    except (RuntimeError, IndexError, ValueError, TypeError) as error:
        name = Path(pipe.model.name_or_path).name
        raise ModelError(f"{name}: the model fails on a text ({_first_line(error)}); choose another") from error
    return [each for _, each in sorted(zip(order, said, strict=True), key=lambda pair: pair[0])]


def _with_sentiment(label: MomentLabel, said: dict[Sentiment, float]) -> MomentLabel:
    first = max(said, key=lambda name: said[name])
    is_confident = label.is_confident and said[first] >= CONFIDENT
    return replace(label, sentiment=first, sentiment_probabilities=said, is_confident=is_confident)


def _with_stage(label: MomentLabel, said: dict[Stage, float]) -> MomentLabel:
    first = max(said, key=lambda name: said[name])
    is_confident = label.is_confident and said[first] >= CONFIDENT
    return replace(label, stage=first, stage_probabilities=said, is_confident=is_confident)


def _arguments(commit: str | None) -> dict[str, Any]:
    """What each part is loaded with: all parts of one commit; a folder without a look at the network."""
    return {"trust_remote_code": False, "local_files_only": commit is None} | ({"revision": commit} if commit else {})


def _need_extra() -> None:
    os.environ.setdefault("DISABLE_SAFETENSORS_CONVERSION", "1")  # else a hub is asked to convert what it serves
    try:
        import_module("torch")
        import_module("transformers").utils.logging.set_verbosity_error()
    except ImportError as error:
        raise ModelError(
            f"a model of one's own needs {error.name or 'torch'}, which is not installed:"
            " pip install 'moment-listener[hub]'"
        ) from error


def _check_device(device: str) -> None:
    try:
        import_module("torch").zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise ModelError(f'device {device!r} cannot be used ({_first_line(error)}); write device = "cpu"') from error


def _hash_of(folder: Path) -> str:
    whole = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.is_file() and file.suffix in _HASHED:
            with file.open("rb") as stream:
                whole.update(file.name.encode() + hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()[:8]


@contextmanager
def _said_in_one_line(role: str, name: str, commit: str | None) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # loading raises what its many parts raise: httpx, pickle, safetensors
        tried = "the folder is there"
        if commit is not None:
            offline = import_module("huggingface_hub.constants").HF_HUB_OFFLINE
            where = "the cache of the Hugging Face hub, as HF_HUB_OFFLINE is set" if offline else "the Hugging Face hub"
            tried = f"tried a folder of that name and {where}; check the name and the network, or name a folder"
        raise ModelError(f"{role} model {name!r} cannot be loaded: {_first_line(error)} ({tried})") from error


def _first_line(error: BaseException) -> str:
    said = str(error).strip()
    return (said.splitlines()[0] if said else type(error).__name__)[:200].rstrip(" .")
