"""Which characters make words, and which of them stand in scripts that put no spaces between words."""

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import cache

# Thai, Lao, Myanmar, Khmer; kana, Bopomofo and Han: ranges for a character class.
UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0ece\u0ed0-\u0edf\u1000-\u1049\u1050-\u109d\ua9e0-\ua9fe"
    "\uaa60-\uaa76\uaa7a-\uaa7f\u1780-\u17d3\u17d7\u17dc\u17dd\u17e0-\u17e9"
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003fffd"
)
SPACED = rf"[^\W{UNSPACED}]"
"""One letter, digit or underscore of a script that puts spaces between words."""
_UNSPACED = re.compile(f"[{UNSPACED}]")
_LAST_MARK = 0x20000  # beyond lie ideographs, and variation selectors that folding drops


def is_unspaced(character: str) -> bool:
    """Whether a character belongs to a script without spaces between words."""
    return _UNSPACED.match(character) is not None


def weight(text: str) -> int:
    """How much a word says: its letters and digits, those of scripts without spaces counting twice."""
    return sum(2 if is_unspaced(character) else 1 for character in text if character.isalnum())


@cache
def marks() -> str:
    """Ranges of the combining marks, which ``\\w`` leaves out although they are parts of words."""
    return _ranges(lambda character: unicodedata.category(character)[0] == "M")


@cache
def symbols() -> str:
    """Ranges of the characters that a query may ask for though they are no letters: emoji, currencies, ``+ & %``."""
    return r"+&%" + _ranges(lambda character: unicodedata.category(character) in ("So", "Sc", "Co"))


@cache
def units() -> re.Pattern[str]:
    """What a text is cut into: a word, one character of a script without spaces, or one symbol.

    A ``#`` or ``@`` is a symbol directly after a word alone (C#), for else it marks a tag or a handle.
    """
    mark = f"[{marks()}]"
    return re.compile(rf"{SPACED}+(?:{mark}+{SPACED}*)*|[{UNSPACED}]{mark}*|(?:[{symbols()}]|(?<=\w)[#@]){mark}*")


def _ranges(is_wanted: Callable[[str], bool]) -> str:
    found: list[tuple[int, int]] = []
    for code in range(0x80, min(_LAST_MARK, sys.maxunicode)):
        if not is_wanted(chr(code)):
            continue
        if found and found[-1][1] == code - 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in found)
