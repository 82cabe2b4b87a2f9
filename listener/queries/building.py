"""Builds the terms of a query from its tokens, and says what is wrong with them."""

import re
from functools import cache

from listener.queries.folding import fold, spell
from listener.queries.properties import property_of
from listener.queries.scanning import WORD_FIELDS, Mark, MisreadError, Token
from listener.queries.scripts import units
from listener.queries.terms import Handle, Near, Tag, Term, Words
from listener.queries.writing import QUOTATION_MARKS, is_handle, is_hashtag

_QUOTES = re.compile(rf"[{''.join(QUOTATION_MARKS)}」]")
_HEBREW_QUOTE = re.compile(r"(?<=[א-ת])[\"”](?=[א-ת])")
_STARS = re.compile(r"\*+")
_EDGES = ".,;:!?…"


def check(is_right: bool, at: int, reason: str) -> None:
    """Raise MisreadError unless it is right."""
    if not is_right:
        raise MisreadError(at, reason)


def term_of(token: Token, field: str | None) -> Term:
    """The term that a word or phrase is, within a field or none. Raises MisreadError."""
    text = _STARS.sub("*", spell(_QUOTES.sub(" ", _HEBREW_QUOTE.sub("״", token.text))))
    text = " ".join(text.split())
    if field is None or field in WORD_FIELDS:
        return _word_term(token, text, field)
    check(token.distance is None, token.at, f"~ counts words of a text, and {field}: has none")
    if field == "tag":
        body = text.removeprefix("#").strip()
        check(body.strip("*") != "", token.at, "the name of a tag is expected here")
        return Tag(body)
    try:
        return property_of(field, text)
    except ValueError as error:
        raise MisreadError(token.at, str(error)) from None


def _word_term(token: Token, text: str, field: str | None) -> Term:
    if text[:1] in ("#", "@") and " " not in text and token.distance is None and field != "url":
        named = _named(token, text.rstrip(_EDGES), field)
        if named is not None:
            return named
    if token.mark is Mark.WORD and "~" in token.text and field != "url":
        raise MisreadError(token.at + token.text.index("~"), '~ goes directly after a phrase, as in "battery drain"~5')
    parts = text.split()
    words = tuple(word for part in parts if (word := _trimmed(part)))
    check("*" not in parts, token.at, "a star has to stand beside letters")
    check(bool(words), token.at, "there is no letter, digit or symbol to look for here")
    if token.distance is None:
        return Words(words, field)
    check(len(words) > 1, token.at, "~ needs two words or more between the quotation marks, with spaces between them")
    return Near(words, token.distance, field)


def _named(token: Token, text: str, field: str | None) -> Term | None:
    """A hashtag or a handle; within quotation marks, None for what is neither."""
    sign, body = text[:1], text[1:]
    if sign == "#" and is_hashtag(body):
        check(field != "author", token.at, "authors have no hashtags; write the name, or @handle")
        return Tag(body, field)
    if sign == "@" and is_handle(body):
        return Handle(body, field)
    wanted = "letters, digits and _ are" if sign == "#" else "a name, as in @name or @name@server, is"
    check(token.mark is Mark.PHRASE, token.at, f"{wanted} expected after {sign}")
    return None


def _trimmed(word: str) -> str:
    """A word without the punctuation around it, which no text is searched for; empty if nothing is left."""
    if not units().search(fold(word)):
        return ""
    kept = [found.span() for found in _kept().finditer(word)]
    return word[kept[0][0] : kept[-1][1]] if kept else ""


@cache
def _kept() -> re.Pattern[str]:
    return re.compile(rf"\*|{units().pattern}")
