"""Turns a text into terms, the words and two-word phrases that carry its topic, in any script.

It neither counts nor compares terms. A word's forms stay apart: nlp.lemmas gives what they share.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from nlp.cleaning import HANDLE, URL
from nlp.stopwords import is_polite, is_stop_word, words_jieba_cuts

LONGEST = 30
"""Letters; what is longer is a link's rest, or a sentence of a script that writes no spaces."""
_HASHTAG = re.compile(r"#(?=\w)(\w+)")
# Marks that steer direction, joining or emoji style but are no part of the word.
_UNSEEN = dict.fromkeys([0xAD, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10), *range(0x202A, 0x202F)])
_INNER = frozenset("'’׳״&.\u200c\u200d")
# Chinese characters, their repetition mark, and kana; the group makes split() give them at the odd places.
_IDEOGRAPHS = re.compile("([\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+)")
_HYPHENS = frozenset("-‐‑")
_HEBREW_QUOTE = re.compile(r"(?<=[\u05d0-\u05ea])[\"”“](?=[\u05d0-\u05ea])")
_HEBREW_APOSTROPHE = re.compile(r"(?<=[\u05d0-\u05ea])['’]")
# Polish and Lithuanian hang endings on foreign names with an apostrophe ("Roast'o"), English its possessive.
_ENDING = re.compile(r"(?<=\w)['’]\w{1,3}$")
_INFLECTED = frozenset(("pl", "lt"))


@dataclass(frozen=True)
class Term:
    """A word or a phrase of two words: ``key`` is what its spellings share, ``display`` how the text writes it."""

    key: str
    display: str
    words: tuple[str, ...]
    """The keys of the words it is made of: one, or two for a phrase."""

    @property
    def is_phrase(self) -> bool:
        """Whether the term joins two words."""
        return len(self.words) > 1


@dataclass(frozen=True)
class Word:
    """A content word: as the text writes it, and its key."""

    shown: str
    key: str
    alone: bool
    """False: it stands in phrases only, such as a single Chinese character or the "One" of a name."""
    is_ideographic: bool = False


def terms_of(text: str, language: str) -> list[Term]:
    """The terms of a text in their order, repeated where the text repeats them; never raises.

    Handles, links, numbers, single letters, emoji and stop words are dropped; a hashtag counts as its word. A phrase is
    two neighbours with nothing dropped between them. ``language`` is an ISO 639-1 code; one unknown to spaCy is split
    at spaces and punctuation.
    """
    found: list[Term] = []
    before: Word | None = None
    for word in words_of(text, language):
        if word is not None:
            if word.alone:
                found.append(Term(word.key, word.shown, (word.key,)))
            if before is not None and before.is_ideographic == word.is_ideographic:
                found.append(_phrase(before, word))
        before = word
    return found


def _phrase(one: Word, other: Word) -> Term:
    gap = "" if one.is_ideographic else " "
    return Term(f"{one.key}{gap}{other.key}", f"{one.shown}{gap}{other.shown}", (one.key, other.key))


def words_of(text: str, language: str) -> Iterator[Word | None]:
    """The content words in their order; None wherever something dropped parts two neighbours."""
    language = language.replace("_", "-").split("-")[0].lower()
    name_before = False
    for piece, ideographic in _pieces(text, language):
        if piece in _HYPHENS:
            continue  # "cold-brew" is the phrase "cold brew"
        key = piece.casefold().replace("’", "'")
        if not _is_word(piece):
            yield None
        elif is_stop_word(key, language):
            part_of_name = (
                name_before and piece.istitle() and len(piece) > 1 and language != "de" and not is_polite(key)
            )
            yield Word(piece, key, alone=False) if part_of_name else None
        else:
            yield Word(piece, key, len(piece) > 1, ideographic)
            name_before = piece.istitle()
            continue
        name_before = False


def is_ideographic(word: str) -> bool:
    """Whether a word is written in Chinese characters or kana, without spaces; a word is of one kind throughout."""
    return not word.isascii() and _IDEOGRAPHS.match(word) is not None


def _is_word(piece: str) -> bool:
    """A single letter is no word, except for Chinese characters, whose phrases need them."""
    if len(piece) > LONGEST or not (piece.isalpha() or any(c.isalpha() for c in piece)):
        return False
    return len(piece) > 1 or _IDEOGRAPHS.fullmatch(piece) is not None


def _pieces(text: str, language: str) -> Iterator[tuple[str, bool]]:
    """Words, punctuation and breaks of a text, each with whether it is written in ideographs."""
    text = text.encode("utf-8", "ignore").decode().translate(_UNSEEN)
    text = HANDLE.sub("\n", URL.sub("\n", unicodedata.normalize("NFKC", text)))
    text = _HASHTAG.sub(lambda found: f"\n{found.group(1).replace('_', ' ')}\n", text)
    text = _HEBREW_APOSTROPHE.sub("׳", _HEBREW_QUOTE.sub("״", text))
    for at, run in enumerate(_IDEOGRAPHS.split(text)):
        if at % 2:
            yield from ((word, True) for word in _ideographic_words(run, language))
        elif run:
            yield from ((piece, False) for piece in _spaced_words(run, language))


def _spaced_words(text: str, language: str) -> Iterator[str]:
    for token in _tokenizer(language)(text):
        if token.is_alpha:  # most are, and need no second look
            yield token.text
            continue
        if token.is_space or token.like_url or token.like_email:
            if "\n" in token.text or not token.is_space:
                yield "\n"
            continue
        for is_part, run in groupby(token.text, _is_part):
            written = "".join(run)
            bare = written.strip("".join(_INNER)) if is_part else written
            yield (_without_ending(bare, language) if bare else "\n")


def _without_ending(word: str, language: str) -> str:
    if language in _INFLECTED:
        return _ENDING.sub("", word)
    return word.removesuffix("'s").removesuffix("’s")


def _ideographic_words(run: str, language: str) -> Iterator[str]:
    if language == "ja":
        # Without a Japanese dictionary, runs of kanji and of katakana are the words; hiragana mostly holds grammar.
        for is_hiragana, part in groupby(run, lambda c: "\u3040" <= c <= "\u309f"):
            yield "\n" if is_hiragana else "".join(part)
    else:
        yield from _segmenter().cut(run)


def _is_part(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN" or char in _INNER


@cache
def _tokenizer(language: str) -> Any:
    """spaCy's tokenizer of a language, or the one for all languages where it has none that works by itself."""
    import spacy

    name = {"no": "nb"}.get(language, language)
    if not (name.isascii() and name.isalpha() and len(name) in (2, 3)) or name in ("zh", "ja", "ko", "th", "vi"):
        return spacy.blank("xx").tokenizer
    try:
        return spacy.blank(name).tokenizer
    except ImportError:
        return spacy.blank("xx").tokenizer


@cache
def _segmenter() -> Any:
    """jieba with its dictionary, quiet, its cache in the user's own folder: the default one is shared by all users."""
    import logging
    import warnings
    from pathlib import Path

    import platformdirs

    with warnings.catch_warnings():
        # jieba 0.42.1 holds invalid escape sequences and looks for pkg_resources; both warn on newer Pythons.
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.CRITICAL)
    segmenter = jieba.Tokenizer()
    folder = Path(platformdirs.user_cache_dir("moment-listener"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        segmenter.tmp_dir = str(folder)
        segmenter.initialize()
    except OSError:
        segmenter.tmp_dir = None
    for word in words_jieba_cuts():
        segmenter.add_word(word)
    return segmenter
