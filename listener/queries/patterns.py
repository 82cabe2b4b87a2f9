"""Turns the words of a query into one compiled pattern over encoded passages. Knows neither fields nor operators."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

from listener.queries.folding import fold
from listener.queries.passages import APART, JOINED, Passage
from listener.queries.scripts import is_unspaced, units

STAR = "*"
_EITHER = f"[{APART}{JOINED}]"
_ANYTHING = rf"[^{APART}]{{0,60}}?"  # a star inside a word; the limit keeps the search linear
_REST = rf"[^{APART}{JOINED}]*+"


class Phrase:
    """Words one after another, with stars in them or not; whatever punctuation stands between them is no matter."""

    def __init__(self, words: Sequence[str]) -> None:
        parts = [_word(word, is_first=place == 0, is_last=place == len(words) - 1) for place, word in enumerate(words)]
        self._pattern = re.compile("".join(part for part, _ in parts))
        self._fixed = max((piece for _, pieces in parts for piece in pieces), key=len)

    def is_in(self, passage: Passage) -> bool:
        """Whether the passage holds the words."""
        encoded = passage.encoded  # most posts lack the word, and a plain search says so soonest
        return self._fixed in encoded and self._pattern.search(encoded) is not None

    def places(self, passage: Passage) -> list["Place"]:
        """Where the words are, in order."""
        if self._fixed not in passage.encoded:
            return []
        spans = (found.span() for found in self._pattern.finditer(passage.encoded))
        return [Place(*span, *passage.words_between(*span)) for span in spans]


class Place(NamedTuple):
    """Where something was found: from character to character of the encoded text, and the words that it covers.

    ``end`` and ``last`` are one past the last character and word.
    """

    start: int
    end: int
    first: int
    last: int


def are_near(places: Sequence[Sequence[Place]], distance: int) -> bool:
    """Whether one place of each word can be chosen, none upon another, with at most so many other words in between.

    Each list of places is in order.
    """
    return all(places) and any(
        _spread(places, leading, lead) <= distance for leading, options in enumerate(places) for lead in options
    )


def _spread(places: Sequence[Sequence[Place]], leading: int, lead: Place) -> float:
    """How many other words lie within the nearest choice that begins with ``lead``; infinite where there is none."""
    chosen = [lead]
    for word, options in enumerate(places):
        if word == leading:
            continue
        free = next((place for place in _from(options, lead.start) if not _overlaps(place, chosen)), None)
        if free is None:
            return inf
        chosen.append(free)
    return max(place.last for place in chosen) - lead.first - sum(place.last - place.first for place in chosen)


def _from(options: Sequence[Place], start: int) -> Iterator[Place]:
    return (options[number] for number in range(bisect_left(options, (start,)), len(options)))


def _overlaps(place: Place, chosen: Sequence[Place]) -> bool:
    return any(place.start < other.end and other.start < place.end for other in chosen)


def _word(word: str, *, is_first: bool, is_last: bool) -> tuple[str, list[str]]:
    """The pattern of one word of a phrase, and the pieces that any text it is found in holds as they are."""
    first, *others = (_segment(segment) for segment in word.split(STAR))
    is_open = others and others[-1] == [""]
    segments = others[:-1] if is_open else others
    end = (_REST if not is_last else "") if is_open else f"(?={_EITHER})"
    if first == [""] and is_first:
        first, *segments = segments
        start = ""
    else:
        start = _EITHER
    # For a star the nearest next segment is as good as any, so each one is settled once and never tried again.
    last = len(segments) - 1
    tail = "".join(
        f"(?>{_ANYTHING}{_joined(segment)}{end if place == last else ''})" for place, segment in enumerate(segments)
    )
    pattern = start + _joined(first) + (tail if segments else end)
    return pattern, [piece for segment in (first, *segments) for piece in segment]


def _segment(segment: str) -> list[str]:
    """A stretch without star as pieces between which punctuation may stand or nothing.

    Letters of scripts with and without spaces side by side (iPhone手機) are two pieces: people write both ways.
    """
    folded = fold(segment)
    pieces = [""]
    end = 0
    for found in units().finditer(folded):
        is_joined = found.start() == end
        if not is_joined or (end and is_unspaced(folded[end - 1]) != is_unspaced(found.group()[0])):
            pieces.append("")
        pieces[-1] += (JOINED if pieces[-1] else "") + found.group()
        end = found.end()
    if end < len(folded):
        pieces.append("")
    return pieces


def _joined(pieces: Sequence[str]) -> str:
    return _EITHER.join(re.escape(piece) for piece in pieces)
