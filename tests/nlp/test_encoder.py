"""The shipped classifier: labels of the right shape, independent of what stands beside them; damage is said."""

import json
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ModelError
from models.words import Addressee, Sentiment, Stage
from nlp.encoder import WEIGHTS, EncoderClassifier
from nlp.model_text import shorten, simplified
from nlp.moments import MomentLabel, load_classifier

TEXTS = [
    "Where is my order? It should have arrived on Tuesday.",
    "Best coffee in town, will buy again!",
    "Which grinder should I get?",
    "הקפה שלכם מעולה",
    "客服完全不回，太失望了",
    "",
    "👍",
    "x" * 10_000,
]


def same(one: MomentLabel, other: MomentLabel) -> bool:
    """Equal but for the last digits: sums of float32 depend on how a batch is cut."""
    near = partial(pytest.approx, abs=1e-4)
    return (
        (one.stage, one.sentiment, one.addressed_to) == (other.stage, other.sentiment, other.addressed_to)
        and one.stage_probabilities == near(other.stage_probabilities)
        and one.sentiment_probabilities == near(other.sentiment_probabilities)
        and (one.complaint, one.needs_response) == near((other.complaint, other.needs_response))
    )


def test_labels_have_the_shape_that_the_contract_says() -> None:
    for label in load_classifier().classify(TEXTS):
        assert set(label.stage_probabilities) == set(Stage)
        assert set(label.sentiment_probabilities) == set(Sentiment)
        assert sum(label.stage_probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert sum(label.sentiment_probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert label.stage_probabilities[label.stage] == max(label.stage_probabilities.values())
        assert label.sentiment_probabilities[label.sentiment] == max(label.sentiment_probabilities.values())
        assert 0 <= label.complaint <= 1
        assert 0 <= label.needs_response <= 1
        assert label.addressed_to in Addressee
        assert isinstance(label.is_confident, bool)


def test_a_text_gets_the_same_label_alone_and_among_others() -> None:
    classifier = load_classifier()
    together = classifier.classify(TEXTS)
    assert all(map(same, [classifier.classify([text])[0] for text in TEXTS], together))
    assert all(map(same, classifier.classify(TEXTS[::-1] * 40)[: len(TEXTS)], together[::-1]))


@given(st.lists(st.text(), max_size=5), st.text())
@settings(max_examples=30, deadline=None)
def test_any_text_is_labelled_whatever_stands_beside_it(others: list[str], text: str) -> None:
    classifier = load_classifier()
    alone = classifier.classify([text])
    assert same(classifier.classify([*others, text])[-1], alone[0])
    assert isinstance(alone[0], MomentLabel)


def test_no_texts_give_no_labels() -> None:
    assert load_classifier().classify([]) == []


def test_a_model_says_its_name_and_version() -> None:
    name, version = load_classifier().model.rsplit(" ", 1)
    assert name
    assert version.replace(".", "").isdigit()
    assert 0 < load_classifier().threshold < 1


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "truncated", "other tasks", "other classes"])
def test_a_damaged_model_is_said_to_be_so(tmp_path: Path, damage: str) -> None:
    for file in WEIGHTS.iterdir():
        if file.is_file() and not (damage == "missing" and file.name == "model.onnx"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    model, config = tmp_path / "model.onnx", tmp_path / "config.json"
    said = json.loads(config.read_text(encoding="utf-8"))
    if damage in ("empty", "text", "truncated"):
        model.write_bytes({"empty": b"", "text": b"no model", "truncated": model.read_bytes()[:1_000_000]}[damage])
    elif damage == "other tasks":
        del said["tasks"]["complaint"]
    elif damage == "other classes":
        said["tasks"]["sentiment"]["classes"] = ["bad", "good"]
    config.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(ModelError, match=r"cannot be loaded .*reinstall") as raised:
        EncoderClassifier.load(tmp_path)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "stage", "sentiment"),
    [
        ("Which espresso machine should I buy, this one or the other? Any recommendations?", "zmot", "neutral"),
        ("Never again. Worst coffee I ever had, avoid this shop.", "umot", "negative"),
        ("@amberroast the machine you sent is broken and nobody answers me, please fix this!", "smot", "negative"),
        ("המכונה דולפת, אפשר לקבל עזרה בבקשה?", "smot", "neutral"),
        ("請問這台咖啡機值得買嗎？", "zmot", "neutral"),
    ],
)
def test_plain_cases_are_plain(text: str, stage: str, sentiment: str) -> None:
    label = load_classifier().classify([text])[0]
    assert (label.stage, label.sentiment) == (stage, sentiment)


def test_long_posts_keep_their_beginning_and_their_end() -> None:
    assert shorten(list(range(100)), 8) == [0, 1, 2, 3, 4, 5, 98, 99]
    assert shorten([1, 2], 8) == [1, 2]
    assert simplified("see  https://x.example/a?b\n now") == "see http now"
