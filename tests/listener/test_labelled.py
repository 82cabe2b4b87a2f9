"""Labelled posts as commands read them: all lines or none, and the line that is wrong is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from listener.cli.labelled import labelled_rows
from models.errors import InputError
from nlp.tasks import CLASSES

ROW: dict[str, Any] = {"text": "It leaks.", "stage": "smot", "complaint": 1}


def written(path: Path, *lines: str) -> str:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def test_labels_may_be_numbers_or_text_and_tasks_may_be_missing_unless_needed(tmp_path: Path) -> None:
    rows = [ROW, ROW | {"complaint": "0"}, {"text": "", "addressed_to": "brand", "id": 7}]
    assert labelled_rows(written(tmp_path / "a.jsonl", *map(json.dumps, rows)), ()) == rows


@pytest.mark.parametrize(
    ("line", "needed", "message"),
    [
        ("{", (), "line 2: is no valid JSON"),
        ("[1]", (), "line 2: is a JSON list"),
        (json.dumps({"stage": "smot"}), (), "line 2: text is missing"),
        (json.dumps(ROW), tuple(CLASSES), "line 2: sentiment is missing"),
        (json.dumps(ROW | {"text": None}), (), "line 2: text is None, no text"),
        (json.dumps(ROW | {"text": 17}), (), "line 2: text is 17, no text"),
        (json.dumps({"text": "a post, not a labelled one"}), (), "line 2: holds no label; there are stage, sentiment"),
        (json.dumps(ROW | {"stage": "love"}), (), "line 2: 'love' is no stage; there are none, zmot"),
        (json.dumps(ROW | {"stage": None}), (), "line 2: None is no stage"),
        (json.dumps(ROW | {"complaint": True}), (), "line 2: True is no complaint; there are 0, 1"),
        (json.dumps(ROW | {"complaint": 2}), (), "line 2: 2 is no complaint; there are 0, 1"),
        (json.dumps(ROW | {"complaint": 0.5}), (), "line 2: 0.5 is no complaint; there are 0, 1"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong(
    tmp_path: Path, line: str, needed: tuple[str, ...], message: str
) -> None:
    good = json.dumps({"text": "x", **{task: classes[0] for task, classes in CLASSES.items()}})
    file = written(tmp_path / "a.jsonl", good, line)
    with pytest.raises(InputError) as raised:
        labelled_rows(file, needed)
    assert str(raised.value).startswith(f"{file}: {message}")
    assert "\n" not in str(raised.value)


def test_a_file_without_a_line_and_no_file_are_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.jsonl: holds no labelled post"):
        labelled_rows(written(tmp_path / "a.jsonl", "", ""), ())
    with pytest.raises(InputError, match=r"b\.jsonl: No such file"):
        labelled_rows(str(tmp_path / "b.jsonl"), ())
