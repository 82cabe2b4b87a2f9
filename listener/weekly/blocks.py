"""What a written report is made of, before it is HTML, PDF or Markdown; all three hold the same texts in one order.

Texts are plain: no markup, foreign names fenced off by Unicode isolates. Whoever writes a format escapes all of them.
"""

from dataclasses import dataclass, field
from typing import Literal

Tone = Literal["plain", "lead", "quiet"]


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` 1 begins a section."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences below each other."""

    items: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names the row."""

    caption: str
    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words in their own language and direction. ``text`` is None where the post is gone."""

    text: str | None
    language: str
    is_rtl: bool
    about: str
    """When, where and by whom, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG by its name; ``alt`` says what is seen in it, ``caption`` stands below it."""

    name: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """On paper a new page begins."""


Block = Heading | Text | Bullets | Table | Quote | Picture | Break


@dataclass(frozen=True, slots=True)
class Document:
    """A report in one language."""

    title: str
    subtitle: str
    language: str
    """The value of a ``lang`` attribute."""
    is_rtl: bool
    blocks: list[Block] = field(default_factory=list)
