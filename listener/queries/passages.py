"""A text prepared for matching, each form of it made once and only when asked for."""

import re
from bisect import bisect_left, bisect_right
from functools import cache, cached_property

from listener.queries.folding import fold
from listener.queries.scripts import SPACED, marks, units

APART, JOINED = "\x1e", "\x1f"
"""What stands before a unit of an encoded text: something lies between it and the one before it, or nothing does."""
_WORD_START = re.compile(rf"[{APART}{JOINED}](?=\w)")


class Passage:
    """One text of a document: its folded form, its units, its hashtags and handles."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def folded(self) -> str:
        """The text with case, width and invisible characters folded."""
        return fold(self._text)

    @cached_property
    def encoded(self) -> str:
        """The units of the text, each with ``APART`` or ``JOINED`` before it, and ``APART`` at the end.

        Punctuation is left out, so that whole words are found by what stands before and after them.
        """
        return encode(self.folded)

    @cached_property
    def _starts(self) -> list[int]:
        return [found.start() for found in _WORD_START.finditer(self.encoded)]

    def words_between(self, start: int, end: int) -> tuple[int, int]:
        """Which words the characters from ``start`` to ``end`` of the encoded text cover: first, and one past the last.

        A character of a script without spaces counts as a word, a symbol as none.
        """
        if self.encoded[start] in (APART, JOINED):
            first = bisect_left(self._starts, start)
        else:
            first = bisect_right(self._starts, start) - 1
        return first, bisect_left(self._starts, end)

    @cached_property
    def hashtags(self) -> frozenset[str]:
        """The hashtags, folded, without ``#``."""
        return frozenset(_hashtag().findall(self.folded)) if "#" in self.folded else frozenset()

    @cached_property
    def handles(self) -> frozenset[str]:
        """The handles, folded, without the leading ``@``: each as written and without its server.

        A name of three parts or more, as Bluesky has them (amberroast.bsky.social), has its server after the first.
        """
        found: set[str] = set()
        for name, server in _handle().findall(self.folded) if "@" in self.folded else ():
            found |= {name, f"{name}@{server}"} if server else {name}
            if name.count(".") > 1:
                found.add(name.split(".")[0])
        return frozenset(found)


def encode(folded: str) -> str:
    """A folded text as ``Passage.encoded`` has it."""
    parts: list[str] = []
    end = -1
    for found in units().finditer(folded):
        parts.append(JOINED if found.start() == end else APART)
        parts.append(found.group())
        end = found.end()
    parts.append(APART)
    return "".join(parts)


@cache
def _hashtag() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w&/])#([\w{marks()}]+)")


@cache
def _handle() -> re.Pattern[str]:
    body = rf"[\w{marks()}]+"
    return re.compile(rf"(?<!{SPACED})@({body}(?:[.-]{body})*)(?:@({body}(?:[.-]{body})*))?")
