"""What a chart is before it is drawn: a drawing in Altair's terms, its data, its title, and its figures in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from listener.charts.days import locale
from listener.charts.look import Look, config

if TYPE_CHECKING:
    import altair as alt

    Drawing = alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart | alt.VConcatChart

Row = dict[str, Any]
"""One datum of a drawing."""


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """One chart. ``drawing`` is None where there is nothing to draw; ``said`` are its figures, one a line.

    ``data`` are the rows by the names that the drawing reads them by, handed over at the end: Altair copies a drawing
    many times over while it is put together.
    """

    name: str
    title: str
    subtitle: Sequence[str]
    said: Sequence[str]
    drawing: "Drawing | None" = None
    data: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    def titled(self, look: Look) -> "Drawing":
        """The drawing under its title; in place of an empty one a line that says so."""
        import altair as alt

        drawing = self.drawing or nothing(look)
        title: Drawing = drawing.properties(title=alt.Title(self.title, subtitle=list(self.subtitle)))
        return title


def spec_of(charts: Sequence[Chart], look: Look, *, is_checked: bool = False) -> dict[str, Any]:
    """The Vega-Lite specification of the charts, one below the other; checked against its schema where asked for."""
    import altair as alt

    drawings = [chart.titled(look) for chart in charts]
    board = drawings[0] if len(drawings) == 1 else alt.vconcat(*drawings, spacing=36)
    if len(drawings) > 1:
        board = board.resolve_scale(color="independent", x="independent", y="independent", fill="independent")
    spec: dict[str, Any] = board.to_dict(validate=is_checked)
    datasets = {name: list(rows) for chart in charts for name, rows in chart.data.items()}
    if any(chart.drawing is None for chart in charts):
        datasets["nothing"] = [{"said": look.say("No post to measure it on")}]
    return spec | {"config": config(look, is_board=len(charts) > 1) | locale(look), "datasets": datasets}


def nothing(look: Look) -> "Drawing":
    """A drawing that says that there is nothing to draw, so that no chart is ever empty."""
    import altair as alt

    mark = alt.Chart(alt.NamedData("nothing"), width=320, height=60)
    text: Drawing = mark.mark_text(color=look.colours.quiet, fontSize=14, aria=False).encode(text=alt.Text("said:N"))
    return text
