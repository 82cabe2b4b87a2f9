"""Cuts an expression into tokens. Knows what words, phrases and fields look like, not how they may be combined."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from listener.queries.writing import KEYWORDS, MINUS_SIGNS, QUOTATION_MARKS

WORD_FIELDS = ("text", "title", "author", "url")
FIELDS = (*WORD_FIELDS, "tag", "source", "lang", "kind", "rating")
MOST_DISTANCE = 100
_FIELD = re.compile(r"([^\W\d_]+):")
_WORD = re.compile(rf"[^\s(){''.join(QUOTATION_MARKS)}」]+")
_BETWEEN_HEBREW = re.compile(r'(?<=[א-ת])["”](?=[א-ת])')
_NEAR = re.compile(r"~(\d{0,4})")


class Mark(StrEnum):
    """What a token is."""

    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    FIELD = "field"
    WORD = "word"
    PHRASE = "phrase"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A token from ``at`` to before ``end``; ``distance`` is what a phrase has after ``~``."""

    mark: Mark
    text: str
    at: int
    end: int
    distance: int | None = None


class MisreadError(Exception):
    """What cannot be read, and the place in the expression, counted from 0; becomes an ``InputError`` at the door."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at = at


def scan(text: str) -> Iterator[Token]:
    """The tokens of an expression, and END at last. Raises MisreadError."""
    at = 0
    token = Token(Mark.END, "", 0, 0)
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _next_token(text, at, is_value=token.mark is Mark.FIELD)
        yield token
        at = token.end
    yield Token(Mark.END, "", len(text), len(text))


def _next_token(text: str, at: int, *, is_value: bool) -> Token:
    first = text[at]
    if first in "()":
        return Token(Mark(first), first, at, at + 1)
    if first in QUOTATION_MARKS:
        return _phrase(text, at)
    if first == "」":
        raise MisreadError(at, "this quotation mark closes nothing")
    if is_value:
        if first in MINUS_SIGNS:
            raise MisreadError(at, "a minus goes before the field's name, as in -title:word")
        return _word(text, at)
    if first in MINUS_SIGNS:
        if at + 1 == len(text) or text[at + 1].isspace() or text[at + 1] == ")":
            raise MisreadError(at, "this dash stands alone; write it directly before what is not wanted")
        return Token(Mark.NOT, first, at, at + 1)
    if found := _FIELD.match(text, at):
        return _field(text, found)
    return _plain_word(text, at)


def _phrase(text: str, at: int) -> Token:
    closing = QUOTATION_MARKS[text[at]]
    inner = {found.start() for found in _BETWEEN_HEBREW.finditer(text, at + 1)}  # as in צה"ל
    end = next((place for place in range(at + 1, len(text)) if text[place] in closing and place not in inner), None)
    if end is None:
        raise MisreadError(at, "this quotation mark is not closed")
    phrase, end = text[at + 1 : end], end + 1
    distance = None
    if near := _NEAR.match(text, end):
        if not near[1] or int(near[1]) > MOST_DISTANCE:
            raise MisreadError(end, f"~ takes a number of words up to {MOST_DISTANCE}, as in ~5")
        distance, end = int(near[1]), near.end()
    if end < len(text) and not text[end].isspace() and text[end] != ")":
        raise MisreadError(end, "a space is expected after this phrase")
    return Token(Mark.PHRASE, phrase, at, end, distance)


def _field(text: str, found: re.Match[str]) -> Token:
    name, at, end = found[1].casefold(), found.start(), found.end()
    if name not in FIELDS:
        near = get_close_matches(name, FIELDS, 1)
        hint = f"did you mean {near[0]}:?" if near else f"fields are {', '.join(FIELDS)}"
        raise MisreadError(at, f'no field {found[1]!r}; {hint} (words with a colon go into "quotation marks")')
    if end == len(text) or text[end].isspace() or text[end] == ")":
        raise MisreadError(end, f"a value is expected directly after {name}:")
    return Token(Mark.FIELD, name, at, end)


def _plain_word(text: str, at: int) -> Token:
    token = _word(text, at)
    word = token.text
    if word in KEYWORDS:
        return Token(Mark(word), word, at, token.end)
    if word.strip("&|!") == "":
        raise MisreadError(at, f'write AND, OR or NOT instead of {word}, or "{word}" if the sign itself is wanted')
    if word[0] in "+!":
        raise MisreadError(at, f"{word[0]} has no meaning before a word: side by side, all words have to be there")
    return token


def _word(text: str, at: int) -> Token:
    end = at
    while found := _WORD.match(text, end):
        end = found.end()
        if not _BETWEEN_HEBREW.match(text, end):
            break
        end += 1
    if end < len(text) and text[end] in (*QUOTATION_MARKS, "」"):
        raise MisreadError(end, "a space is expected before this quotation mark")
    return Token(Mark.WORD, text[at:end], at, end)
