"""Turn labelled posts and public sets into examples with one target a task, and split them without leaks."""

import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlp.model_text import simplified as clean
from nlp.training.sets import (
    CUSTOMER_REVIEWS,
    LEFT_OUT,
    TEXT_LIMIT,
    WITHOUT_NEUTRAL,
    Row,
    may_train,
    read_lines,
    text_of,
)
from nlp.training.tasks import ALL_TASKS, MISSING, SENTIMENT, TASKS

BIG_GROUP: Final = 0.01
NEWS_NEUTRAL: Final = frozenset({"polemo2", "hebrew_sentiment"})
"""Sets whose neutral class is another kind of text, not another feeling: only the two poles are used."""

PAGES: Final = frozenset({"hebrew_sentiment"})
"""Comments on somebody's own page: to annotators their feeling is towards the page's owner, which is our sentiment."""


@dataclass(frozen=True, slots=True)
class Example:
    """One text with its targets; `soft` and `pooled` are a teacher's, where there is one."""

    id: str
    set: str
    lang: str
    text: str
    group: str
    targets: dict[str, int] = field(default_factory=dict)
    neutral_masked: bool = False
    soft: NDArray[np.float32] | None = None
    pooled: NDArray[np.float32] | None = None

    def target_row(self) -> list[int]:
        """Return one class number for each of ALL_TASKS, MISSING where the example is silent."""
        return [self.targets.get(task.name, MISSING) for task in ALL_TASKS]


def ids_of(paths: Iterable[Path]) -> frozenset[str]:
    """Return the ids of all rows of the files."""
    return frozenset(row["id"] for path in paths for row in read_lines(path))


def _share(key: str) -> float:
    """Map a string to a number in [0, 1) that never changes."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") / 2**48


def labelled(paths: Iterable[Path], *, leave_out: Iterable[str] = LEFT_OUT) -> list[Example]:
    """Read posts labelled by the guideline, without the sets to leave out; of two labels of an id the later counts."""
    skipped = frozenset(leave_out)
    by_id = {row["id"]: row for path in paths for row in read_lines(path) if row["set"] not in skipped}
    rows = list(by_id.values())
    brands = Counter(row.get("brand") or "" for row in rows)
    common = {brand for brand, count in brands.items() if count > BIG_GROUP * len(rows)}
    return [_labelled_example(row, common) for row in rows]


def _labelled_example(row: Row, common_brands: set[str]) -> Example:
    brand = row.get("brand") or ""
    group = row["id"] if not brand or brand in common_brands else brand.casefold()
    targets = {task.name: task.index(row[task.name]) for task in TASKS}
    return Example(row["id"], row["set"], row["lang"], clean(row["text"])[:TEXT_LIMIT], group, targets)


def held_out(examples: list[Example], share: float) -> tuple[list[Example], list[Example]]:
    """Split by the hash of the group (brand or post), returning (to train on, held out for calibration)."""
    kept = [example for example in examples if _share(example.group) >= share]
    held = [example for example in examples if _share(example.group) < share]
    return kept, held


def auxiliary(paths: Iterable[Path], per_set: int, taken: frozenset[str], seed: int) -> list[Example]:
    """Sample at most `per_set` rows a file from parts that may be trained on, without ids already taken."""
    chooser = random.Random(seed)
    chosen: list[Example] = []
    for path in paths:
        found = [row for row in read_lines(path) if row["id"] not in taken and may_train(row) and _text(row)]
        chooser.shuffle(found)
        chosen.extend(_auxiliary_example(row) for row in found[:per_set])
    return chosen


def _text(row: Row) -> str:
    return clean(text_of(row))[:TEXT_LIMIT]


def _auxiliary_example(row: Row) -> Example:
    masked = row["set"] in WITHOUT_NEUTRAL
    return Example(row["id"], row["set"], row["lang"], _text(row), row["id"], dict(_targets(row)), masked)


def _targets(row: Row) -> Iterator[tuple[str, int]]:
    """Yield the auxiliary targets that a row of a public set carries."""
    meta: dict[str, Any] = row.get("meta") or {}
    if meta.get("complaint") is not None:
        yield "public_complaint", int(meta["complaint"])
    if meta.get("purchase_intent") is not None:
        yield "purchase_intent", int(meta["purchase_intent"])
    feeling = row.get("sentiment")
    if feeling is None or (feeling == "neutral" and row["set"] in NEWS_NEUTRAL):
        return
    if row["set"] in PAGES:
        yield SENTIMENT.name, SENTIMENT.index(feeling)
    reviews = row["set"] in CUSTOMER_REVIEWS or row["set"] == "polemo2"
    yield ("review_sentiment" if reviews else "post_sentiment"), SENTIMENT.index(feeling)
