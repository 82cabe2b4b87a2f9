"""How wide a text is in the fonts that charts are laid out with, so that other fonts keep to it; draws nothing."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from listener.reports.fonts import WEIGHT, FontChoice

_JOINED = ("DejaVu Sans",)
"""Draws Arabic, whose letters change their width with their neighbours: it is not reckoned with."""


def width_of(text: str, size: float, font: FontChoice, weight: int) -> float | None:
    """Pixels, without kerning; None where that would mislead."""
    if font.family in _JOINED:
        return None
    path = font.path if weight == font.weight or font.weight != WEIGHT else heebo()
    known = _advances(path)
    return size * sum(known.get(ord(letter), 0.0) for letter in text)


@cache
def heebo() -> Path:
    """The file of all weights, whose own is 400."""
    from importlib.util import find_spec

    found = find_spec("fontpkg_heebo")
    return Path(found.origin if found and found.origin else "").parent / "files" / "Heebo[wght].ttf"


@cache
def _advances(path: Path) -> Mapping[int, float]:
    """By letter, as parts of the size."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        units, widths = font["head"].unitsPerEm, font["hmtx"].metrics
        return {letter: widths[glyph][0] / units for letter, glyph in font.getBestCmap().items()}
