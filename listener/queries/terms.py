"""The terms of a query that look into texts: words and phrases, words near each other, hashtags, handles."""

import fnmatch
import glob
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from listener.queries.documents import Document
from listener.queries.folding import fold
from listener.queries.patterns import STAR, Phrase, are_near
from listener.queries.scripts import weight
from listener.queries.writing import is_hashtag, quoted, with_field

ENOUGH = 3
"""The least weight (letters; one of a script without spaces counts twice) of what is left of a word with stars."""


class Term:
    """One thing that a document has or has not; its text is how the query language writes it."""

    def matches(self, document: Document) -> bool:
        """Whether the document has it."""
        raise NotImplementedError

    def plain(self) -> str | None:
        """A word, phrase, #hashtag or @handle that title and text of every matching document hold, if there is one."""
        return None


@dataclass(frozen=True)
class Words(Term):
    """One word, or several in this order; ``field`` is text, title, author, url, or None for title and text."""

    words: tuple[str, ...]
    field: str | None = None

    @cached_property
    def _phrase(self) -> Phrase:
        return Phrase(self.words)

    def matches(self, document: Document) -> bool:
        return any(self._phrase.is_in(passage) for passage in document.passages(self.field))

    def plain(self) -> str | None:
        return fixed_part(self.words) if self.field in (None, "text", "title") else None

    def __str__(self) -> str:
        return with_field(self.field, quoted(" ".join(self.words)))


@dataclass(frozen=True)
class Near(Term):
    """Words in any order with at most ``distance`` other words between them, all taken together."""

    words: tuple[str, ...]
    distance: int
    field: str | None = None

    @cached_property
    def _phrases(self) -> tuple[Phrase, ...]:
        return tuple(Phrase((word,)) for word in self.words)

    def matches(self, document: Document) -> bool:
        return any(
            all(phrase.is_in(passage) for phrase in self._phrases)
            and are_near([phrase.places(passage) for phrase in self._phrases], self.distance)
            for passage in document.passages(self.field)
        )

    def plain(self) -> str | None:
        if self.field not in (None, "text", "title"):
            return None
        parts = [part for word in self.words if (part := fixed_part((word,)))]
        return max(parts, key=weight, default=None)

    def __str__(self) -> str:
        return with_field(self.field, f'"{" ".join(self.words)}"~{self.distance}')


@dataclass(frozen=True)
class Tag(Term):
    """A hashtag, without ``#``, or a tag that the source shows; ``field`` as in ``Words`` (text and title alone)."""

    body: str
    field: str | None = None

    @cached_property
    def _name(self) -> "Name":
        return Name(self.body)

    def matches(self, document: Document) -> bool:
        if self.field is None:
            return self._name.is_among(document.tag_names)
        return any(self._name.is_among(passage.hashtags) for passage in document.passages(self.field))

    def plain(self) -> str | None:
        if STAR in self.body:
            return fixed_part((self.body,))
        return f"#{self.body}" if is_hashtag(self.body) else None

    def __str__(self) -> str:
        return with_field(self.field, f"#{self.body}") if is_hashtag(self.body) else f"tag:{quoted(self.body)}"


@dataclass(frozen=True)
class Handle(Term):
    """An account, without the leading ``@``: named in a text, or in the field author the one that wrote the post."""

    name: str
    field: str | None = None

    @cached_property
    def _name(self) -> "Name":
        return Name(self.name)

    def matches(self, document: Document) -> bool:
        return any(self._name.is_among(passage.handles) for passage in document.passages(self.field))

    def plain(self) -> str | None:
        if self.field not in (None, "text", "title"):
            return None
        return fixed_part((self.name,)) if STAR in self.name else f"@{self.name}"

    def __str__(self) -> str:
        return with_field(self.field, f"@{self.name}")


class Name:
    """A name to be matched as a whole, with stars in it or not."""

    def __init__(self, written: str) -> None:
        self._folded = fold(written)
        escaped = STAR.join(glob.escape(part) for part in self._folded.split(STAR))
        self._pattern = re.compile(fnmatch.translate(escaped)) if STAR in written else None

    def is_among(self, names: frozenset[str]) -> bool:
        """Whether one of the folded names is this one."""
        if self._pattern is None:
            return self._folded in names
        return any(self._pattern.match(name) for name in names)


def fixed_part(words: Sequence[str]) -> str | None:
    """The longest run of whole words, or else the longest part of a word with stars, unless it is too short."""
    if STAR not in "".join(words):
        return " ".join(words)
    for parts in (_runs(words), [part for word in words for part in word.split(STAR)]):
        longest = max(parts, key=weight)
        if weight(longest) >= ENOUGH:
            return longest
    return None


def _runs(words: Sequence[str]) -> list[str]:
    runs: list[list[str]] = [[]]
    for word in words:
        if STAR in word:
            runs.append([])
        else:
            runs[-1].append(word)
    return [" ".join(run) for run in runs]
