"""The terms of a query that look at what a source says of a post: source, language, kind, rating. Reads no text."""

import re
from dataclasses import dataclass
from functools import cached_property

from listener.queries.documents import Document
from listener.queries.terms import Name, Term
from listener.queries.writing import quoted
from models.words import PostKind

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_RATING = re.compile(r"(?P<sign><=|>=|<|>|=)?(?P<low>\d+(?:\.\d+)?)(?:\.\.(?P<high>\d+(?:\.\d+)?))?")
_ABOUT_RATING = "a rating is a number from 1 to 5: rating:2, rating:<=2 or rating:1..3"


@dataclass(frozen=True)
class Property(Term):
    """Source, language or kind of a post, lower case; a language stands for its variants too (zh for zh-TW)."""

    field: str
    value: str

    @cached_property
    def _name(self) -> Name:
        return Name(self.value)

    def matches(self, document: Document) -> bool:
        said = document.properties[self.field]
        if self.field == "lang":
            return f"{said}-".startswith(f"{self.value}-")
        return self._name.is_among(frozenset((said,)))

    def __str__(self) -> str:
        return f"{self.field}:{quoted(self.value)}"


@dataclass(frozen=True)
class Rating(Term):
    """A rating compared with ``low`` by ``sign`` (= < <= > >=), or from ``low`` to ``high`` (sign ``..``)."""

    sign: str
    low: float
    high: float

    def matches(self, document: Document) -> bool:
        said = document.rating
        if said is None:
            return False
        if self.sign == "..":
            return self.low <= said <= self.high
        less, equal = said < self.low, said == self.low
        return (less and "<" in self.sign) or (equal and "=" in self.sign) or (said > self.low and ">" in self.sign)

    def __str__(self) -> str:
        if self.sign == "..":
            return f"rating:{_written(self.low)}..{_written(self.high)}"
        return f"rating:{self.sign.removeprefix('=')}{_written(self.low)}"


def property_of(field: str, value: str) -> Term:
    """The term ``field:value``. Raises ValueError, with half a sentence, for a value that the field cannot have."""
    value = value.casefold().strip()
    if field == "rating":
        return _rating_of(value)
    if field == "lang":
        value = value.replace("_", "-")
        if not _LANGUAGE.fullmatch(value):
            raise ValueError("a language is a code such as lang:pl, lang:he or lang:zh")
    if field == "kind" and value not in tuple(PostKind):
        raise ValueError(f"a kind is one of {', '.join(PostKind)}")
    if not value.replace("*", ""):
        raise ValueError(f"the name of a {field} is expected here")
    return Property(field, value)


def _rating_of(value: str) -> Rating:
    found = _RATING.fullmatch(value.replace(",", ".").replace("≤", "<=").replace("≥", ">="))
    if found is None or (found["sign"] and found["high"]):
        raise ValueError(_ABOUT_RATING)
    low, high = float(found["low"]), float(found["high"] or found["low"])
    if not 1 <= low <= high <= 5:
        raise ValueError(_ABOUT_RATING)
    return Rating(".." if found["high"] else found["sign"] or "=", low, high)


def _written(number: float) -> str:
    return str(number).removesuffix(".0")
