"""Draws the pictures of a weekly report from its data: the same data give the same PNG."""

import io

from listener.charts import pictures
from listener.charts.look import Look
from listener.reports import cloud_image
from listener.weekly.shape import WeeklyReport
from listener.wording import Wording

STAGES, CLOUD = "stages", "cloud"
COLOURS = 96


def drawn(report: WeeklyReport, w: Wording) -> dict[str, bytes]:
    """PNG by the names that the blocks call them by; no cloud where there is no word. Raises RenderError."""
    made = {STAGES: pictures.png("trends", report.trends, Look(say=w.translations.gettext), STAGES)}
    if report.cloud.terms:
        made[CLOUD] = cloud_image.render_png(report.cloud)
    return {name: _lean(content) for name, content in made.items()}


def _lean(png: bytes) -> bytes:
    """In so few colours that a mail stays small: a chart has hardly more."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = io.BytesIO()
    few.save(file, "PNG", optimize=True)
    return file.getvalue()
