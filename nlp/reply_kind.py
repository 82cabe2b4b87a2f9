"""Tells what a brand's reply does: answer, only send the customer elsewhere, or only acknowledge.

A rule, not a model, so that a person can check it by eye: a reply is a redirect (or an acknowledgement) when a sentence
holds one of the cues and no other sentence is long enough to be an answer. The cues are data, in ``reply_cues.toml``.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

from models.words import ReplyKind
from nlp.cleaning import URL, without_handles_and_links

SUBSTANCE = 9
"""A sentence of so many words (for Chinese and Japanese: so many pairs of characters) says something itself."""

_SENTENCE_END = re.compile(r"(?<=[.!?…;:])\s+|(?<=[。！？：；])|\n+")
_HAN_OR_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def reply_kind(text: str) -> ReplyKind:
    """Classify one reply of a brand; a reply of a link alone is a redirect."""
    words = without_handles_and_links(text)
    if not any(char.isalnum() for char in words):
        return ReplyKind.REDIRECT if URL.search(text) else ReplyKind.ACKNOWLEDGEMENT
    sentences = [sentence for sentence in _SENTENCE_END.split(words) if sentence.strip()]
    redirects, acknowledges = False, False
    for sentence in sentences:
        if _cues("redirect").search(sentence):
            redirects = True
        elif _cues("acknowledgement").search(sentence):
            acknowledges = True
        elif _length(sentence) >= SUBSTANCE:
            return ReplyKind.ANSWER
    if redirects:
        return ReplyKind.REDIRECT
    return ReplyKind.ACKNOWLEDGEMENT if acknowledges else ReplyKind.ANSWER


def _length(sentence: str) -> int:
    han = len(_HAN_OR_KANA.findall(sentence))
    return han // 2 + len(_HAN_OR_KANA.sub(" ", sentence).split())


@cache
def _cues(name: str) -> re.Pattern[str]:
    cues = tomllib.loads((Path(__file__).parent / "reply_cues.toml").read_text(encoding="utf-8"))
    return re.compile("|".join(f"(?:{cue})" for cue in cues[name]), re.IGNORECASE)
