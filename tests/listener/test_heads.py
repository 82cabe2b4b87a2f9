"""Learning from corrections: what stands in the database is learned from, and kept only if it is better."""

import os
from pathlib import Path

import pytest

from listener.pipeline.classifying import classify_stored
from listener.pipeline.heads import learn
from models.database import session_of
from models.errors import InputError, ModelError
from models.reads.corrections import corrected_posts
from models.store.labels import save_correction
from models.words import CorrectedField, Stage
from nlp.encoder import heads_file
from nlp.moments import ModelChoice, load_classifier
from tests.builders import NOW, a_brand, bring, clock, memory, post
from tests.listener.test_classifying import mention

WORDS = ("kitchen", "garden", "office", "garage", "cellar", "attic", "balcony", "hallway", "porch", "studio")
THINGS = ("lamp", "chair", "shelf", "table")
RULE = [f"Zorblat report: {thing} in the {word}, seen at noon." for word in WORDS for thing in THINGS]
"""Posts of a kind that the model was never shown, of which people say that they come from the shop."""


def as_corrections(value: str) -> list[tuple[str, dict[str, str]]]:
    return [(text, {"stage": value}) for text in RULE]


def other_than_said() -> str:
    """A stage that the shipped model gives to hardly any of the posts."""
    said = [label.stage for label in load_classifier().classify(RULE)]
    return "fmot" if said.count(Stage.FMOT) < 5 else "zmot"


def test_a_rule_is_kept_and_labels_from_then_on(tmp_path: Path) -> None:
    stage = other_than_said()
    trial, file = learn(as_corrections(stage), tmp_path)
    assert trial.is_better
    assert file is not None
    new = load_classifier(ModelChoice(heads=tmp_path))
    assert new.model == f"{load_classifier().model}+{trial.heads.mark}"
    after = [label.stage for label in new.classify(["Zorblat report: sofa in the lobby, seen at noon."])]
    assert after == [stage]


def test_what_is_no_better_is_not_kept(tmp_path: Path) -> None:
    said = load_classifier().classify(RULE)
    trial, file = learn([(text, {"stage": str(label.stage)}) for text, label in zip(RULE, said, strict=True)], tmp_path)
    assert not trial.is_better
    assert file is None
    assert list(tmp_path.iterdir()) == []
    assert load_classifier(ModelChoice(heads=tmp_path)).model == load_classifier().model


def test_too_few_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="3 corrected posts are too few"):
        learn(as_corrections("zmot")[:3], tmp_path)


def test_a_correction_to_what_is_no_label_any_more_is_named(tmp_path: Path) -> None:
    given = [*as_corrections("zmot"), ("It leaks.", {"stage": "love"})]
    with pytest.raises(InputError, match=r"the correction of 'It leaks\.' cannot be learned from: 'love' is no stage"):
        learn(given, tmp_path)


def test_a_folder_of_heads_that_is_a_file_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "heads.npz").write_text("")
    with pytest.raises(ModelError, match="the heads cannot be read"):
        load_classifier(ModelChoice(heads=tmp_path / "heads.npz"))


def test_heads_from_the_first_second_of_1970_count(tmp_path: Path) -> None:
    """Images and archives that are built the same each time set all files' times to 0."""
    file = heads_file(tmp_path)
    file.write_bytes(b"no heads")
    os.utime(file, ns=(0, 0))
    with pytest.raises(ModelError, match="no heads"):
        load_classifier(ModelChoice(heads=tmp_path))


def test_posts_are_labelled_anew_by_new_heads_and_corrections_stay(tmp_path: Path) -> None:
    engine = memory()
    brand = a_brand(engine)
    bring(engine, brand, [post("1", RULE[0]), post("2", "Never again, avoid.", hours=1)])
    classify_stored(engine, load_classifier(), clock)
    with session_of(engine) as session:
        save_correction(session, mention(session, "2"), CorrectedField.STAGE, "smot", "ann", NOW)
    learn(as_corrections(other_than_said()), tmp_path)
    new = load_classifier(ModelChoice(heads=tmp_path))
    assert classify_stored(engine, new, clock) == 2
    with session_of(engine) as session:
        assert mention(session, "1").model == new.model
        assert mention(session, "2").stage == "smot"


def test_the_latest_correction_that_stands_is_read_with_the_text_that_was_classified() -> None:
    engine = memory()
    brand, other = a_brand(engine), a_brand(engine, "north-beans", "northbeans")
    bring(engine, brand, [post("1", "Body.", title="Title"), post("2", "Second.", hours=1), post("3", "x y", hours=2)])
    bring(engine, other, [post("4", "Of the other brand.", hours=3)])
    with session_of(engine) as session:
        for source_id, field, value in [
            ("1", CorrectedField.STAGE, "zmot"),
            ("1", CorrectedField.STAGE, "smot"),
            ("1", CorrectedField.COMPLAINT, "true"),
            ("2", CorrectedField.STAGE, "umot"),
            ("4", CorrectedField.SENTIMENT, "negative"),
        ]:
            made = save_correction(session, mention(session, source_id), field, value, "ann", NOW)
            if source_id == "2":
                made.undone_at = NOW
    with session_of(engine) as session:
        mine = [("Title\nBody.", {"stage": "smot", "complaint": "true"})]
        assert corrected_posts(session, brand.id) == mine
        assert corrected_posts(session) == [*mine, ("Of the other brand.", {"sentiment": "negative"})]
