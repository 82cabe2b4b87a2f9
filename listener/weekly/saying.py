"""Says single figures in the reader's words: each with its interval and n. It decides nothing: see ``verdicts``."""

import re
from collections.abc import Callable, Iterable

from listener.reports.figures import Figure
from listener.reports.fonts import is_right_to_left
from listener.sources import title_of
from listener.weekly.blocks import Quote
from listener.weekly.shape import Quoted
from listener.weekly.verdicts import Said
from listener.wording import Wording, terms
from listener.wording.formats import GAP
from listener.wording.isolation import isolated

LONGEST = 280
"""Characters of a post that are shown."""
LONGEST_NAME = 80
_CONTROL = dict.fromkeys((*range(32), *range(127, 160), 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), " ")
_LEFT, _END = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT MARK}"
_NONE = "–"
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
"""Marks heaped on one letter; two are kept."""


def counted(w: Wording, n: int) -> str:
    """``n = 1,234``."""
    return w._("n = %(count)s", count=n).replace(" ", GAP)


def share(w: Wording, figure: Figure) -> str:
    """``57% (40% to 72%, n = 34)``."""
    return _ends(w, figure, w.percent)


def wait(w: Wording, figure: Figure) -> str:
    """``3 h 20 min (2 h to 5 h, n = 34)``; an end that nobody reached is open."""
    if figure.n and figure.value is None:
        return w._("not reached (%(counted)s)", counted=counted(w, figure.n))
    return _ends(w, figure, w.duration)


def rate(w: Wording, figure: Figure) -> str:
    """``1.8 (1.4 to 2.4, n = 51)``, of posts a day."""
    return _ends(w, figure, lambda value: w.number(round(value, 2)))


def ratio(w: Wording, figure: Figure) -> str:
    """``1.4 (1.1 to 1.8, n = 51)``, of one week to another."""
    if figure.value is None and figure.n and figure.interval is not None:
        return w._("new (%(counted)s)", counted=counted(w, figure.n))
    return _ends(w, figure, lambda value: w.number(round(value, 2)))


def points(w: Wording, figure: Figure) -> str:
    """A difference of shares: ``+3 (-2 to +8, n = 60)``, in percentage points."""
    return _ends(w, figure, lambda value: signed(w, round(100 * value, 1)))


def signed(w: Wording, value: float) -> str:
    """With its sign, fenced off so that it stays before the number in any direction."""
    said = f"+{w.number(value)}" if value > 0 else w.number(value + 0.0)
    return f"{_LEFT}{said}{_END}" if w.direction == "rtl" else said


def band(w: Wording, ends: tuple[float, float] | None) -> str:
    """``20% to 35%``, from the lowest week to the highest."""
    if ends is None:
        return _NONE
    return w._("%(low)s to %(high)s", low=w.percent(ends[0]), high=w.percent(ends[1]))


def amount(w: Wording, count: int | None) -> str:
    """A count; a dash where nobody counted."""
    return _NONE if count is None else w.number(count)


def verdict(w: Wording, said: Said) -> str:
    """A change in a word or two, for a table."""
    return {
        Said.MORE: w.pgettext("change", "rose"),
        Said.LESS: w.pgettext("change", "fell"),
        Said.SAME: w.pgettext("change", "no change beyond noise"),
        Said.FEW: w.pgettext("change", "too few to say"),
        Said.UNKNOWN: w.pgettext("change", "not comparable"),
    }[said]


def verdict_beside(w: Wording, said: Said) -> str:
    """Somebody else's share beside ours."""
    return {
        Said.MORE: w.pgettext("beside ours", "higher"),
        Said.LESS: w.pgettext("beside ours", "lower"),
        Said.SAME: w.pgettext("beside ours", "no difference beyond noise"),
        Said.FEW: w.pgettext("beside ours", "too few to say"),
        Said.UNKNOWN: w.pgettext("beside ours", "not comparable"),
    }[said]


def name(text: str) -> str:
    """A name that people gave: on one line, not too long, without marks that turn the text around them."""
    return clean(text, LONGEST_NAME)


def stage(w: Wording, value: str) -> str:
    """A stage within a sentence: its Latin letters, which come first, do not turn the words that follow."""
    return _led(w, terms.stage(w, value))


def names(w: Wording, counts: Iterable[tuple[str, int]], between: str = ", ") -> str:
    """``tin (4), pump (2)``: names with counts, one after the other as the sentence runs, whatever their letters."""
    said = (f"{isolated(name(one), w.direction)}{GAP}({w.number(count)})" for one, count in counts)
    return _led(w, between.join(said))


def together(w: Wording, *sentences: str) -> str:
    """Sentences after one another; in Chinese no space stands between them."""
    return ("" if w.language.startswith("zh") else " ").join(sentences)


def clean(text: str, longest: int = LONGEST) -> str:
    """A text on one line, cut; what has no shape and what turns directions becomes a space."""
    flat = " ".join(text[: 4 * longest].translate(_CONTROL).split())
    flat = _MARKS.sub(r"\1", flat.encode("utf-8", "ignore").decode())
    return flat if len(flat) <= longest and len(text) <= 4 * longest else f"{flat[: longest - 1].rstrip()}…"


def quote(w: Wording, post: Quoted, about: str = "") -> Quote:
    """A post's words; ``about`` says more of it than who wrote it."""
    by = _handle(w, post.author) if post.author else w._("author unknown")
    said = None if post.text is None else clean(post.text)
    return Quote(said, post.language, bool(said) and is_right_to_left(said or ""), f"{about} · {by}" if about else by)


def source(name: str) -> str:
    """A source as people write it."""
    return title_of(name)


def _handle(w: Wording, author: str) -> str:
    """With its sign before it, also where it is made of digits alone."""
    said = f"@{name(author)}"
    fenced = isolated(said, w.direction)
    return f"{_LEFT}{said}{_END}" if fenced == said and w.direction == "rtl" else fenced


def _led(w: Wording, said: str) -> str:
    """Begun with a mark of the sentence's direction, by which a fence around it goes."""
    return f"{_RIGHT_TO_LEFT}{said}" if w.direction == "rtl" else said


def _ends(w: Wording, figure: Figure, say: Callable[[float], str]) -> str:
    n = counted(w, figure.n)
    if figure.value is None:
        return w._("unknown (%(counted)s)", counted=n)
    low, high = figure.interval or (None, None)
    if low is None and high is None:
        return w._("%(value)s (%(counted)s)", value=say(figure.value), counted=n)
    values = {"value": say(figure.value), "counted": n}
    if high is None:
        return w._("%(value)s (%(low)s or more, %(counted)s)", low=say(low or 0.0), **values)
    return w._(
        "%(value)s (%(low)s to %(high)s, %(counted)s)", low=_NONE if low is None else say(low), high=say(high), **values
    )
