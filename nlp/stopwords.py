"""The words that carry no topic: spaCy's lists, widened for chat, courtesies and Traditional Chinese."""

import tomllib
import unicodedata
from functools import cache
from importlib import import_module
from pathlib import Path

_LATIN_SCRIPT_FIRST = frozenset(["ar", "bg", "el", "fa", "he", "hi", "ja", "ko", "ru", "sr", "th", "uk", "zh"])
_HEBREW_PREFIXES = (
    "וכש",
    "מה",
    "וש",
    "וה",
    "וב",
    "ול",
    "ומ",
    "וכ",
    "כש",
    "שה",
    "שב",
    "של",
    "שמ",
    "ש",
    "ו",
    "ה",
    "ב",
    "ל",
    "מ",
    "כ",
)
_JOINING = frozenset(("ש", "ו", "וש", "כש"))
_UNDECOMPOSED = str.maketrans("łøđ", "lod")


@cache
def stop_words(language: str) -> frozenset[str]:
    """The stop words of a language (ISO 639-1), case-folded; an unknown language has the common ones only.

    Words written without their accents ("zeby", "aciu") count too. Languages of other scripts also get the English
    words, which their speakers mix in.
    """
    extra = _extra()
    words = set(extra["common"].split()) | _of_spacy(language) | set(extra.get(language, "").split())
    if language in _LATIN_SCRIPT_FIRST:
        words |= stop_words("en")
    if language == "zh":
        words |= set(extra["zh_simplified"].split())
    folded = {unicodedata.normalize("NFKC", word).casefold().replace("’", "'") for word in words}
    return frozenset(folded | {without_accents(word) for word in folded})


def is_stop_word(word: str, language: str) -> bool:
    """Whether a case-folded word carries no topic.

    In Hebrew also behind attached prefixes ("ושאני"), in Chinese also a compound of nothing but function characters.
    """
    words = stop_words(language)
    if language == "zh" and set(word) <= _chinese_glue():
        return True
    return word in words or (language == "he" and _is_prefixed(word, words))


def is_polite(word: str) -> bool:
    """Whether a case-folded word is capitalised out of courtesy, not because it belongs to a name."""
    return word in _polite()


def without_accents(word: str) -> str:
    """The word as people type it on a keyboard without accents."""
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", bare).translate(_UNDECOMPOSED)


def _is_prefixed(word: str, words: frozenset[str]) -> bool:
    """A two-letter rest counts behind "that", "and" and "when" alone: כלי is a tool, not כ + לי."""
    if word in _kept_hebrew():
        return False
    for prefix in _HEBREW_PREFIXES:
        rest = word.removeprefix(prefix)
        if rest != word and rest in words and len(rest) >= (2 if prefix in _JOINING else 3):
            return True
    return False


def _of_spacy(language: str) -> set[str]:
    """spaCy's list, read without building a pipeline, so that Japanese or Thai need no further package."""
    name = {"no": "nb"}.get(language, language)
    if not (name.isascii() and name.isalpha() and len(name) in (2, 3)):
        return set()
    try:
        return set(import_module(f"spacy.lang.{name}.stop_words").STOP_WORDS)
    except ImportError:
        return set()


def words_jieba_cuts() -> list[str]:
    """Traditional Chinese words to add to jieba's dictionary, whose Traditional part is thin."""
    return _extra()["zh_words"].split()


@cache
def _kept_hebrew() -> frozenset[str]:
    return frozenset(_extra()["he_kept"].split())


@cache
def _chinese_glue() -> frozenset[str]:
    return frozenset(_extra()["zh_glue"])


@cache
def _polite() -> frozenset[str]:
    return frozenset(_extra()["polite"].split())


@cache
def _extra() -> dict[str, str]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
