"""Read the public sets and say which rows may be trained on; knows file layouts, not models."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TextIO

Row = dict[str, Any]

TEXT_LIMIT: Final = 600
"""Characters of a text that are labelled and trained on."""

LEFT_OUT: Final = {
    "airline": "second-hand licence CC BY-NC-SA 4.0",
    "tweeteval_sentiment": "restrictions may apply; validation and test parts only",
}
WITHOUT_NEUTRAL: Final = frozenset({"chn_hotel", "online_shopping_10_cats", "waimai_10k", "steam_reviews"})
CUSTOMER_REVIEWS: Final = frozenset(
    {"allegro_reviews", "gmaps_taipei", "uber_gplay", "firefox_gplay_replies", *WITHOUT_NEUTRAL}
)


def _open(path: Path) -> TextIO:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def read_lines(path: Path) -> Iterator[Row]:
    """Yield the rows of a JSON lines file or of the conversations' CSV, gzipped or not."""
    with _open(path) as stream:
        if ".csv" in path.suffixes:
            for row in csv.DictReader(stream):
                yield {"id": f"twcs:{row['tweet_id']}", "set": "twcs", "lang": "und", "meta": {}, **row}
        else:
            for line in stream:
                if line.strip():
                    yield json.loads(line)


def text_of(row: Row) -> str:
    """The text as people wrote it: of a set that was cut into tokens, put together again."""
    return str((row.get("meta") or {}).get("text_detok") or row["text"])


def may_train(row: Row) -> bool:
    """Tell whether a row is of a training part, leaks into no other part and is of a set that may be used."""
    if row["set"] in LEFT_OUT:
        return False
    meta = row.get("meta") or {}
    split = meta.get("split") or meta.get("suggested_split") or "train"
    leaks = meta.get("overlap") or meta.get("near_dup_in_splits") or meta.get("dup_label_conflict")
    return split == "train" and not leaks
