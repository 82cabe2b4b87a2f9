"""Choose the word pieces that the classifier keeps and cut a fast tokenizer down to them."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

MAIN_LANGUAGES: Final = ("en", "pl", "lt", "he", "zh", "es", "fr", "de", "it", "pt")
OTHER_LANGUAGES: Final = (
    "ru", "uk", "ar", "nl", "cs", "ja", "ko", "tr", "sv", "hi", "lv", "id", "ro", "el", "da", "fi", "nb", "hu",
)  # fmt: skip
UNSPACED: Final = frozenset({"zh", "ja"})
SPECIAL_COUNT: Final = 4
CHUNK: Final = 4000


def count_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> NDArray[np.int64]:
    """Return how often each piece of the full vocabulary occurs in the texts."""
    size = tokenizer.get_vocab_size()
    counts = np.zeros(size, np.int64)
    stream = iter(texts)
    while chunk := list(islice(stream, CHUNK)):
        for encoding in tokenizer.encode_batch_fast(chunk, add_special_tokens=False):
            np.add.at(counts, np.asarray(encoding.ids, np.int64), 1)
    return counts


def frequent_words(language: str, count: int) -> Iterator[str]:
    """Yield the most frequent words of a language as `wordfreq` lists them, also capitalised."""
    from wordfreq import top_n_list

    for rank, word in enumerate(top_n_list(language, count, wordlist="best")):
        yield " " + word
        if language in UNSPACED:
            yield word
        elif rank < count // 3:
            yield " " + word.capitalize()


def choose(
    tokenizer: Tokenizer, texts: Iterable[str], main_words: int, other_words: int, min_count: int
) -> NDArray[np.int64]:
    """Return the sorted ids to keep: special and single-character pieces, pieces of the texts and of frequent words."""
    pieces = tokenizer.get_vocab()
    keep = np.zeros(len(pieces), np.bool_)
    for piece, number in pieces.items():
        keep[number] = number < SPECIAL_COUNT or len(piece.replace("▁", "")) <= 1
    keep |= count_pieces(tokenizer, texts) >= min_count
    for language in (*MAIN_LANGUAGES, *OTHER_LANGUAGES):
        words = main_words if language in MAIN_LANGUAGES else other_words
        keep |= count_pieces(tokenizer, frequent_words(language, words)) > 0
    keep[len(pieces) - 1] = True  # <mask>, the last id, is an added token of the tokenizer file
    return np.flatnonzero(keep)


def _renumber(node: Any, numbers: dict[int, int]) -> None:
    """Put new ids into a post-processor, wherever `ids` lists or [token, id] pairs stand."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "ids" and isinstance(value, list):
                node[key] = [numbers[number] for number in value]
            else:
                _renumber(value, numbers)
    elif isinstance(node, list):
        if len(node) == 2 and isinstance(node[0], str) and isinstance(node[1], int):
            node[1] = numbers[node[1]]
        for value in node:
            _renumber(value, numbers)


def cut(source: Path, kept: NDArray[np.int64], target: Path) -> None:
    """Write a tokenizer file that holds only the kept pieces, numbered anew in their old order."""
    document: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    numbers = {int(old): new for new, old in enumerate(kept)}
    model = document["model"]
    model["vocab"] = [model["vocab"][old] for old in kept if old < len(model["vocab"])]
    model["unk_id"] = numbers[model["unk_id"]]
    for token in document["added_tokens"]:
        token["id"] = numbers[token["id"]]
    _renumber(document.get("post_processor"), numbers)
    document["truncation"] = document["padding"] = None
    target.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
