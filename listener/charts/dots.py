"""Shares and other figures as points with their 95 % intervals, a row each: one drawing for many charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from listener.charts.chart import Row
from listener.charts.look import Look
from listener.charts.words import count, interval, line, told
from listener.reports.figures import Figure

if TYPE_CHECKING:
    import altair as alt

    from listener.charts.chart import Drawing

STEP = 26
"""Pixels of one row."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure with the name of its row; ``colour`` and ``panel`` where rows or panels differ."""

    name: str
    figure: Figure
    colour: str
    panel: str = ""


def rows_of(dots: Sequence[Dot], look: Look) -> list[Row]:
    """The data. A figure of which nothing can be said keeps its row, without a point."""
    return [
        {
            "name": dot.name,
            "panel": dot.panel,
            "colour": dot.colour,
            "value": dot.figure.value,
            "low": (dot.figure.interval or (None, None))[0],
            "high": (dot.figure.interval or (None, None))[1],
            "text": interval(look, dot.figure),
            "n": count(dot.figure.n),
            "beside": beside(look, dot.figure),
            "said": told(look, dot.name, dot.figure),
        }
        for dot in dots
    ]


def beside(look: Look, figure: Figure) -> str:
    """What stands at the end of a row: the value and n, or that nothing can be said."""
    if figure.value is None:
        return line(look, look.say("unknown (n = %(n)s)"), n=count(figure.n))
    return line(look, look.say("%(value)s, n = %(n)s"), value=interval(look, figure), n=count(figure.n))


def shares(data: str, order: Sequence[str], look: Look, width: int, *, has_text: bool = True) -> "Drawing":
    """Points on a scale from 0 to 100 %, rows in the order given, with value and n to the right of the scale."""
    import altair as alt

    x = alt.X(
        "value:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1], reverse=look.is_rtl),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    y = alt.Y(
        "name:N", title=None, sort=list(order), axis=alt.Axis(grid=False, ticks=False, domain=False, orient=look.start)
    )
    return points(data, x, y, look, width, has_text=has_text)


def points(data: str, x: "alt.X", y: "alt.Y", look: Look, width: int, *, has_text: bool = True) -> "Drawing":
    """The points with their intervals over given scales; ``value``, ``low`` and ``high`` are along ``x``."""
    import altair as alt

    say = look.say
    base = alt.Chart(alt.NamedData(data), width=width, height=alt.Step(STEP))
    known = base.transform_filter("datum.value != null")
    colour = alt.Color("colour:N", scale=None, legend=None)
    layers = [
        known.mark_rule(strokeWidth=2.5).encode(
            x=_at("low:Q", x), x2=alt.X2("high:Q"), y=y, color=colour, description=alt.Description("said:N")
        ),
        known.mark_point(size=70, filled=True, opacity=1).encode(
            x=x,
            y=y,
            color=colour,
            tooltip=[
                alt.Tooltip("name:N", title=say("what")),
                alt.Tooltip("text:N", title=say("value (95 %)")),
                alt.Tooltip("n:N", title=say("posts")),
            ],
            description=alt.Description("said:N"),
        ),
    ]
    if has_text:
        text = base.mark_text(**look.beyond(10), color=look.colours.quiet, aria=False)
        layers.append(text.encode(x=alt.XValue(0 if look.is_rtl else width), y=y, text=alt.Text("beside:N")))  # type: ignore[no-untyped-call]
    return alt.layer(*layers)


def _at(field: str, like: "alt.X") -> "alt.X":
    """The same scale and axis for another field."""
    import altair as alt

    same: alt.X = like.copy()
    same["shorthand"] = field
    return same
