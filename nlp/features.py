"""Turns a text into hashed counts of its words, word pairs and character runs: any script, no vocabulary."""

import re
import unicodedata
from collections import Counter
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from nlp.cleaning import HANDLE, URL

BUCKETS = 2**17
RUNS = (2, 3, 4, 5)
LONGEST = 1500
"""Characters of a text that are looked at."""

_WORD = re.compile(r"\w+|[^\w\s]")


def features(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return (bucket numbers, weights): damped counts, scaled to length 1. Empty text gives empty arrays."""
    text = HANDLE.sub(" @user ", URL.sub(" http ", text[:LONGEST]))
    words = _WORD.findall(unicodedata.normalize("NFKC", text).lower())
    counts: Counter[int] = Counter()
    for word in words:
        counts[_bucket(f"w {word}")] += 1
        padded = f" {word} "
        for length in RUNS:
            for start in range(len(padded) - length + 1):
                counts[_bucket(padded[start : start + length])] += 1
    for first, second in pairwise(words):
        counts[_bucket(f"b {first} {second}")] += 1
    counts[_bucket(f"length {min(len(words) // 8, 8)}")] += 1
    buckets = np.fromiter(counts.keys(), np.int64, len(counts))
    weights = 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))
    return buckets, (weights / np.sqrt((weights**2).sum())).astype(np.float32)


def _bucket(gram: str) -> int:
    return crc32(gram.encode("utf-8", "surrogatepass")) % BUCKETS
