"""Names the emotions that a text's words speak of, by cue words of five languages; a rule, not a model.

A cue counts unless one of the two words before it negates it. The cues are data, in ``emotion_cues.toml``.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from nlp.cleaning import without_handles_and_links

EMOTIONS = ("joy", "gratitude", "surprise", "disappointment", "anger", "worry")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_HEBREW_PREFIXES = ("ו", "ה", "ש", "ב", "ל", "כ", "מ", "וה", "שה")
_SHORTEST_HEBREW = 3


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues of a language: whole words, beginnings of words (``stem*``), and passages with a space in them.

    Where words are spaced, passages have a space on either side too.
    """

    words: dict[str, str]
    stems: dict[str, str]
    passages: dict[str, str]
    negators: frozenset[str]
    is_spaced: bool
    shortest: int
    """The length of the shortest stem."""


def languages() -> tuple[str, ...]:
    """The languages (ISO 639-1) that have cues."""
    return tuple(_every_cue())


def emotions_of(text: str, language: str) -> frozenset[str] | None:
    """The emotions of a text; empty where it holds no cue, None for a language without cues. Never raises."""
    code = language.replace("_", "-").split("-")[0].lower()
    cues = _every_cue().get(code)
    if cues is None:
        return None
    said = without_handles_and_links(text).casefold().replace("’", "'")
    return frozenset(_spaced(said, cues, code) if cues.is_spaced else _unspaced(said, cues))


def _spaced(text: str, cues: Cues, language: str) -> set[str]:
    words = _WORD.findall(text)
    found: set[str] = set()
    for place, word in enumerate(words):
        emotion = _cue(word, language)
        if emotion and not any(_negates(before, cues) for before in words[max(0, place - 2) : place]):
            found.add(emotion)
    joined = f" {' '.join(words)} "
    found |= {emotion for passage, emotion in cues.passages.items() if passage in joined}
    return found


def _negates(word: str, cues: Cues) -> bool:
    return word in cues.negators or word.endswith("n't")


def _unspaced(text: str, cues: Cues) -> set[str]:
    """Characters are looked for as they stand; a negator right before a cue, or a character apart, undoes it."""
    found: set[str] = set()
    for cue, emotion in cues.passages.items():
        at = text.find(cue)
        while at >= 0:
            before = text[max(0, at - 2) : at]
            if not any(negator in before for negator in cues.negators):
                found.add(emotion)
                break
            at = text.find(cue, at + 1)
    return found


@lru_cache(maxsize=1 << 15)
def _cue(word: str, language: str) -> str | None:
    cues = _every_cue()[language]
    if word in cues.words:
        return cues.words[word]
    for end in range(len(word), cues.shortest - 1, -1):
        if word[:end] in cues.stems:
            return cues.stems[word[:end]]
    for prefix in _HEBREW_PREFIXES if language == "he" else ():
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) >= _SHORTEST_HEBREW and rest in cues.words:
            return cues.words[rest]
    return None


@cache
def _every_cue() -> dict[str, Cues]:
    data = tomllib.loads((Path(__file__).parent / "emotion_cues.toml").read_text(encoding="utf-8"))
    return {language: _cues_of(said) for language, said in data.items()}


def _cues_of(said: dict[str, list[str]]) -> Cues:
    is_spaced = "unspaced" not in said
    words: dict[str, str] = {}
    stems: dict[str, str] = {}
    passages: dict[str, str] = {}
    for emotion in EMOTIONS:
        for cue in said[emotion]:
            if not is_spaced or " " in cue:
                passages[f" {cue} " if is_spaced else cue] = emotion
            elif cue.endswith("*"):
                stems[cue.removesuffix("*")] = emotion
            else:
                words[cue] = emotion
    shortest = min((len(stem) for stem in stems), default=1)
    return Cues(words, stems, passages, frozenset(said["negators"]), is_spaced, shortest)
