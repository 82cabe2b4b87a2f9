"""Put texts to labels that are kept without them, as the public sets' texts may not be in this repository.

python -m nlp.training.join nlp/training/labelled/public.tsv --sets *.gz --out public.jsonl
"""

import argparse
import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from nlp.tasks import CLASSES, YES_OR_NO
from nlp.training.sets import TEXT_LIMIT, Row, read_lines, text_of


def labels_by_id(path: Path) -> dict[str, Row]:
    """Read tab-separated labels: id, lang, and the five tasks. Raises ValueError for a label that is none."""
    found: dict[str, Row] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            for task, classes in CLASSES.items():
                if row.get(task) not in classes:
                    raise ValueError(f"{path}: {row.get('id')}: {row.get(task)!r} is no {task}")
            found[row["id"]] = row | {task: int(row[task]) for task in YES_OR_NO}
    return found


def joined(labels: dict[str, Row], sets: Sequence[Path]) -> Iterator[Row]:
    """Yield each labelled row with its text, in the order of the sets; once, though sets may overlap."""
    left = dict(labels)
    for path in sets:
        for row in read_lines(path):
            if (label := left.pop(row["id"], None)) is not None:
                yield {**label, "set": row["set"], "kind": row.get("kind", "post"), "text": text_of(row)[:TEXT_LIMIT]}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the posts whose texts were found, and say how many were not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--sets", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    labels = labels_by_id(options.labels)
    count = 0
    with options.out.open("w", encoding="utf-8") as file:
        for row in joined(labels, options.sets):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    print(f"{count} of {len(labels)} labels found their text")


if __name__ == "__main__":
    main()
