"""Says changes in the reader's words: points between two shares, ratios of counts, rates; measures nothing."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from api.viewer import reader
from listener.reports.figures import Figure
from listener.wording.formats import GAP

_MINUS = "\N{MINUS SIGN}"


def share_bracket(figure: Figure) -> str:
    """The interval and n of a share, for tables whose heading says what stands in brackets."""
    return _range(figure, reader().percent)


def points(figure: Figure) -> str:
    """A difference of two shares in percentage points, with its sign: ``+8.5``."""
    return reader()._("unknown") if figure.value is None else _signed(figure.value)


def points_range(figure: Figure) -> str:
    """The interval and n of a difference of shares, in brackets."""
    return _range(figure, _signed)


def plain(figure: Figure) -> str:
    """A figure that is neither a share nor a wait: a rate, a ratio, a rank, points."""
    return reader()._("unknown") if figure.value is None else _plain(figure.value)


def plain_range(figure: Figure) -> str:
    """The interval and n of such a figure, in brackets."""
    return _range(figure, _plain)


def brackets(said: Any) -> Markup:
    """What is said beside something, in the brackets of the reader's script."""
    return Markup(escape(reader()._("(%(said)s)"))) % reader().shown({"said": said})


def _range(figure: Figure, said: Callable[[float], str]) -> str:
    say = reader()
    n = say._("n = %(count)s", count=figure.n).replace(" ", GAP)
    if figure.value is None:
        return say._("nothing can be said, %(counted)s", counted=n)
    if figure.interval is None:
        return n
    low, high = ("…" if end is None else said(end) for end in figure.interval)
    return say._("%(low)s to %(high)s, %(counted)s", low=low, high=high, counted=n)


def _signed(value: float) -> str:
    shown = round(100 * value, 1)
    return f"{'+' if shown > 0 else _MINUS if shown < 0 else '±'}{reader().number(abs(shown))}"


def _plain(value: float) -> str:
    shown = f"{abs(value):.3g}"
    return f"{_MINUS if value < 0 else ''}{reader().number(float(shown))}"
