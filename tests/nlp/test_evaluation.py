"""Figures of merit against values worked out by hand, and the tables and picture made of them."""

import numpy as np
import pytest

from nlp import metrics
from nlp.evaluation import evaluate, groups_of, measure
from nlp.evaluation_text import as_markdown, as_picture
from nlp.moments import load_classifier

POSTS = [
    ("Which grinder should I get?", "zmot", "neutral", 0, 0, "people"),
    ("Worst coffee ever, avoid.", "umot", "negative", 0, 0, "people"),
    ("@amberroast my machine leaks, please help", "smot", "negative", 1, 1, "brand"),
]
KEYS = ("text", "stage", "sentiment", "complaint", "needs_response", "addressed_to")
ROWS = [dict(zip(KEYS, post, strict=True)) | {"lang": "en", "set": "written"} for post in POSTS * 5]


def test_f1_by_hand() -> None:
    truth, guess = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 1, 1])
    table = metrics.confusion(truth, guess, 4)
    assert table.tolist() == [[1, 1, 0, 0], [0, 2, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    scores = metrics.f1_scores(table)
    assert scores[:3].tolist() == pytest.approx([2 / 3, 2 / 3, 0])
    assert np.isnan(scores[3])
    assert metrics.macro_f1(table) == pytest.approx(4 / 9)


def test_calibration_error_by_hand() -> None:
    said = np.array([[0.95, 0.05], [0.95, 0.05], [0.65, 0.35], [0.65, 0.35]])
    truth = np.array([0, 1, 0, 0])
    assert metrics.calibration_error(truth, said) == pytest.approx(0.5 * abs(0.95 - 0.5) + 0.5 * abs(0.65 - 1))


def test_the_surest_posts_come_first() -> None:
    said = np.array([[0.9, 0.1], [0.6, 0.4], [0.8, 0.2], [0.55, 0.45]])
    assert metrics.risk_coverage(np.array([0, 1, 0, 1]), said, (0.5, 1.0)) == {0.5: 0.0, 1.0: 0.5}


def test_the_interval_holds_the_figure_and_is_the_same_again() -> None:
    chance = np.random.default_rng(1)
    truth = chance.integers(0, 3, 300)
    guess = np.where(chance.random(300) < 0.8, truth, chance.integers(0, 3, 300))
    low, high = metrics.bootstrap(metrics.macro_f1, truth, guess, 3)
    assert low < metrics.macro_f1(metrics.confusion(truth, guess, 3)) < high
    assert metrics.bootstrap(metrics.macro_f1, truth, guess, 3) == (low, high)


def test_a_perfect_classifier_is_perfect() -> None:
    found = measure("complaint", "all", np.array([0, 1, 1]), np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]))
    assert (found.f1, found.calibration_error, found.confusion) == (1.0, 0.0, [[1, 0], [0, 2]])


def test_groups() -> None:
    rows = [{"lang": "en", "set": "written"}] * 12 + [{"lang": "pl", "set": "x"}] * 11 + [{"lang": "lt"}] * 3
    groups = groups_of(rows)
    assert {name: int(chosen.sum()) for name, chosen in groups.items()} == {
        "all": 26,
        "real": 14,
        "written": 12,
        "en": 12,
        "pl": 11,
    }


def test_tables_and_picture() -> None:
    found = evaluate(ROWS, load_classifier(), [str(row["text"]) for row in ROWS])
    text = as_markdown(found, "a model 1")
    assert text.startswith("# a model 1\n")
    assert "| all | 15 |" in text
    assert "| stage: true \\ said |" in text
    assert as_picture(found, "a model 1").startswith(b"\x89PNG")


def test_a_label_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="love"):
        evaluate([ROWS[0] | {"stage": "love"}], load_classifier(), ["x"])
