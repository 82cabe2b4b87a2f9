"""Tells whether a term holds a brand's name, inflected or prefixed; the names are handed in."""

import unicodedata
from collections.abc import Collection, Iterable
from functools import cached_property
from itertools import pairwise

from nlp.stopwords import stop_words
from nlp.terms import terms_of

_SHORTEST_INFLECTED = 4
_LONGEST_ENDING = 3
_HEBREW_PREFIXES = frozenset("הובלמשכ")


class DroppedNames:
    """The words of brand names, slugs and accounts ("amber-roast", "AmberRoast"), looked for in terms."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = tuple(names)
        self._known: dict[tuple[str, str], bool] = {}

    def holds(self, words: Iterable[str], language: str) -> bool:
        """Whether any word (case-folded), or neighbours written together, is a name's word in that language."""
        words = tuple(words)
        written = (*words, *(one + other for one, other in pairwise(words)))
        return any(self._is_name(word, language) for word in written)

    def _is_name(self, word: str, language: str) -> bool:
        if (word, language) not in self._known:
            self._known[word, language] = word in self._words or any(
                _is_form(word, name, language) for name in self._words
            )
        return self._known[word, language]

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for name in self._names for word in _words_of(name))


def _words_of(name: str) -> set[str]:
    """The words of a name and the name run together; "and" is too common to be a name."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    parts = "".join(char if char.isalnum() else " " for char in folded).split()
    found = {part for part in parts if len(part) > 1 and part not in stop_words("en")} | {"".join(parts)} - {""}
    # Chinese is written without spaces, so its words are those that the terms will be cut into.
    return found | {term.key for term in terms_of(name, "zh") if "\u4e00" <= term.key[0] <= "\u9fff"}


def _is_form(word: str, name: str, language: str) -> bool:
    """Polish "Roastu" and Lithuanian "Roasto" are Roast; Hebrew "לאמבר" is "to אמבר"; English "roaster" is no name."""
    if language == "he" and word.endswith(name) and len(name) > 2:
        return len(word) - len(name) <= _LONGEST_ENDING and set(word.removesuffix(name)) <= _HEBREW_PREFIXES
    if language == "en":
        return word == name + "s"
    return len(name) >= _SHORTEST_INFLECTED and word.startswith(name) and len(word) - len(name) <= _LONGEST_ENDING
