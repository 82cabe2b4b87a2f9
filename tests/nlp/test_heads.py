"""Heads apart from the encoder: what corrections say is learned, what they are silent on stays, noise is refused."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ModelError
from nlp.encoder import WEIGHTS, EncoderClassifier
from nlp.heads import Heads
from nlp.heads_fitting import SILENT, Examples, Shipped, fit, load_shipped, right, save_shipped, targets_of
from nlp.heads_trial import run_trial
from nlp.tasks import CLASSES

WIDTH = 12
ROWS = sum(map(len, CLASSES.values()))
STAGE, SENTIMENT = 0, 1


def world(seed: int, posts: int) -> tuple[Heads, Examples]:
    """Random heads, and posts that they label rightly."""
    random = np.random.default_rng(seed)
    heads = Heads("e 1", random.normal(size=(ROWS, WIDTH)).astype(np.float32) * 3, np.zeros(ROWS, np.float32))
    vectors = random.normal(size=(posts, WIDTH)).astype(np.float32)
    vectors[:, 0] = 0  # a direction that only corrected posts will know
    return heads, Examples(vectors, said(heads, vectors))


def said(heads: Heads, vectors: np.ndarray) -> np.ndarray:
    """The classes that heads choose, (posts, tasks)."""
    scores = heads.logits(vectors)
    ends = np.cumsum([len(classes) for classes in CLASSES.values()])
    return np.stack([part.argmax(axis=1) for part in np.split(scores, ends[:-1], axis=1)], axis=1)


def shipped(seed: int = 1) -> Shipped:
    heads, examples = world(seed, 800)
    held = np.arange(800) < 200
    return Shipped(heads, examples.take(~held), examples.take(held))


def corrections(heads: Heads, seed: int, *, follow_a_rule: bool) -> Examples:
    """Posts of one corner of the space, of whose stage people say something else: always the same, or anything."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(120, WIDTH)).astype(np.float32)
    vectors[:, 0] = 8
    targets = np.full((120, len(CLASSES)), SILENT)
    wrong = said(heads, vectors)[:, STAGE]
    targets[:, STAGE] = np.where(wrong == 2, 3, 2) if follow_a_rule else random.integers(0, 5, 120)
    return Examples(vectors, targets)


def test_a_rule_in_the_corrections_is_learned_and_judged_better() -> None:
    given = shipped()
    corrected = corrections(given.heads, 2, follow_a_rule=True)
    trial = run_trial(given, corrected, [str(number) for number in range(len(corrected))])
    assert trial.is_better
    stage = trial.tasks[STAGE]
    assert (stage.task, stage.corrected, stage.corrected_before) == ("stage", 120, 0)
    assert stage.corrected_after > 60
    assert trial.heads.corrections == 120
    assert right(trial.heads, corrected)[:, STAGE].mean() > 0.5


def test_corrections_without_a_rule_change_nothing() -> None:
    given = shipped()
    corrected = corrections(given.heads, 3, follow_a_rule=False)
    assert not run_trial(given, corrected, [str(number) for number in range(len(corrected))]).is_better


def test_repeated_texts_are_never_both_learned_from_and_judged() -> None:
    """Each text stands twice with a label that nothing predicts: whoever saw the twin would get it right."""
    given = shipped()
    random = np.random.default_rng(5)
    vectors = np.repeat(random.normal(size=(60, WIDTH)) * 6, 2, axis=0).astype(np.float32)
    targets = np.full((120, len(CLASSES)), SILENT)
    targets[:, STAGE] = np.repeat(random.integers(0, 5, 60), 2)
    texts = [f"text {number // 2}" for number in range(120)]
    apart = run_trial(given, Examples(vectors, targets), texts).tasks[STAGE].corrected_after
    mixed = run_trial(given, Examples(vectors, targets), [str(number) for number in range(120)])
    assert apart < mixed.tasks[STAGE].corrected_after


def test_repetitions_of_a_text_and_its_several_labels_are_no_further_evidence() -> None:
    """120 labels that the new heads get right, of four texts only: four in four comes by chance once in 16 times."""
    given = shipped()
    corrected = corrections(given.heads, 2, follow_a_rule=True)
    trial = run_trial(given, corrected, [str(number % 4) for number in range(len(corrected))])
    assert trial.tasks[STAGE].corrected_after > 60
    assert trial.chance == pytest.approx(1 / 16)
    assert not trial.is_better


def test_a_task_without_a_target_keeps_its_head_to_the_last_digit() -> None:
    old, examples = world(4, 50)
    silent = examples.targets.copy()
    silent[:, SENTIMENT:] = SILENT
    given = Shipped(old, examples, examples)
    new = fit(given, Examples(examples.vectors, np.where(silent == SILENT, SILENT, 0)), 4.0)
    stages = len(CLASSES["stage"])
    assert not np.array_equal(new.weight[:stages], old.weight[:stages])
    assert np.array_equal(new.weight[stages:], old.weight[stages:])
    assert np.array_equal(new.bias[stages:], old.bias[stages:])


def test_targets_are_numbers_of_classes() -> None:
    assert targets_of({"stage": "smot", "complaint": "1"}) == [
        CLASSES["stage"].index("smot"),
        SILENT,
        1,
        SILENT,
        SILENT,
    ]
    for labels in ({"stage": "love"}, {"mood": "love"}):
        with pytest.raises(ValueError, match="'love' is no"):
            targets_of(labels)


@given(st.integers(0, 2**31), st.integers(1, 40))
@settings(max_examples=20, deadline=None)
def test_what_is_saved_is_read_again(tmp_path_factory: pytest.TempPathFactory, seed: int, posts: int) -> None:
    folder = tmp_path_factory.mktemp("heads")
    heads, examples = world(seed, posts)
    heads.save(folder / "deep" / "heads.npz")
    again = Heads.load(folder / "deep" / "heads.npz", "e 1")
    assert again.mark == heads.mark
    held = np.arange(posts) % 2 == 0
    save_shipped(folder / "vectors.npz", heads, examples, held)
    back = load_shipped(folder / "vectors.npz", "e 1")
    assert np.array_equal(back.held_out.targets, examples.targets[held])
    step = np.abs(examples.vectors).max(axis=0) / 127
    assert (np.abs(back.known.vectors - examples.vectors[~held]) <= step * 0.51).all()


@pytest.mark.parametrize("content", [b"", b"no heads", None])
def test_damaged_heads_are_said_to_be_so(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "heads.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelError, match="train --heads") as raised:
        Heads.load(file)
    assert "\n" not in str(raised.value)


def test_heads_that_cannot_be_written_are_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "heads").write_text("a file where the folder should be")
    with pytest.raises(ModelError, match="the heads cannot be written"):
        world(6, 1)[0].save(tmp_path / "heads" / "heads.npz")


def test_heads_of_another_encoder_are_refused(tmp_path: Path) -> None:
    world(6, 1)[0].save(tmp_path / "heads.npz")
    with pytest.raises(ModelError, match="heads of e 1, but this is moments-e5"):
        EncoderClassifier.load(heads=tmp_path / "heads.npz")


def test_the_shipped_heads_apart_say_what_the_model_says(tmp_path: Path) -> None:
    plain = EncoderClassifier.load()
    own = load_shipped(WEIGHTS / "vectors.npz", plain.encoder)
    own.heads.save(tmp_path / "heads.npz")
    apart = EncoderClassifier.load(heads=tmp_path / "heads.npz")
    texts = ["Where is my order?", "הקפה שלכם מעולה", "客服完全不回，太失望了", ""]
    assert apart.model == f"{plain.model}+{own.heads.mark}"
    assert apart.logits(texts) == pytest.approx(plain.logits(texts), abs=1e-3)


def test_the_shipped_vectors_are_those_of_the_shipped_model() -> None:
    """Held-out posts are labelled about as well as the model is said to label, trained ones no worse."""
    own = load_shipped(WEIGHTS / "vectors.npz", EncoderClassifier.load().encoder)
    held, known = (right(own.heads, examples).mean(axis=0) for examples in (own.held_out, own.known))
    assert len(own.held_out) > 300
    assert (held > 0.7).all()
    assert (known > held - 0.05).all()
