"""Fences off text of another direction within a sentence (Unicode isolates), which works in attributes too."""

from unicodedata import bidirectional

_FIRST_STRONG, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_OPENING = frozenset({"LRI", "RLI", "FSI"})
_MOVING = _OPENING | {"R", "AL", "AN", "LRE", "RLE", "LRO", "RLO", "PDF", "PDI"}


def isolated(text: str, direction: str) -> str:
    """The text between isolates where it could move its surroundings.

    That is anything but plain digits and signs in a right-to-left sentence, and text that holds right-to-left letters
    or directional marks in a left-to-right one.
    """
    if direction == "rtl":
        needed = any(char.isalpha() or not char.isascii() for char in text)
    else:
        needed = not text.isascii() and any(bidirectional(char) in _MOVING for char in text)
    return f"{_FIRST_STRONG}{_closed(text)}{_END}" if needed else text


def _closed(text: str) -> str:
    """Without marks that would end a fence the text did not open, and with those it left open ended."""
    if _END not in text and not any(bidirectional(char) in _OPENING for char in text):
        return text
    kept, depth = [], 0
    for char in text:
        kind = bidirectional(char)
        if kind == "PDI" and not depth:
            continue
        depth += (kind in _OPENING) - (kind == "PDI")
        kept.append(char)
    return "".join(kept) + _END * depth
