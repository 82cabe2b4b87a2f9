"""Sentiment on the test parts of public sets, beside what others have published of them.

python -m nlp.training.public_tests FOLDER --without train.jsonl

FOLDER holds a *.jsonl.gz for each set, each row with id, text, sentiment and meta.split. Two sets lend their
development part, of which some posts were labelled to train on: name the files, and their posts are left out.

The model answers by its own guideline, where a plain wish or a political opinion is neutral; the sets were labelled by
theirs. So these figures say how far a brand's sentiment carries over, not how well the sets could be learned.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.cleaning import clean
from nlp.evaluation import probabilities_of
from nlp.metrics import bootstrap, confusion, macro_f1
from nlp.moments import load_classifier
from nlp.tasks import CLASSES
from nlp.training.data import ids_of
from nlp.training.sets import WITHOUT_NEUTRAL, Row, read_lines, text_of

SENTIMENT: Final = CLASSES["sentiment"]
NEUTRAL: Final = SENTIMENT.index("neutral")
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PublicTest:
    """One part of one set. ``published`` is what others reached there, in their own measure."""

    set: str
    parts: tuple[str, ...] = ("test",)
    measure: str = "macro-F1"
    published: str = "-"


TESTS: Final = (
    PublicTest("airline", published="0.76 (TF-IDF)"),
    PublicTest("tweeteval_sentiment", measure="macro-recall", published="TimeLMs 0.737, BERTweet 0.734, SVM 0.629"),
    PublicTest("umsab", published="XLM-T 0.694, mean of its eight languages"),
    PublicTest("allegro_reviews", ("dev",), published="0.61 (TF-IDF)"),
    PublicTest("polemo2", ("in_dev",), "accuracy", "XLM-R large 0.924 (four classes, hidden test)"),
    PublicTest("polemo2", ("out_dev",), "accuracy", "XLM-R large 0.810 (four classes, hidden test)"),
    PublicTest("hebrew_sentiment", published="0.65 (TF-IDF)"),
    PublicTest("gmaps_taipei", published="0.70 (TF-IDF)"),
    PublicTest("chn_hotel", published="0.89 (TF-IDF)"),
    PublicTest("waimai_10k"),
    PublicTest("online_shopping_10_cats"),
)
XLM_T: Final = {"en": 0.706, "fr": 0.712, "de": 0.773, "it": 0.691, "pt": 0.754, "es": 0.679}


def recall(table: Ints) -> float:
    """Mean recall of the classes that occur."""
    rows = table.sum(axis=1)
    return float((np.diag(table)[rows > 0] / rows[rows > 0]).mean())


def accuracy(table: Ints) -> float:
    """Share on the diagonal."""
    return float(np.trace(table) / table.sum())


MEASURES: Final = {"macro-F1": macro_f1, "macro-recall": recall, "accuracy": accuracy}


def rows_of(folder: Path, test: PublicTest, without: frozenset[str] = frozenset()) -> list[Row]:
    """The labelled rows of the part, but those of the ids to leave out. Raises ValueError if there is none."""

    def kept(row: Row) -> bool:
        meta = row.get("meta") or {}
        is_of_part = (meta.get("split") or meta.get("suggested_split")) in test.parts
        return is_of_part and row["sentiment"] in SENTIMENT and row["id"] not in without

    path = folder / f"{test.set}.jsonl.gz"
    if rows := [row for row in read_lines(path) if kept(row)]:
        return rows
    raise ValueError(f"{path}: no labelled row of {'+'.join(test.parts)}")


def guesses(rows: Sequence[Row], *, has_neutral: bool) -> Ints:
    """The model's class of each row; never neutral where the set has no such class."""
    texts = [clean(text_of(row)) for row in rows]
    said = probabilities_of(load_classifier().classify(texts), "sentiment")
    if not has_neutral:
        said[:, NEUTRAL] = -1
    return said.argmax(axis=1)


def lines_of(folder: Path, test: PublicTest, without: frozenset[str]) -> Iterator[str]:
    """Rows of the table: the whole part, and each language of a set of several."""
    rows = rows_of(folder, test, without)
    truth = np.array([SENTIMENT.index(row["sentiment"]) for row in rows])
    guess = guesses(rows, has_neutral=test.set not in WITHOUT_NEUTRAL)
    measure = MEASURES[test.measure]
    name = f"{test.set} {'+'.join(test.parts)}"

    def line(name: str, chosen: NDArray[np.bool_], published: str) -> tuple[str, float]:
        here, said = truth[chosen], guess[chosen]
        value = measure(confusion(here, said, 3))
        low, high = bootstrap(measure, here, said, 3)
        return f"| {name} | {len(here)} | {test.measure} | {value:.3f} ({low:.3f}-{high:.3f}) | {published} |", value

    if test.set != "umsab":
        yield line(name, np.ones(len(rows), np.bool_), test.published)[0]
        return
    languages = np.array([row["lang"] for row in rows])
    scores = []
    for language in sorted(set(languages)):
        published = f"XLM-T {XLM_T[language]:.3f}" if language in XLM_T else "-"
        text, score = line(f"{name} {language}", languages == language, published)
        scores.append(score)
        yield text
    yield f"| {name} mean of {len(scores)} | {len(rows)} | {test.measure} | {np.mean(scores):.3f} | {test.published} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--without", type=Path, nargs="*", default=[], help="all --posts of nlp.training.train")
    options = parser.parse_args(arguments)
    print(f"| set and part | n | measure | {load_classifier().model} (95 %) | published |")
    print("| --- | ---: | --- | ---: | --- |")
    without = ids_of(options.without)
    for test in TESTS:
        for text in lines_of(options.folder, test, without):
            print(text, flush=True)


if __name__ == "__main__":
    main()
