"""Draws the pictures of a weekly report from its data: the same data give the same PNG."""

import io

from listener.charts import pictures
from listener.charts.look import Look
from listener.reports import cloud_image
from listener.weekly.shape import WeeklyReport
from listener.wording import Wording

STAGES, CLOUD = "stages", "cloud"
COLOURS = 96
_WORDS = (1200, 604)
"""Pixels of the cloud that hold its words; what is below says in English what the colours mean, as the page does."""


def drawn(report: WeeklyReport, w: Wording) -> dict[str, bytes]:
    """PNG by the names that the blocks call them by; no cloud where there is no word. Raises RenderError."""
    named = report.trends.model_copy(update={"brand": report.name})
    made = {STAGES: pictures.png("trends", named, Look(False, w.translations.gettext, w), STAGES)}
    if report.cloud.terms:
        made[CLOUD] = cloud_image.render_png(report.cloud)
    kept = _WORDS if any(sum(term.sentiment.values()) for term in report.cloud.terms) else None
    return {name: _lean(content, kept if name == CLOUD else None) for name, content in made.items()}


def _lean(png: bytes, kept: tuple[int, int] | None = None) -> bytes:
    """In so few colours that a mail stays small: a chart has hardly more. ``kept``: width and height from the top."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        whole = picture.convert("RGB").crop((0, 0, *(kept or picture.size)))
        few = whole.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = io.BytesIO()
    few.save(file, "PNG", optimize=True)
    return file.getvalue()
