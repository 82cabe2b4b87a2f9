"""Tells whether two posts say the same: the key that exact copies share, and how near two texts are."""

import re
import unicodedata

from nlp.cleaning import URL

_NOT_WORD = re.compile(r"[^\w@#]+")
_HANDLE_WORD = re.compile(r"@\w+")
NEAR = 0.90
"""From this share of common characters (rapidfuzz's normalised InDel ratio) two texts of one author are one."""


def text_key(text: str) -> str:
    """The text folded to what copies share: no case, links, punctuation or spacing; handles stay.

    A text of emoji or punctuation alone keeps them, so that "!!!" and "???" stay apart.
    """
    folded = unicodedata.normalize("NFKC", URL.sub(" ", text)).casefold()
    return _NOT_WORD.sub(" ", folded).strip() or folded.strip()


def are_near(one: str, other: str) -> bool:
    """Whether two text keys differ in so little that one author would not have meant two posts.

    Handles do not count: a long list of them would make any two short remarks alike. Texts of nothing but handles are
    near only if they are equal.
    """
    from rapidfuzz.fuzz import ratio

    words, other_words = (_HANDLE_WORD.sub(" ", key).strip() for key in (one, other))
    if not words or not other_words:
        return one == other
    return bool(ratio(words, other_words, score_cutoff=NEAR * 100) >= NEAR * 100)
