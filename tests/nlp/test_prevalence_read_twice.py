"""Held-out posts that were read twice: their second labels stand and count fully, those of others by HELD_TRUST."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from nlp.prevalence import References
from nlp.tasks import CLASSES
from nlp.training import prevalence_error, prevalence_reference
from nlp.training.join import labels_by_id
from nlp.training.prevalence_reference import HELD_TRUST, held_out_rows, labels_read_twice, trust_of

POSTS = [
    ("en", "Where is my parcel? It should be here by now.", "umot", "negative"),
    ("pl", "Najlepsza kawa w mieście, polecam każdemu!", "umot", "positive"),
    ("lt", "Kurį malūnėlį verta pirkti?", "zmot", "neutral"),
    ("he", "הזמנתי עכשיו באתר", "fmot", "neutral"),
    ("zh", "今天下雨了", "none", "neutral"),
]
SECOND = Path(prevalence_reference.__file__).with_name("labelled") / "second.tsv"
HEADER = "id\tlang\tstage\tsentiment\tcomplaint\tneeds_response\n"


def options_of(folder: Path, second: str) -> argparse.Namespace:
    """Options with all of POSTS held out, and the second labels of the file ``second.tsv``."""
    posts, labels = folder / "posts.jsonl", folder / "second.tsv"
    rows = [
        {"id": f"made:{number}", "set": "made", "lang": lang, "text": text, "stage": stage, "sentiment": sentiment}
        | {"complaint": 0, "needs_response": 0, "addressed_to": "people"}
        for number, (lang, text, stage, sentiment) in enumerate(POSTS)
    ]
    posts.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    labels.write_text(HEADER + second, encoding="utf-8")
    return argparse.Namespace(held_out_of=[posts], held_out=1.0, read_twice=labels)


def test_labels_of_the_second_reading_stand_and_their_posts_count_fully(tmp_path: Path) -> None:
    rows = held_out_rows(
        options_of(tmp_path, "made:0\ten\tsmot\tnegative\t1\t1\nelsewhere:9\ten\tnone\tneutral\t0\t0\n")
    )
    assert [row["stage"] for row in rows] == ["smot", "umot", "zmot", "fmot", "none"]
    assert [row["sentiment"] for row in rows] == [feeling for *_, feeling in POSTS]
    assert trust_of(rows).tolist() == [1.0] + [HELD_TRUST] * 4


def test_second_labels_serve_only_where_they_are_asked_for(tmp_path: Path) -> None:
    options = options_of(tmp_path, "made:0\ten\tsmot\tnegative\t1\t1\n")
    options.read_twice = None
    rows = held_out_rows(options)
    assert [row["stage"] for row in rows] == [stage for _, _, stage, _ in POSTS]
    assert trust_of(rows).tolist() == [HELD_TRUST] * 5


def test_without_held_out_posts_no_second_labels_are_asked_for(tmp_path: Path) -> None:
    assert held_out_rows(argparse.Namespace(held_out_of=[], read_twice=tmp_path / "nowhere.tsv")) == []


@pytest.mark.parametrize(
    "second",
    [
        "made:0\ten\tsmod\tnegative\t1\t1\n",
        "made:0\ten\tsmot\tcross\t1\t1\n",
        "made:0\ten\tsmot\tnegative\t1\t1\nmade:0\ten\tumot\tnegative\t1\t1\n",
    ],
)
def test_a_label_that_is_none_or_a_post_named_twice_is_refused(tmp_path: Path, second: str) -> None:
    with pytest.raises(ValueError, match="made:0"):
        held_out_rows(options_of(tmp_path, second))


def test_the_kept_labels_are_of_known_posts_and_hold_no_text() -> None:
    found = labels_read_twice(SECOND)
    assert len(found) > 800
    first, *lines = SECOND.read_text(encoding="utf-8").splitlines()
    assert first + "\n" == HEADER
    assert all(line.count("\t") == 5 and " " not in line and line.isascii() for line in lines)
    assert {line.split("\t")[4] for line in lines} == {line.split("\t")[5] for line in lines} == {"0", "1"}
    once = labels_by_id(SECOND.with_name("public.tsv"))
    both = found.keys() & once.keys()
    assert len(both) > 200
    for task in ("stage", "sentiment"):
        assert {labels[task] for labels in found.values()} == set(CLASSES[task])
        assert np.mean([found[id_][task] == once[id_][task] for id_ in both]) > 0.9


def test_the_commands_learn_from_held_out_posts_of_both_kinds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = options_of(tmp_path, "made:0\ten\tsmot\tnegative\t1\t1\n")
    labels, output = tmp_path / "labels.jsonl", tmp_path / "prevalence.npz"
    rows = [
        {"text": f"{text} {number}", "stage": stage, "sentiment": sentiment}
        for number in range(6)
        for _, text, stage, sentiment in [*POSTS, ("en", "It keeps crashing, please mend it", "smot", "negative")]
    ]
    labels.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    held = ["--held-out", "1.0", "--read-twice", str(options.read_twice), "--held-out-of", str(options.held_out_of[0])]
    prevalence_reference.main([str(labels), str(output), *held])
    names = References.load(output).tasks["stage"]
    assert dict(zip(names.names, names.counts.tolist(), strict=True)) == {
        "zmot": 7, "fmot": 7, "smot": 7, "umot": 13, "none": 7,
    }  # fmt: skip
    prevalence_error.main([str(labels), "--samples", "2", "--size", "10", *held])
    assert "| stage | any |" in capsys.readouterr().out
