"""Turns charts into SVG and PNG with fonts that come with the package; fetches nothing, needs no browser."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from listener.charts.chart import Chart, spec_of
from listener.charts.look import Look
from listener.charts.svg import finished
from listener.charts.widths import heebo
from listener.reports.fonts import font_for
from models.errors import RenderError

SCALE = 2.0
"""Pixels of a PNG for each of the drawing's, so that it is sharp on paper and on small screens."""


def svg_of(charts: Sequence[Chart], look: Look) -> bytes:
    """An SVG document of real text, its figures in words beside it; the same charts give the same bytes.

    Raises RenderError if a font package is missing or a drawing cannot be made.
    """
    titles = [chart.title for chart in charts]
    said = [line for chart in charts for line in (chart.title, *chart.subtitle, *chart.said)]
    return finished(_drawn(spec_of(charts, look)), titles, said).encode()


def png_of(charts: Sequence[Chart], look: Look) -> bytes:
    """The same as a PNG, ``SCALE`` times as large. Raises RenderError as ``svg_of`` does."""
    import vl_convert

    svg = svg_of(charts, look).decode()
    try:
        picture: bytes = vl_convert.svg_to_png(svg, scale=SCALE)
    except ValueError as error:
        raise RenderError(f"picture: {error}") from error
    return picture


def _drawn(spec: dict[str, Any]) -> str:
    """Without tooltips, which only a script could show: they take as long as all else."""
    import vl_convert

    _register_fonts()
    _leave_out(spec, "tooltip")
    try:
        svg: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    except ValueError as error:
        raise RenderError(f"chart: {error}") from error
    return svg


def _leave_out(spec: Any, channel: str) -> None:
    """Take a channel out of every encoding of a specification; data are not searched."""
    if isinstance(spec, list):
        for part in spec:
            _leave_out(part, channel)
    elif isinstance(spec, dict):
        spec.get("encoding", {}).pop(channel, None)
        for name, part in spec.items():
            if name != "datasets":
                _leave_out(part, channel)


@cache
def _register_fonts() -> None:
    """Once a process. Heebo comes in one file of all weights, and bold in a file of its own."""
    import vl_convert

    folders = {heebo().parent}
    for term in ("a", "я", "水"):  # letters of the three fonts
        font = font_for(term)
        if font is not None:
            folders.add(font.path.parent)
    for folder in sorted(folders):
        vl_convert.register_font_directory(str(folder))
