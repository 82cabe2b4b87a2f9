"""Figures, times and posts' texts in words, safe in a Markdown page or a spreadsheet; measures nothing."""

import re
from datetime import datetime
from unicodedata import bidirectional

from listener.reports.figures import Figure
from models.words import ResponseState

STATE_TEXTS = {
    ResponseState.ANSWERED: "answered",
    ResponseState.REDIRECTED: "only redirected",
    ResponseState.UNANSWERED: "unanswered",
    ResponseState.TOO_EARLY: "too early to say",
    ResponseState.UNKNOWN: "unknown",
    ResponseState.NOT_NEEDED: "no response needed",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TURNING = re.compile("[\u202a\u202b\u202d\u202e\u2066-\u2068]")
_ENDS = {
    **dict.fromkeys(("LRE", "RLE", "LRO", "RLO"), "\N{POP DIRECTIONAL FORMATTING}"),
    **dict.fromkeys(("LRI", "RLI", "FSI"), "\N{POP DIRECTIONAL ISOLATE}"),
}
"""What ends each kind of mark that turns the text after it."""


def share_text(figure: Figure) -> str:
    """E.g. ``41.2 % (95 % interval 36.0 to 46.6 %, n = 340)``."""
    if figure.value is None or figure.interval is None:
        return f"unknown (n = {figure.n})"
    low, high = (100 * (end or 0) for end in figure.interval)
    return f"{100 * figure.value:.1f} % (95 % interval {low:.1f} to {high:.1f} %, n = {figure.n:,})"


def wait_text(figure: Figure) -> str:
    """E.g. ``3 h 20 min (95 % interval 2 h 5 min to 4 h, n = 120)``; an end nobody reached is ``longer``."""
    if figure.n == 0:
        return "unknown (n = 0)"
    ends = figure.interval or (None, None)
    low = duration(ends[0]) if ends[0] is not None else "shorter"
    high = duration(ends[1]) if ends[1] is not None else "longer"
    value = duration(figure.value) if figure.value is not None else "not reached: more than half still wait"
    return f"{value} (95 % interval {low} to {high}, n = {figure.n:,})"


def duration(seconds: float) -> str:
    """Two units at most: ``45 s``, ``12 min``, ``3 h 20 min``, ``2 d 4 h``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(round(whole / 3600), 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def stamp(at: datetime) -> str:
    """To the minute, in UTC."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def harmless(value: object) -> object:
    """Keep a spreadsheet from running a post's text as a formula, and its marks from turning the cells after it round.

    The text itself stays whole; what it left open is ended behind it.
    """
    if not isinstance(value, str):
        return value
    quoted = f"'{value}" if value.startswith(_FORMULA) else value
    return quoted + _endings(value) if _TURNING.search(value) else quoted


def _endings(text: str) -> str:
    """What ends the embeddings, overrides and isolates that a text leaves open (Unicode annex 9); a new line does."""
    open_ones: list[str] = []
    for char in text:
        kind = bidirectional(char)
        if kind == "B":
            open_ones.clear()
        elif kind in _ENDS:
            open_ones.append(_ENDS[kind])
        elif kind == "PDF" and open_ones and open_ones[-1] == char:
            open_ones.pop()
        elif kind == "PDI" and char in open_ones:
            while open_ones.pop() != char:
                pass
    return "".join(reversed(open_ones))


def one_line(text: str, longest: int) -> str:
    """A text on one line of Markdown, cut at ``longest`` characters."""
    flat = " ".join(text.split())
    flat = flat if len(flat) <= longest else f"{flat[: longest - 1]}…"
    for char in "\\`*_[]<>|#":
        flat = flat.replace(char, f"\\{char}")
    return flat


def table(columns: list[str], rows: list[list[str]]) -> list[str]:
    """A Markdown table's lines: the first column to the left, the others to the right."""
    rule = ["---", *("---:" for _ in columns[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (columns, rule, *rows)]
