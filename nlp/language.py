"""Detects the language of a short text with py3langid, whose model travels inside its package."""

import re
from functools import cache
from typing import Any

from nlp.cleaning import without_handles_and_links

UNKNOWN = "und"
# Restricting the choice to languages that brands are written to in lifts accuracy on short posts; the rest of
# the world's languages still come out as their script's most likely member.
LANGUAGES = (
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he",
    "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "nl", "no", "pl",
    "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
# Scripts that name their language without statistics, and how many Latin letters one of their characters outweighs:
# a brand's name in Latin letters inside a Hebrew or Chinese sentence must not outvote the sentence.
_SCRIPTS = (
    ("he", re.compile(r"[\u0590-\u05ff]"), 1),
    ("zh", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]"), 3),
    ("ko", re.compile(r"[\u1100-\u11ff\uac00-\ud7af]"), 2),
    ("th", re.compile(r"[\u0e00-\u0e7f]"), 1),
    ("el", re.compile(r"[\u0370-\u03ff]"), 1),
)
_KANA = re.compile(r"[\u3040-\u30ff]")


def detect_language(text: str, hint: str | None = None) -> str:
    """Return an ISO 639-1 code, or ``und`` where no letter is left once handles and links are gone.

    ``hint`` is what the source says (``pt-BR`` counts as ``pt``); it decides only for texts of fewer than four letters
    or ideographs, because sources mostly report the language of the author's interface.
    """
    words = without_handles_and_links(text)
    letters = sum(map(str.isalpha, words))
    hinted = (hint or "").replace("_", "-").split("-")[0].lower()
    if letters == 0:
        return hinted if hinted in LANGUAGES else UNKNOWN
    by_script = _single_script_language(words, letters)
    if by_script:
        return by_script
    if letters < 4 and hinted in LANGUAGES:
        return hinted
    code: str = _identifier().classify(words)[0]
    return code


def _single_script_language(words: str, letters: int) -> str | None:
    if words.isascii():
        return None
    if len(_KANA.findall(words)) > letters * 0.1:
        return "ja"
    for code, characters, weight in _SCRIPTS:
        found = len(characters.findall(words))
        if found * weight > letters - found:
            return code
    return None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return identifier
