"""Mapping a brought model's labels: the obvious is taken, the rest is to be declared whole, and each fault is said."""

import tomllib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelError
from models.words import Sentiment, Stage
from nlp.hub_labels import (
    HYPOTHESES,
    check_entailment,
    complete_hypotheses,
    map_sentiments,
    normalised,
    sum_sentiments,
)

NEG, NEU, POS = Sentiment
DECLARED = {"LABEL_0": "negative", "LABEL_1": "neutral", "LABEL_2": "positive"}


def refusal(labels: Sequence[str], declared: dict[str, str]) -> str:
    with pytest.raises(ModelError, match=r"^owner/name: ") as raised:
        map_sentiments("owner/name", labels, declared)
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    ("labels", "meant"),
    [
        (["negative", "neutral", "positive"], [NEG, NEU, POS]),
        (["POSITIVE", "NEGATIVE"], [POS, NEG]),
        (["Neg", "Neu", "Pos"], [NEG, NEU, POS]),
        (["NEU", "POS", "NEG"], [NEU, POS, NEG]),
        (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], [NEG, NEG, NEU, POS, POS]),
        (["5_STARS", "4_STARS", "3_STARS", "2_STARS", "1_STAR"], [POS, POS, NEU, NEG, NEG]),
    ],
)
def test_obvious_names_need_no_table(labels: list[str], meant: list[Sentiment]) -> None:
    assert map_sentiments("owner/name", labels, {}) == dict(zip(labels, meant, strict=True))


@pytest.mark.parametrize(
    "labels",
    [
        ["LABEL_0", "LABEL_1", "LABEL_2"],
        ["negative", "positive", "other"],
        ["1 star", "2 stars", "3 stars"],
        ["0", "1", "2", "3", "4"],
        ["1", "2", "3", "4", "5"],
        ["joy", "anger"],
        ['say "good"\nor \\bad', "ולא"],
    ],
)
def test_other_names_are_refused_with_the_table_to_write(labels: list[str]) -> None:
    said = refusal(labels, {})
    assert "[classifier.sentiment_labels]" in said
    start = said.index("sentiment_labels = ")
    written = tomllib.loads(said[start : said.index(" (that is")])
    assert written == {"sentiment_labels": dict.fromkeys(labels, "?")}
    assert "'?'" in refusal(labels, written["sentiment_labels"])


def test_a_declared_table_goes_over_names() -> None:
    declared = {"positive": "negative", "negative": "positive"}
    assert map_sentiments("owner/name", ["negative", "positive"], declared) == {"negative": POS, "positive": NEG}
    assert map_sentiments("owner/name", list(DECLARED), DECLARED) == dict(zip(DECLARED, Sentiment, strict=True))


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"LABEL_0": "negative"}, "sentiment_labels does not map 'LABEL_1', 'LABEL_2'"),
        ({"LABEL_0": "negative"}, '{ "LABEL_0" = "negative", "LABEL_1" = "?", "LABEL_2" = "?" }'),
        (DECLARED | {"LABEL_3": "positive"}, "names 'LABEL_3', no label of this model; did you mean 'LABEL_2'?"),
        ({"label_0": "negative"}, "names 'label_0', no label of this model; did you mean 'LABEL_0'?"),
        (
            DECLARED | {"LABEL_2": "postive"},
            "to 'postive': to be negative, neutral or positive; did you mean 'positive'?",
        ),
        (DECLARED | {"LABEL_1": "mixed"}, "maps 'LABEL_1' to 'mixed': to be negative, neutral or positive"),
    ],
)
def test_a_wrong_table_is_refused(declared: dict[str, str], said: str) -> None:
    assert said in refusal(list(DECLARED), declared)


@given(st.lists(st.tuples(st.sampled_from(list(DECLARED)), st.floats(1e-9, 1)), min_size=1))
def test_probabilities_sum_to_one(scores: list[tuple[str, float]]) -> None:
    found = sum_sentiments(map_sentiments("owner/name", list(DECLARED), DECLARED), scores)
    assert list(found) == list(Sentiment)
    assert sum(found.values()) == pytest.approx(1, abs=1e-9)


def test_labels_of_one_sentiment_add_up_and_one_without_a_label_has_none() -> None:
    mapping = {"joy": POS, "love": POS, "anger": NEG}
    found = sum_sentiments(mapping, [("joy", 0.25), ("anger", 0.5), ("love", 0.25)])
    assert found == {NEG: 0.5, NEU: 0.0, POS: 0.5}


@pytest.mark.parametrize("score", [float("nan"), float("inf"), 0.0])
def test_what_is_no_probability_is_refused(score: float) -> None:
    with pytest.raises(ModelError, match="not a number"):
        normalised({NEG: score, POS: 0.0})


@pytest.mark.parametrize("label", ["entailment", "ENTAILMENT", "entail"])
def test_a_model_with_entailment_can_say_stages(label: str) -> None:
    check_entailment("owner/nli", ["contradiction", "neutral", label])


@pytest.mark.parametrize("labels", [["LABEL_0", "LABEL_1"], ["not_entailment", "contradiction"], []])
def test_a_model_without_entailment_cannot(labels: list[str]) -> None:
    with pytest.raises(
        ModelError, match=r"owner/nli: none of its labels .* is entailment; stages need a model trained"
    ):
        check_entailment("owner/nli", labels)


def test_each_stage_has_a_sentence_and_a_declared_one_goes_over_ours() -> None:
    assert complete_hypotheses({}) == HYPOTHESES
    mine = complete_hypotheses({Stage.FMOT: " In the shop. "})
    assert mine == {**HYPOTHESES, Stage.FMOT: "In the shop."}
    assert list(mine) == list(Stage)
    assert all(text.isascii() and text.endswith(".") and len(text) < 110 for text in HYPOTHESES.values())


@pytest.mark.parametrize("text", ["", "  ", HYPOTHESES[Stage.ZMOT]])
def test_stages_that_cannot_be_told_apart_are_refused(text: str) -> None:
    with pytest.raises(ModelError, match="stage_hypotheses: each stage needs a sentence of its own"):
        complete_hypotheses({Stage.UMOT: text})
