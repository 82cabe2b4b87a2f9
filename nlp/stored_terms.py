"""Writes the content words of a text in a compact form, once, and reads it back without any language tools.

A run of words side by side is a line, its words parted by spaces; runs of ideographs have lines of their own.
A word is as the text writes it, then ``/`` and its dictionary form where that differs; ``~`` before it says that it is
a word in phrases only. "The steam wands, leaking" is ``steam wands/wand`` and, behind a comma, ``leaking/leak``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlp.lemmas import base_form
from nlp.terms import is_ideographic, words_of

VERSION = "1"
"""Stored with the words. Raise it when other words are found in the same text: then all are found anew."""
_SIGNS = frozenset(" \n/~")


@dataclass(frozen=True, slots=True)
class StoredWord:
    """A word that was read back."""

    shown: str
    key: str
    base: str
    """Its dictionary form, which need not be a word that anybody wrote; the key where none is known."""
    alone: bool
    """False: it stands in phrases only."""
    gap: str
    """What parts it from the next word of a phrase: nothing where the script writes no spaces."""


def stored_terms(text: str, language: str) -> str:
    """The compact form of a text; empty where no word carries a topic. Never raises."""
    code = language.replace("_", "-").split("-")[0].lower()
    lines: list[list[str]] = [[]]
    was_ideographic = False
    for word in words_of(text, language):
        if word is None:
            lines.append([])
            continue
        if word.is_ideographic != was_ideographic:
            was_ideographic = word.is_ideographic
            lines.append([])
        lines[-1].append(_written(word.shown, word.key, code, word.alone))
    return "\n".join(" ".join(words) for words in lines if words)


def runs_of(stored: str) -> Iterator[list[StoredWord]]:
    """The runs of neighbouring words; two neighbours in a run are a phrase."""
    for line in stored.split("\n"):
        if line:
            yield [_read(written) for written in line.split(" ")]


def _written(shown: str, key: str, language: str, alone: bool) -> str:
    # The English -s goes unasked: it only tells which words would meet, and they meet only where both are written.
    known = (key[:-1],) if language == "en" else ()
    base = base_form(key, language, known)
    ending = f"/{base}" if base and base != key and not _SIGNS & set(base) else ""
    return f"{'' if alone else '~'}{shown}{ending}"


@lru_cache(maxsize=1 << 16)
def _read(written: str) -> StoredWord:
    alone = not written.startswith("~")
    shown, _, base = written.removeprefix("~").partition("/")
    key = shown.casefold().replace("’", "'")
    return StoredWord(shown, key, base or key, alone, "" if is_ideographic(shown) else " ")
