"""Labelled posts and public sets as training and its checks read them: joined by id, one label a post, no leaks."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlp.tasks import CLASSES
from nlp.training import data, join, public_tests
from nlp.training.public_tests import PublicTest
from nlp.training.sets import TEXT_LIMIT, Row

LABELS: Row = {"stage": "smot", "sentiment": "negative", "complaint": 1, "needs_response": 0, "addressed_to": "brand"}
HEADER = ("id", "lang", *CLASSES)


def public(id: str, text: str = "It leaks.", **more: Any) -> Row:
    return {"id": id, "set": "umsab", "lang": "en", "text": text, "sentiment": "negative", **more}


def zipped(path: Path, *rows: Row) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    return path


def table(path: Path, *ids: str, **changed: str) -> Path:
    """Labels as they are kept: tab-separated, without texts."""
    rows = [{"id": id, "lang": "en", **LABELS, **changed} for id in ids]
    lines = ["\t".join(HEADER), *("\t".join(str(row[name]) for name in HEADER) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def posts(path: Path, *rows: Row) -> Path:
    path.write_text("".join(f"{json.dumps({'set': 'written', 'lang': 'en', **LABELS, **row})}\n" for row in rows))
    return path


def test_labels_are_joined_with_their_texts(tmp_path: Path) -> None:
    labels = join.labels_by_id(table(tmp_path / "labels.tsv", "umsab:1", "umsab:2", "umsab:gone"))
    one = zipped(tmp_path / "a.jsonl.gz", public("umsab:2", "  two "), public("umsab:unlabelled"))
    two = zipped(tmp_path / "b.jsonl.gz", public("umsab:1", "a b !", kind="review", meta={"text_detok": "a b!"}))
    first, second = join.joined(labels, [one, two])
    assert first == {"id": "umsab:2", "lang": "en", **LABELS, "set": "umsab", "kind": "post", "text": "  two "}
    assert (second["id"], second["kind"], second["text"]) == ("umsab:1", "review", "a b!")


def test_a_post_of_two_sets_is_joined_once_and_long_texts_are_cut(tmp_path: Path) -> None:
    labels = join.labels_by_id(table(tmp_path / "labels.tsv", "umsab:1"))
    given = zipped(tmp_path / "a.jsonl.gz", public("umsab:1", "x" * 2000))
    (row,) = join.joined(labels, [given, given])
    assert row["text"] == "x" * TEXT_LIMIT
    assert list(labels) == ["umsab:1"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"stage": "love"}, "umsab:7: 'love' is no stage"),
        ({"complaint": "yes"}, "umsab:7: 'yes' is no complaint"),
        ({"sentiment": ""}, "umsab:7: '' is no sentiment"),
    ],
)
def test_a_label_that_is_none_is_named(tmp_path: Path, changed: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        join.labels_by_id(table(tmp_path / "labels.tsv", "umsab:7", **changed))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "labels.tsv"
    path.write_text("id\tlang\tstage\numsab:7\ten\tsmot\n")
    with pytest.raises(ValueError, match="umsab:7: None is no sentiment"):
        join.labels_by_id(path)


def test_join_writes_what_training_reads_and_counts_what_it_did_not_find(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = table(tmp_path / "labels.tsv", "umsab:1", "umsab:gone")
    given, out = zipped(tmp_path / "a.jsonl.gz", public("umsab:1", "קפה")), tmp_path / "out.jsonl"
    join.main([str(labels), "--sets", str(given), "--out", str(out)])
    assert capsys.readouterr().out == "1 of 2 labels found their text\n"
    (example,) = data.labelled([out])
    assert (example.id, example.set, example.text) == ("umsab:1", "umsab", "קפה")
    assert example.targets == {task: CLASSES[task].index(str(label)) for task, label in LABELS.items()}


def test_of_two_files_that_label_an_id_the_later_counts(tmp_path: Path) -> None:
    old = posts(tmp_path / "old.jsonl", {"id": "1", "text": "a"}, {"id": "2", "text": "b"})
    new = posts(tmp_path / "new.jsonl", {"id": "1", "text": "c", "stage": "umot"})
    for files, text, stage in (([old, new], "c", "umot"), ([new, old], "a", "smot")):
        found = {example.id: example for example in data.labelled(files)}
        assert sorted(found) == ["1", "2"]
        assert len(data.labelled(files)) == 2
        assert (found["1"].text, found["1"].targets["stage"]) == (text, CLASSES["stage"].index(stage))


def test_a_set_that_is_left_out_labels_nothing_anew(tmp_path: Path) -> None:
    kept = posts(tmp_path / "kept.jsonl", {"id": "1", "text": "a"})
    left_out = posts(tmp_path / "out.jsonl", {"id": "1", "text": "c", "set": "airline"})
    assert [example.text for example in data.labelled([kept, left_out])] == ["a"]
    assert [example.text for example in data.labelled([kept, left_out], leave_out=())] == ["c"]


def test_a_rare_brand_is_never_on_both_sides_of_the_split(tmp_path: Path) -> None:
    """Rare brands stay together; one with over a hundredth of the posts is split, or it would be all of a side."""
    rows: list[Row] = [
        {"id": f"{brand}-{n}", "text": "x", "brand": f"brand {brand}"} for brand in range(150) for n in range(2)
    ]
    rows += [{"id": f"common-{n}", "text": "x", "brand": "common"} for n in range(40)]
    examples = data.labelled([posts(tmp_path / "posts.jsonl", *rows)])
    kept, held = data.held_out(examples, 0.3)
    assert len(kept) + len(held) == len(examples) == 340
    on_both = {example.group for example in kept} & {example.group for example in held}
    assert not on_both
    commons = [sum(example.id.startswith("common") for example in side) for side in (kept, held)]
    assert min(commons) >= 4
    assert {example.group for example in held if example.group.startswith("brand ")}


def test_public_tests_read_the_labelled_rows_of_the_part(tmp_path: Path) -> None:
    zipped(
        tmp_path / "umsab.jsonl.gz",
        public("1", meta={"split": "test"}),
        public("2", meta={"split": "train"}),
        public("3", meta={"suggested_split": "test"}),
        public("4", meta={"split": "test"}, sentiment=None),
        public("5", meta={"split": "dev", "suggested_split": "test"}),
        public("6"),
    )
    assert [row["id"] for row in public_tests.rows_of(tmp_path, PublicTest("umsab"))] == ["1", "3"]
    both = PublicTest("umsab", ("dev", "test"))
    assert [row["id"] for row in public_tests.rows_of(tmp_path, both, frozenset({"3"}))] == ["1", "5"]
    with pytest.raises(ValueError, match=r"umsab\.jsonl\.gz: no labelled row of in_dev"):
        public_tests.rows_of(tmp_path, PublicTest("umsab", ("in_dev",)))


def test_measures_of_a_public_test_agree_with_counting_by_hand() -> None:
    table = np.array([[3, 1, 0], [0, 0, 0], [0, 2, 2]])
    assert public_tests.recall(table) == pytest.approx((3 / 4 + 2 / 4) / 2)
    assert public_tests.accuracy(table) == pytest.approx(5 / 8)


def test_a_set_without_neutral_is_never_answered_with_it() -> None:
    rows = [public("1", "Parcel number 7 is on the way."), public("2", "Lovely, thanks a lot!")]
    free, bound = (public_tests.guesses(rows, has_neutral=has) for has in (True, False))
    assert public_tests.NEUTRAL in free
    assert public_tests.NEUTRAL not in bound
    assert bound[1] == public_tests.SENTIMENT.index("positive")
