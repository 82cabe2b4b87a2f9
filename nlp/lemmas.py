"""Gives a word's base form, so that "kawy" and "kawę" count with "kawa"; it knows no sentence, so it guesses at times.

Languages without a measured gain are left as written (docs/decisions/0004-lemmas.md).
"""

import unicodedata
from collections.abc import Collection
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simplemma.strategies import DefaultStrategy

LANGUAGES = frozenset(("en", "he", "lt", "pl"))
"""Those whose forms are folded (ISO 639-1)."""
# "from the", "the", "in", "to". "That", "and", "from", "as" are left out: too many words begin with their letters.
_HEBREW_PREFIXES = ("מה", "ה", "ב", "ל")
_SHORTEST_REST = 3


def base_form(word: str, language: str, known: Collection[str] = ()) -> str:
    """The base form of a case-folded word, such as the nominative singular or the infinitive; never raises.

    It comes from simplemma's dictionaries and rules (Barbaresi, https://github.com/adbar/simplemma), and need not be a
    word that anybody wrote. A Hebrew article or preposition, and the -s of an English word that the dictionary lacks
    ("airpods"), go only where the bare word is among the ``known`` ones.
    ``language`` is an ISO 639-1 code; words of a language that is not folded come back as they are.
    """
    if language not in LANGUAGES:
        return word
    if language == "he":
        word = without_prefix(word, known)
    base = _lemma(word, language)
    if language == "en" and base == word and len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1] if word[:-1] in known and not _is_listed(word, language) else word
    return base


def without_prefix(word: str, known: Collection[str]) -> str:
    """A Hebrew word without its article or preposition, if the bare word is among the known ones."""
    for prefix in _HEBREW_PREFIXES:
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) >= _SHORTEST_REST and rest in known:
            return rest
    return word


@lru_cache(maxsize=1 << 16)
def _lemma(word: str, language: str) -> str:
    if not any(char.isalpha() for char in word):
        return word
    try:
        return (_strategy().get_lemma(unicodedata.normalize("NFC", word), language) or word).casefold()
    except UnicodeEncodeError:  # half a surrogate pair
        return word


def _is_listed(word: str, language: str) -> bool:
    try:
        return _strategy().is_dictionary_member(word, language)
    except UnicodeEncodeError:
        return False


@cache
def _strategy() -> "DefaultStrategy":
    """Low memory: Polish takes some 50 MB so, and 410 as a plain dict. Each language is read when first asked for."""
    from simplemma.strategies import DefaultStrategy

    return DefaultStrategy(low_memory=True)
