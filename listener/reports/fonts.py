"""Finds a font that has every glyph of a term, among fonts that come from pip packages alone."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from unicodedata import category

from models.errors import RenderError

WEIGHT = 600
"""The weight Heebo is drawn in, 100 to 900. Pillow draws a variable font hair-thin unless a weight is fixed."""
TEXT_WEIGHTS = (400, 700)
"""The weights that printed text is set in."""
BOX = "\N{WHITE SQUARE}"
"""Stands for a character that no font has."""
MOST_MARKS = 2
# Arabic letters need shaping to the right forms, Hebrew only their order.
_RIGHT_TO_LEFT = ((0x0590, 0x08FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFF))


@dataclass(frozen=True)
class FontChoice:
    """A font file to draw with, and the family a browser is to look for."""

    family: str
    path: Path
    weight: int
    """100 to 900."""
    fallbacks: tuple[str, ...]
    """Families that usual systems have, for browsers without ``family``; the last is generic."""


def font_for(term: str) -> FontChoice | None:
    """The first font that has a glyph for every visible character, or None: then the term must not be drawn.

    Raises RenderError if a font package is missing or its font cannot be read.
    """
    needed = {ord(char) for char in term if not char.isspace()}
    return next((font for font in _fonts() if needed <= _covered(font.path)), None)


def group_by_font(terms: Iterable[str]) -> tuple[dict[FontChoice, list[str]], list[str]]:
    """The terms under the font that draws them, and apart those that no font covers; both in the order given."""
    groups: dict[FontChoice, list[str]] = {}
    uncovered: list[str] = []
    for term in terms:
        font = font_for(term)
        if font is None:
            uncovered.append(term)
        else:
            groups.setdefault(font, []).append(term)
    return groups, uncovered


def text_folders() -> tuple[Path, ...]:
    """Folders with the fonts of printed text: Heebo in ``TEXT_WEIGHTS``, DejaVu Sans and Noto Sans TC.

    Raises RenderError if a font package is missing or its font cannot be read.
    """
    heebo = _of_package("fontpkg_heebo", "files/Heebo[wght].ttf")
    made = [_static(heebo, weight, "text") for weight in TEXT_WEIGHTS]
    return tuple(dict.fromkeys(path.parent for path in (*made, *(font.path for font in _fonts()[1:]))))


def drawable(text: str) -> str:
    """The text with a box for every visible character that no font has, and at most two marks on any letter."""
    kept, marks = [], 0
    for char in text:
        kind = category(char)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks > MOST_MARKS or kind == "Cs" or (kind == "Cc" and char not in "\n\t"):
            continue
        if char.isascii() or kind in ("Cf", "Zs") or char.isspace():
            kept.append(char)
        else:
            kept.append(char if any(ord(char) in _covered(font.path) for font in _fonts()) else BOX)
    return "".join(kept)


def is_right_to_left(text: str) -> bool:
    """Whether the first letter is of a script written from right to left (Hebrew, Arabic and their kin)."""
    first = next((char for char in text if char.isalpha()), "")
    return bool(first) and any(low <= ord(first) <= high for low, high in _RIGHT_TO_LEFT)


@cache
def _fonts() -> tuple[FontChoice, ...]:
    """In order of preference: Noto Sans TC comes last as it also has some Latin and Cyrillic letters, but not all."""
    heebo = _static(_of_package("fontpkg_heebo", "files/Heebo[wght].ttf"), WEIGHT)
    dejavu = _of_package("matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf")
    noto = _of_package("pylopdf_fonts_zh_tw", "NotoSansTC-Regular.otf")
    return (
        FontChoice("Heebo", heebo, WEIGHT, ("Noto Sans Hebrew", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif")),
        FontChoice("DejaVu Sans", dejavu, 400, ("Noto Sans", "Segoe UI", "Arial", "sans-serif")),
        FontChoice(
            "Noto Sans TC",
            noto,
            400,
            ("Noto Sans CJK TC", "PingFang TC", "Microsoft JhengHei", "sans-serif"),
        ),
    )


def _of_package(package: str, file: str) -> Path:
    """The path of a package's file, without importing the package."""
    spec = find_spec(package)
    path = Path(spec.origin).parent / file if spec and spec.origin else None
    if path is None or not path.is_file():
        raise RenderError(f"font {file}: not found in package {package}; install it with `pip install {package}`")
    return path


@cache
def _covered(path: Path) -> frozenset[int]:
    """The code points that a font has glyphs for."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError) as error:
        raise RenderError(f"font {path}: cannot be read ({error}); reinstall its package") from error


@cache
def _static(variable: Path, weight: int, folder: str = "") -> Path:
    """The font in one weight, made once and kept in the user's cache, or in a temporary folder where that is closed."""
    import platformdirs

    digest = sha256(variable.read_bytes()).hexdigest()[:12]
    name = f"Heebo-{weight}-{digest}.ttf"
    kept = Path(platformdirs.user_cache_dir("moment-listener")) / "fonts" / folder / name
    if kept.is_file():
        return kept
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        return _made(variable, kept, weight)
    except OSError:
        return _made(variable, Path(tempfile.mkdtemp(prefix="moment-listener-")) / name, weight)


def _made(variable: Path, target: Path, weight: int = WEIGHT) -> Path:
    """Write the static font whole or not at all: another process may be looking for it."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    handle, unfinished = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file, TTFont(variable, recalcTimestamp=False) as font:
            instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
            font.save(file)
        Path(unfinished).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(unfinished).unlink()
        raise
    return target
