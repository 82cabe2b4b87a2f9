"""The shipped classifier: labels of the right shape, independent of what stands beside them; damage is said."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelError
from models.words import Addressee, Sentiment, Stage
from nlp.features import BUCKETS, LONGEST, features
from nlp.linear import WEIGHTS, LinearClassifier
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
    assert [classifier.classify([text])[0] for text in TEXTS] == together
    assert classifier.classify(TEXTS[::-1] * 40)[: len(TEXTS)] == together[::-1]


@given(st.lists(st.text(), max_size=5), st.text())
def test_any_text_is_labelled_whatever_stands_beside_it(others: list[str], text: str) -> None:
    classifier = load_classifier()
    alone = classifier.classify([text])
    assert classifier.classify([*others, text])[-1:] == alone
    assert isinstance(alone[0], MomentLabel)


def test_no_texts_give_no_labels() -> None:
    assert load_classifier().classify([]) == []


def test_a_model_says_its_name_and_version() -> None:
    name, version = load_classifier().model.rsplit(" ", 1)
    assert name
    assert version.replace(".", "").isdigit()
    assert 0 < load_classifier().threshold < 1


@given(st.text())
def test_features_have_length_one_and_known_buckets(text: str) -> None:
    buckets, weights = features(text)
    assert len(buckets) == len(set(buckets.tolist())) == len(weights)
    assert float((weights**2).sum()) == pytest.approx(1, abs=1e-4)
    assert buckets.min() >= 0
    assert buckets.max() < BUCKETS


def test_what_stands_after_the_longest_length_is_not_looked_at() -> None:
    text = "late " * (LONGEST // 5)
    assert features(text + "great")[0].tolist() == features(text)[0].tolist()


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "truncated", "flipped", "a folder"])
def test_damaged_weights_are_said_to_be_so(tmp_path: Path, damage: str) -> None:
    whole = WEIGHTS.read_bytes()
    path = tmp_path / "linear.npz"
    written = {
        "empty": b"",
        "text": b"not weights at all",
        "truncated": whole[: len(whole) // 2],
        "flipped": whole[:1000] + bytes(byte ^ 255 for byte in whole[1000:1200]) + whole[1200:],
    }
    if damage in written:
        path.write_bytes(written[damage])
    elif damage == "a folder":
        path.mkdir()
    with pytest.raises(ModelError, match=r"linear\.npz: the shipped weights cannot be read \(.*reinstall") as raised:
        LinearClassifier.shipped(path)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("classes", "card"),
    [
        (3, {"name": "x", "version": "1", "temperature": {}}),
        (14, {"name": "x", "version": "1", "temperature": {}}),
        (14, {"version": "1"}),
    ],
)
def test_weights_of_another_shape_are_refused_when_they_are_loaded(
    tmp_path: Path, classes: int, card: dict[str, object]
) -> None:
    path = tmp_path / "linear.npz"
    np.savez_compressed(
        path,
        buckets=np.arange(2, dtype=np.int32),
        values=np.ones((2, classes), np.int8),
        scale=np.ones(classes, np.float32),
        bias=np.zeros(classes, np.float32),
        card=np.array(json.dumps(card)),
    )
    with pytest.raises(ModelError, match="reinstall"):
        LinearClassifier.shipped(path)
