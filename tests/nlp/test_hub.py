"""Brought models: real, tiny ones are made on the spot and run by the real pipelines; nothing is asked of a hub."""

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from models.errors import ModelError
from models.words import Sentiment, Stage
from nlp.moments import ModelChoice, MomentLabel, load_classifier

THREE = {0: "negative", 1: "neutral", 2: "positive"}
NLI = {0: "contradiction", 1: "neutral", 2: "entailment"}
TEXTS = ["the coffee is good", "", "where is my order", "late " * 3000, "👍 \ud83d", "הקפה מעולה", "  ", "late!"]
WORDS = sorted({word for text in (*TEXTS[:3], "late good the writer has not bought yet .") for word in text.split()})
Make = Callable[..., str]


@pytest.fixture(autouse=True)
def _no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")  # read on import, so the loaded client is told as well
    monkeypatch.setattr(import_module("huggingface_hub.constants"), "HF_HUB_OFFLINE", True)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """``make(name, labels, kind=..., **config)`` writes a model of two layers with random weights; its folder."""
    torch = pytest.importorskip("torch")
    transformers: Any = import_module("transformers")

    def written(name: str, labels: dict[int, str], kind: str = "SequenceClassification", **more: Any) -> str:
        folder = tmp_path / name
        folder.mkdir()
        pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *map(chr, range(97, 123))]
        (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
        transformers.BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
        sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
        config = transformers.BertConfig(
            vocab_size=len(pieces),
            max_position_embeddings=64,
            id2label=labels,
            label2id={label: number for number, label in labels.items()},
            initializer_range=1.0,  # so that texts differ in their labels
            **sizes,
            **more,
        )
        torch.manual_seed(7)
        getattr(transformers, f"BertFor{kind}")(config).save_pretrained(folder)
        return str(folder)

    return written


def labels_of(texts: list[str] = TEXTS, **choice: Any) -> list[MomentLabel]:
    return load_classifier(ModelChoice(**choice)).classify(texts)


def chosen(role: str, folder: str) -> ModelChoice:
    return ModelChoice(stage=folder) if role == "stage" else ModelChoice(sentiment=folder)


def refused(**choice: Any) -> str:
    with pytest.raises(ModelError) as raised:
        load_classifier(ModelChoice(**choice))
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_brought_sentiment_replaces_that_of_the_shipped_model_and_nothing_else(make: Make) -> None:
    shipped = load_classifier().classify(TEXTS[:1] + TEXTS[2:4])
    brought = labels_of(TEXTS[:1] + TEXTS[2:4], sentiment=make("mine", THREE))
    assert [label.sentiment_probabilities for label in brought] != [label.sentiment_probabilities for label in shipped]
    for ours, theirs in zip(shipped, brought, strict=True):
        assert sum(theirs.sentiment_probabilities.values()) == pytest.approx(1, abs=1e-9)
        assert theirs.sentiment_probabilities[theirs.sentiment] == max(theirs.sentiment_probabilities.values())
        kept = ("stage", "stage_probabilities", "complaint", "needs_response", "addressed_to")
        assert all(getattr(ours, name) == getattr(theirs, name) for name in kept)


def test_the_probabilities_are_those_of_the_model_itself(make: Make) -> None:
    folder = make("mine", {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"})
    declared = (("LABEL_0", "positive"), ("LABEL_1", "negative"), ("LABEL_2", "positive"))
    (label,) = labels_of(TEXTS[:1], sentiment=folder, sentiment_labels=declared)
    transformers: Any = import_module("transformers")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    assert tokenizer.tokenize(TEXTS[0]) == TEXTS[0].split()
    tokens = tokenizer(TEXTS[0], return_tensors="pt")
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder)
    first, second, third = model(**tokens).logits.softmax(-1)[0].tolist()
    wanted = {Sentiment.NEGATIVE: second, Sentiment.NEUTRAL: 0.0, Sentiment.POSITIVE: first + third}
    assert label.sentiment_probabilities == pytest.approx(wanted, abs=1e-5)


def test_a_zero_shot_model_says_the_stage(make: Make) -> None:
    texts = [*TEXTS[:4], *TEXTS[5:]]
    labels = labels_of(texts, stage=make("nli", NLI))
    shipped = load_classifier().classify(texts)
    for label, ours in zip(labels, shipped, strict=True):
        assert set(label.stage_probabilities) == set(Stage)
        assert sum(label.stage_probabilities.values()) == pytest.approx(1, abs=1e-9)
        assert label.stage_probabilities[label.stage] == max(label.stage_probabilities.values())
        assert label.sentiment_probabilities == ours.sentiment_probabilities
        assert ours.is_confident or not label.is_confident
    assert len({label.stage_probabilities[Stage.ZMOT] for label in labels}) > 3


def test_hypotheses_are_what_a_text_is_tried_against(make: Make) -> None:
    folder = make("nli", NLI)
    plain, swapped = "the coffee", "where is my order ?"
    one = labels_of(stage=folder, stage_hypotheses=((Stage.ZMOT, plain), (Stage.UMOT, swapped)))
    two = labels_of(stage=folder, stage_hypotheses=((Stage.ZMOT, swapped), (Stage.UMOT, plain)))
    for a, b in zip(one, two, strict=True):
        assert a.stage_probabilities[Stage.ZMOT] == pytest.approx(b.stage_probabilities[Stage.UMOT], abs=1e-4)
    assert "sentence of its own" in refused(stage=folder, stage_hypotheses=((Stage.ZMOT, "x"), (Stage.UMOT, "x ")))
    long = ((Stage.ZMOT, "x " * 40),)
    assert "the sentence of zmot is 42 pieces long" in refused(stage=folder, stage_hypotheses=long)


@pytest.mark.parametrize("role", ["sentiment", "stage"])
def test_a_text_gets_the_same_label_alone_and_among_others_in_their_order(make: Make, role: str) -> None:
    classifier = load_classifier(chosen(role, make("mine", NLI if role == "stage" else THREE)))
    together = classifier.classify(TEXTS * 5)
    for place, text in enumerate(TEXTS):
        (alone,) = classifier.classify([text])
        for label in (together[place], together[place + 4 * len(TEXTS)]):
            assert label.sentiment_probabilities == pytest.approx(alone.sentiment_probabilities, abs=1e-4)
            assert label.stage_probabilities == pytest.approx(alone.stage_probabilities, abs=1e-4)
    assert classifier.classify([]) == []


def test_the_name_says_what_labels_and_changes_with_it(make: Make) -> None:
    folder, nli = make("mine", THREE), make("nli", NLI)
    shipped = load_classifier().model
    both = load_classifier(ModelChoice(sentiment=folder, stage=nli)).model
    first, second, third = both.split(" + ")
    assert first == shipped
    assert second.startswith("sentiment mine@local-")
    assert third.startswith("stage nli@local-")
    same = ModelChoice(sentiment=folder)
    assert load_classifier(same) is load_classifier(ModelChoice(sentiment=folder))
    turned = (("negative", "positive"), ("neutral", "neutral"), ("positive", "negative"))
    other = make("other", {0: "negative", 1: "positive"})
    hypothesis = ((Stage.NONE, "something else"),)
    choices = (
        same,
        ModelChoice(sentiment=folder, sentiment_labels=turned),
        ModelChoice(sentiment=other),
        ModelChoice(stage=nli),
        ModelChoice(stage=nli, stage_hypotheses=hypothesis),
    )
    assert len({shipped, both} | {load_classifier(choice).model for choice in choices}) == 7
    Path(folder, "config.json").write_text(Path(folder, "config.json").read_text() + " ")
    assert load_classifier(ModelChoice(sentiment=f"{folder}/")).model != load_classifier(same).model


def test_labels_that_do_not_say_what_they_mean_are_refused_before_weights_are_read(make: Make) -> None:
    folder = make("mine", {0: "LABEL_0", 1: "LABEL_1"})
    Path(folder, "model.safetensors").unlink()
    said = refused(sentiment=folder)
    assert 'sentiment_labels = { "LABEL_0" = "?", "LABEL_1" = "?" }' in said
    assert "does not map 'LABEL_1'" in refused(sentiment=folder, sentiment_labels=(("LABEL_0", "negative"),))
    assert "to 'good'" in refused(sentiment=folder, sentiment_labels=(("LABEL_0", "good"), ("LABEL_1", "neutral")))
    assert "entailment; stages need a model trained on NLI" in refused(stage=folder)


@pytest.mark.parametrize(
    ("kind", "architecture"),
    [
        ("gpt2", "GPT2LMHeadModel"),
        ("bart", "BartForConditionalGeneration"),
        ("bert", "BertForMaskedLM"),
        ("bert", "BertForTokenClassification"),
    ],
)
def test_a_model_that_is_no_sequence_classifier_is_refused(tmp_path: Path, kind: str, architecture: str) -> None:
    pytest.importorskip("torch")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": kind, "architectures": [architecture]}))
    assert f"is no sequence classifier but {architecture}" in refused(sentiment=str(tmp_path))


def test_a_regression_is_refused(make: Make) -> None:
    assert "gives a number, not labels" in refused(sentiment=make("mine", {0: "positive"}))
    assert "gives a number" in refused(sentiment=make("more", THREE, problem_type="regression"))


def test_a_model_of_many_labels_at_once_is_brought_to_a_sum_of_one(make: Make) -> None:
    folder = make("mine", THREE, problem_type="multi_label_classification")
    for label in labels_of(sentiment=folder):
        assert sum(label.sentiment_probabilities.values()) == pytest.approx(1, abs=1e-9)


def test_a_head_that_was_never_trained_is_refused(make: Make) -> None:
    folder = Path(make("mine", THREE, "MaskedLM"))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"architectures": ["BertForSequenceClassification"]}))
    said = refused(sentiment=str(folder))
    assert "its weights lack" in said
    assert "never trained" in said


@pytest.mark.parametrize("damage", ["empty", "text", "truncated", "gone"])
@pytest.mark.parametrize("file", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_damaged_folder_is_said_to_be_so(make: Make, file: str, damage: str) -> None:
    folder = make("mine", THREE)
    path = Path(folder, file)
    whole = path.read_bytes()
    path.write_bytes({"empty": b"", "text": b"no model", "truncated": whole[: len(whole) // 2]}.get(damage, b""))
    if damage == "gone":
        path.unlink()
        Path(folder, "vocab.txt").unlink()
    assert refused(sentiment=folder).startswith(f"sentiment model {folder!r} ")


def test_what_is_nowhere_is_refused_with_what_was_tried(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    said = refused(sentiment="nobody/nothing")
    assert said.startswith("sentiment model 'nobody/nothing' cannot be loaded: ")
    assert "tried a folder of that name and the cache of the Hugging Face hub, as HF_HUB_OFFLINE is set" in said
    for name in (str(tmp_path / "nowhere"), "./nowhere", "~/no/where", "a/b/c", "..\\x"):
        assert "there is no such folder" in refused(stage=name)
    (tmp_path / "model.bin").touch()
    assert "there is no such folder" in refused(stage=str(tmp_path / "model.bin"))


def test_a_model_of_the_hub_is_named_by_the_commit_that_the_cache_holds(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = "3216a57f2a0d9c45a2e6c20157c20c49fb4bf9c7"
    stored = tmp_path / "cache" / "models--owner--mine"
    (stored / "refs").mkdir(parents=True)
    (stored / "snapshots").mkdir()
    (stored / "refs" / "main").write_text(commit)
    Path(make("mine", THREE)).rename(stored / "snapshots" / commit)
    monkeypatch.setattr(import_module("huggingface_hub.constants"), "HF_HUB_CACHE", str(tmp_path / "cache"))
    classifier = load_classifier(ModelChoice(sentiment="owner/mine"))
    assert " + sentiment owner/mine@3216a57 (labels " in classifier.model
    assert len(classifier.classify(TEXTS)) == len(TEXTS)


@pytest.mark.parametrize("role", ["sentiment", "stage"])
def test_a_model_that_knows_no_padding_runs_text_by_text(make: Make, role: str) -> None:
    folder = Path(make("mine", NLI if role == "stage" else THREE, pad_token_id=None))
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    (folder / "tokenizer_config.json").write_text(json.dumps(settings | {"pad_token": None, "eos_token": "[SEP]"}))
    assert len(load_classifier(chosen(role, str(folder))).classify(TEXTS)) == len(TEXTS)


@pytest.mark.parametrize("device", ["cuda:99", "warp"])
def test_a_device_that_is_not_there_is_refused(make: Make, device: str) -> None:
    assert f"device {device!r} cannot be used (" in refused(sentiment=make("mine", THREE), device=device)


@pytest.mark.parametrize("module", ["torch", "transformers"])
def test_without_the_extra_the_command_to_install_it_is_said(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setitem(sys.modules, "torch", import_module("json"))  # any module will do
    monkeypatch.setitem(sys.modules, module, None)
    said = refused(sentiment="nobody/nothing")
    assert said == f"a model of one's own needs {module}, which is not installed: pip install 'moment-listener[hub]'"


def test_nothing_brought_is_the_shipped_model() -> None:
    assert load_classifier(ModelChoice()) is load_classifier() is load_classifier(None)
