"""Labelling: what lacks a label of the current model and nothing else; files line by line, in order."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from listener.formats import BadLine
from listener.pipeline.classifying import classify_stored
from listener.pipeline.labelling import BATCH, classify_lines
from listener.pipeline.preparing import ListeningBrand
from models.database import session_of
from models.store.labels import save_correction
from models.tables import Label, Mention, Post, Run
from models.words import CorrectedField, Stage
from nlp.moments import Classifier, MomentLabel, load_classifier
from tests.builders import NOW, a_brand, bring, clock, memory, post, reply

POSTS = [
    post("1", "Where is my order? It should have arrived on Tuesday."),
    post("2", "Best coffee in town, will buy again!", hours=1, author="bob"),
    reply("3", "1", hours=2),
]


@dataclass(frozen=True)
class Newer:
    """The shipped model under another version's name: labels of the old one are to be made anew."""

    inner: Classifier
    model: str = "moments-linear next"
    threshold: float = 0.5

    def classify(self, texts: Sequence[str]) -> list[MomentLabel]:
        return self.inner.classify(texts)


def store() -> tuple[Engine, ListeningBrand]:
    engine = memory()
    brand = a_brand(engine)
    bring(engine, brand, POSTS)
    return engine, brand


def mention(session: Session, source_id: str) -> Mention:
    return session.exec(select(Mention).join(Post).where(Post.source_id == source_id)).one()


def test_every_customers_mention_is_labelled_once_and_the_brands_own_never() -> None:
    engine, brand = store()
    classifier = load_classifier()
    assert classify_stored(engine, classifier, clock) == 2
    assert classify_stored(engine, classifier, clock) == 0
    with session_of(engine) as session:
        assert mention(session, "1").model == classifier.model
        assert mention(session, "3").model is None
        run = session.exec(select(Run).where(Run.kind == "classify")).one()
        assert (run.new_count, run.finished_at) == (2, NOW)
        label = session.exec(select(Label).where(Label.mention_id == mention(session, "1").id)).one()
        assert sum(label.stage_probabilities.values()) == pytest.approx(1, abs=1e-4)
        assert mention(session, "1").is_complaint == (label.complaint >= 0.5)
    bring(engine, brand, [post("4", "I want a new grinder", hours=3)])
    assert classify_stored(engine, classifier, clock) == 1


def test_only_the_brand_asked_for_is_labelled() -> None:
    engine, brand = store()
    rival = a_brand(engine, "north-beans", "northbeans")
    bring(engine, rival, [post("5", "North Beans is fine", author="cat")])
    assert classify_stored(engine, load_classifier(), clock, brand_id=rival.id) == 1
    assert classify_stored(engine, load_classifier(), clock, brand_id=brand.id) == 2


def test_a_newer_model_labels_everything_again_and_keeps_the_old_labels_on_record() -> None:
    engine, _ = store()
    classify_stored(engine, load_classifier(), clock)
    newer = Newer(load_classifier())
    assert classify_stored(engine, newer, clock) == 2
    with session_of(engine) as session:
        assert mention(session, "1").model == newer.model
        assert len(session.exec(select(Label)).all()) == 4


@pytest.mark.parametrize(
    ("field", "value", "column", "shown"),
    [
        (CorrectedField.STAGE, "fmot", "stage", "fmot"),
        (CorrectedField.SENTIMENT, "neutral", "sentiment", "neutral"),
        (CorrectedField.COMPLAINT, "false", "is_complaint", False),
        (CorrectedField.NEEDS_RESPONSE, "false", "needs_response", False),
        (CorrectedField.ADDRESSED_TO, "people", "addressed_to", "people"),
    ],
)
def test_a_correction_outlives_a_new_label(field: CorrectedField, value: str, column: str, shown: object) -> None:
    engine, brand = store()
    classify_stored(engine, load_classifier(), clock)
    with session_of(engine) as session:
        save_correction(session, mention(session, "1"), field, value, "rasa", NOW)
        assert getattr(mention(session, "1"), column) == shown
    classify_stored(engine, Newer(load_classifier()), clock)
    with session_of(engine) as session:
        assert getattr(mention(session, "1"), column) == shown
    bring(engine, brand, [POSTS[0] | {"text": "Where is my order? It should have arrived on Friday!"}])
    assert classify_stored(engine, Newer(load_classifier()), clock) == 1
    with session_of(engine) as session:
        assert getattr(mention(session, "1"), column) == shown


def test_the_last_correction_counts_and_an_undone_one_does_not() -> None:
    engine, _ = store()
    with session_of(engine) as session:
        for value in ("fmot", "umot"):
            last = save_correction(session, mention(session, "1"), CorrectedField.STAGE, value, "rasa", NOW)
    classify_stored(engine, load_classifier(), clock)
    with session_of(engine) as session:
        assert mention(session, "1").stage == "umot"
        last.undone_at = NOW
        session.add(last)
    classify_stored(engine, Newer(load_classifier()), clock)
    with session_of(engine) as session:
        assert mention(session, "1").stage == "fmot"


@pytest.mark.parametrize(
    ("field", "value"), [(CorrectedField.STAGE, "tmot"), (CorrectedField.COMPLAINT, "yes"), (CorrectedField.STAGE, "")]
)
def test_a_correction_that_is_no_label_is_refused(field: CorrectedField, value: str) -> None:
    engine, _ = store()
    with session_of(engine) as session, pytest.raises(ValueError, match="is not"):
        save_correction(session, mention(session, "1"), field, value, "rasa", NOW)


def labelled(*objects: object) -> list[dict[str, Any] | str]:
    """What comes of a file of these objects (or raw lines): labels, and bad lines as they are said."""
    data = b"".join((part if isinstance(part, bytes) else json.dumps(part).encode()) + b"\n" for part in objects)
    found = classify_lines(io.BytesIO(data), load_classifier())
    return [str(line) if isinstance(line, BadLine) else json.loads(line.encode()) for line in found]


def ids(outcome: list[dict[str, Any] | str]) -> list[str]:
    return [line if isinstance(line, str) else str(line.get("source_id", line.get("id"))) for line in outcome]


def test_a_line_of_labels_has_the_keys_of_the_contract() -> None:
    (line,) = labelled({"id": "1", "text": "Where is my order? It should have arrived on Tuesday."})
    assert isinstance(line, dict)
    assert list(line) == [
        "id",
        "language",
        "stage",
        "stage_probabilities",
        "sentiment",
        "sentiment_probabilities",
        "complaint",
        "needs_response",
        "addressed_to",
        "confident",
        "model",
    ]
    assert line["language"] == "en"
    assert set(line["stage_probabilities"]) == set(Stage)
    assert sum(line["stage_probabilities"].values()) == pytest.approx(1, abs=1e-4)
    assert line["model"] == load_classifier().model


def test_a_line_of_posts_is_named_by_source_and_id() -> None:
    (line,) = labelled(POSTS[0])
    assert isinstance(line, dict)
    assert (line["source"], line["source_id"], "id" in line) == ("mastodon", "1", False)


def test_the_order_stays_over_many_batches_and_bad_lines_stand_where_they_were() -> None:
    objects: list[object] = [{"id": str(place), "text": f"text {place}"} for place in range(BATCH + 20)]
    objects[7] = b'{"id": "7", "text": '
    objects[BATCH + 3] = {"id": "x"}
    found = ids(labelled(*objects))
    assert found[7] == "line 8: is no valid JSON: Expecting value at character 20"
    assert found[BATCH + 3] == f"line {BATCH + 4}: text is missing or no text"
    good = [place for place in range(BATCH + 20) if place not in (7, BATCH + 3)]
    assert [found[place] for place in good] == [str(place) for place in good]


def test_a_label_does_not_depend_on_what_stands_beside_it() -> None:
    alone = labelled({"id": "1", "text": "Best coffee in town"})
    among = labelled(
        *({"id": "0", "text": "x" * place} for place in range(300)), {"id": "1", "text": "Best coffee in town"}
    )
    assert among[-1:] == alone


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[]", "is a JSON list, and a post is an object {...}"),
        (b'{"id": "caf\xe9"}', "is not UTF-8"),
        ({"id": "1", "text": 5}, "text is missing or no text"),
        ({"text": "x"}, "has neither id nor source and source_id"),
        ({"source": "s", "text": "x"}, "has neither id nor source and source_id"),
        (b'{"id": ' + b"1" * 5000 + b', "text": "x"}', "is no valid JSON"),
    ],
)
def test_a_line_that_cannot_be_labelled_is_reported_and_costs_nothing_else(line: object, reason: str) -> None:
    first, bad, last = labelled({"id": "0", "text": "x"}, line, {"id": "2", "text": "x"})
    assert isinstance(bad, str)
    assert bad.startswith(f"line 2: {reason}")
    assert ids([first, last]) == ["0", "2"]


@pytest.mark.parametrize(
    "odd",
    [
        {"text": ""},
        {"text": "a\x00b"},
        {"text": "half \ud83d of an emoji"},
        {"text": "<p>half \ud83d of an emoji</p>"},
        {"text": "x", "title": 5},
        {"text": "x", "title": "half \ud83d"},
        {"text": "x", "language": 5},
        {"text": "x", "language": ["en"]},
        {"text": "x", "id": "half \ud83d"},
        {"text": "x" * 100_000},
    ],
    ids=str,
)
def test_an_odd_line_is_labelled_or_reported_but_stops_nothing(odd: dict[str, object]) -> None:
    found = labelled({"id": "0", "text": "x"}, {"id": "1"} | odd, {"id": "2", "text": "x"})
    assert len(found) == 3
    assert ids([found[0], found[2]]) == ["0", "2"]


def test_empty_lines_are_passed_over() -> None:
    assert ids(labelled(b"", {"id": "1", "text": "x"}, b"  ")) == ["1"]
    assert labelled() == []
