"""Detects the language of a short text with py3langid, whose model travels inside its package."""

import unicodedata
from functools import cache
from typing import Any

from nlp.cleaning import without_handles_and_links

UNKNOWN = "und"
# Restricting the choice to languages that brands are written to in lifts accuracy on short posts; the rest of
# the world's languages still come out as their script's most likely member. Measured: docs/decisions/0003.
LANGUAGES = [
    "ar",
    "bg",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "fa",
    "fi",
    "fr",
    "he",
    "hi",
    "hr",
    "hu",
    "id",
    "it",
    "ja",
    "ko",
    "lt",
    "lv",
    "ms",
    "nl",
    "no",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sr",
    "sv",
    "th",
    "tr",
    "uk",
    "vi",
    "zh",
]


def detect_language(text: str, hint: str | None = None) -> str:
    """Return an ISO 639-1 code, or ``und`` where no letter is left once handles and links are gone.

    ``hint`` is what the source says (``pt-BR`` counts as ``pt``); it decides only for texts of fewer than four letters
    or ideographs, because sources mostly report the language of the author's interface.
    """
    words = without_handles_and_links(text)
    letters = sum(1 for char in words if unicodedata.category(char).startswith("L"))
    hinted = (hint or "").replace("_", "-").split("-")[0].lower()
    if letters == 0:
        return hinted if hinted in LANGUAGES else UNKNOWN
    by_script = _single_script_language(words)
    if by_script:
        return by_script
    if letters < 4 and hinted in LANGUAGES:
        return hinted
    code: str = _identifier().classify(words)[0]
    return code


def _single_script_language(words: str) -> str | None:
    """Hebrew, Greek, Thai, Korean, Japanese kana and Han letters name their language without statistics."""
    counts: dict[str, int] = {}
    total = 0
    for char in words:
        if unicodedata.category(char).startswith("L"):
            total += 1
            script = unicodedata.name(char, "?").split()[0]
            counts[script] = counts.get(script, 0) + 1
    if counts.get("HIRAGANA", 0) + counts.get("KATAKANA", 0) > total * 0.1:
        return "ja"
    # A brand's name in Latin letters inside a Hebrew or Chinese sentence must not outvote the sentence. One Han
    # character carries about as much as three Latin letters.
    weights = {"HEBREW": ("he", 1), "CJK": ("zh", 3), "HANGUL": ("ko", 2), "THAI": ("th", 1), "GREEK": ("el", 1)}
    for script, (code, weight) in weights.items():
        found = counts.get(script, 0)
        if found * weight > (total - found):
            return code
    return None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return identifier
