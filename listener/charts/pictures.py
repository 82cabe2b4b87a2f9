"""The charts of each report by name, and the formats that they are written in; imports Altair only to draw."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from pydantic import BaseModel

from listener.charts.chart import Chart, spec_of
from listener.charts.look import Look
from models.errors import InputError, RenderError

DRAWN = {
    "trends": ("stages", "sentiments"),
    "response-gap": ("states", "waits", "sources", "rivals"),
    "influence-loop": ("flow_by_author", "flow_by_thread", "echo"),
    "journey": ("stages", "opportunities"),
}
"""The charts by report, in the order in which they stand below each other."""
LIGHT = Look()


def charts_of(name: str, report: BaseModel, look: Look = LIGHT, only: str | None = None) -> list[Chart]:
    """The charts of a measured report, or the one named ``only``. What has nothing to say of this report is left out.

    Raises RenderError for a report that is not drawn, InputError for a chart that it does not have.
    """
    if name not in DRAWN:
        raise RenderError(f"{name} is not drawn; there are {', '.join(DRAWN)}")
    if only is not None and only not in DRAWN[name]:
        raise InputError(f"{name} has no chart {only!r}, but {', '.join(DRAWN[name])}")
    module = import_module(f"listener.charts.{name.replace('-', '_')}")
    with _unchecked():
        made = [getattr(module, chart)(report, look) for chart in DRAWN[name] if only in (None, chart)]
    return [chart for chart in made if chart.said] or made[:1]


def spec(name: str, report: BaseModel, look: Look = LIGHT, only: str | None = None) -> dict[str, Any]:
    """The Vega-Lite specification, checked against its schema. Raises as ``charts_of`` does."""
    return spec_of(charts_of(name, report, look, only), look, is_checked=True)


def svg(name: str, report: BaseModel, look: Look = LIGHT, only: str | None = None) -> bytes:
    """The charts as an SVG document. Raises as ``charts_of`` does."""
    from listener.charts.rendering import svg_of

    charts = charts_of(name, report, look, only)
    with _unchecked():
        return svg_of(charts, look)


def png(name: str, report: BaseModel, look: Look = LIGHT, only: str | None = None) -> bytes:
    """The charts as a PNG. Raises as ``charts_of`` does."""
    from listener.charts.rendering import png_of

    charts = charts_of(name, report, look, only)
    with _unchecked():
        return png_of(charts, look)


def writers(name: str) -> Mapping[str, Callable[[Any], bytes]]:
    """By format, for the report of that name."""
    return {"svg": lambda report: svg(name, report), "png": lambda report: png(name, report)}


@contextmanager
def _unchecked() -> Iterator[None]:
    """Altair checks every part against its schema whenever it is copied, a third of a chart's time; tests check."""
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):
        yield
