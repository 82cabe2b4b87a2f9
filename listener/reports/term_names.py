"""Tells whether a term holds a brand's name, inflected or prefixed; the names are handed in."""

import unicodedata
from collections.abc import Collection
from functools import cached_property

from nlp.terms import is_ideographic

_COMMON = frozenset(("a", "and", "at", "by", "for", "in", "my", "of", "on", "one", "our", "the", "to", "with", "your"))
"""Too common to be a name by themselves."""
_SHORTEST_INFLECTED = 4
_LONGEST_ENDING = 3
_HEBREW_PREFIXES = frozenset("הובלמשכ")


class DroppedNames:
    """The words of brand names, slugs and accounts ("amber-roast", "AmberRoast"), looked for in terms."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = tuple(names)
        self._known: dict[tuple[str, str], bool] = {}

    def is_name(self, word: str, language: str) -> bool:
        """Whether one word is a name's word."""
        if language != "he" and word[:2] not in self._starts:  # most words: forms begin as the name does
            return False
        if (word, language) not in self._known:
            self._known[word, language] = word in self._words or any(
                _is_form(word, name, language) for name in self._words
            )
        return self._known[word, language]

    @cached_property
    def _starts(self) -> frozenset[str]:
        return frozenset(name[:2] for name in self._words)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for name in self._names for word in _words_of(name))


def _words_of(name: str) -> set[str]:
    """The words of a name and the name run together."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    parts = "".join(char if char.isalnum() else " " for char in folded).split()
    found = {part for part in parts if len(part) > 1 and part not in _COMMON} | {"".join(parts)} - {""}
    # Chinese is written without spaces: whatever words of two characters or more a text is cut into may be the name's.
    for part in parts:
        if is_ideographic(part):
            found |= {part[start:end] for start in range(len(part)) for end in range(start + 2, len(part) + 1)}
    return found


def _is_form(word: str, name: str, language: str) -> bool:
    """Polish "Roastu" and Lithuanian "Roasto" are Roast; Hebrew "לאמבר" is "to אמבר"; English "roaster" is no name."""
    if language == "he" and word.endswith(name) and len(name) > 2:
        return len(word) - len(name) <= _LONGEST_ENDING and set(word.removesuffix(name)) <= _HEBREW_PREFIXES
    if language == "en":
        return word == name + "s"
    return len(name) >= _SHORTEST_INFLECTED and word.startswith(name) and len(word) - len(name) <= _LONGEST_ENDING
