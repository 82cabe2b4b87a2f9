"""Labelled posts as the commands ``train`` and ``evaluate`` read them."""

from collections.abc import Sequence
from typing import Any

from models.errors import InputError


def labelled_rows(file: str, needed: Sequence[str]) -> list[dict[str, Any]]:
    """All lines; every one must be good, for figures of what happened to parse would be of another file.

    Raises InputError that names the line: no JSON, no text, a task of ``needed`` or all missing, a label that is none.
    """
    from listener.formats import BadLine, open_input
    from listener.formats.jsonl import read_objects
    from nlp.tasks import CLASSES

    rows: list[dict[str, Any]] = []
    with open_input(file) as stream:
        for entry in read_objects(stream):
            if isinstance(entry, BadLine):
                raise InputError(f"{file}: {entry}")
            number, row = entry
            missing = [key for key in ("text", *needed) if key not in row]
            if missing:
                raise InputError(f"{file}: line {number}: {missing[0]} is missing")
            if not isinstance(row["text"], str):
                raise InputError(f"{file}: line {number}: text is {row['text']!r}, no text")
            if not any(task in row for task in CLASSES):
                raise InputError(f"{file}: line {number}: holds no label; there are {', '.join(CLASSES)}")
            for task, classes in CLASSES.items():
                if task in row and str(row[task]) not in classes:
                    raise InputError(
                        f"{file}: line {number}: {row[task]!r} is no {task}; there are {', '.join(classes)}"
                    )
            rows.append(row)
    if not rows:
        raise InputError(f"{file}: holds no labelled post")
    return rows
