"""Finishes an SVG that Vega wrote: name and description, hover texts, fonts that have every letter; draws nothing."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from listener.charts.look import FAMILIES
from listener.charts.widths import width_of
from listener.reports.fonts import FontChoice, font_for

_SVG = "http://www.w3.org/2000/svg"
_MARKS = re.compile("[\u2066-\u2069]")
_PARTS = ("axis", "legend", "title", "subtitle", "header")
"""What is no mark, though Vega calls it a symbol."""
_HIDDEN = ("aria-hidden", "aria-label", "aria-roledescription", "role", "class", "style")
"""Attributes that the finished picture does not keep: the root alone speaks for it, and pages forbid inline styles."""


def finished(svg: str, titles: Sequence[str], said: Sequence[str]) -> str:
    """The document with its title, its figures in words, and a hover text on every mark that stands for a figure."""
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(svg)
    for element in list(root.iter()):
        told = element.get("aria-label") if element.get("role") == "graphics-symbol" else None
        if told and element.get("aria-roledescription") not in _PARTS:
            title = ElementTree.Element(f"{{{_SVG}}}title")
            title.text = told
            element.insert(0, title)
        for name in _HIDDEN:
            element.attrib.pop(name, None)
        if element.tag in (f"{{{_SVG}}}text", f"{{{_SVG}}}tspan") and element.text:
            _set_fonts(element)
    name = "; ".join(titles)
    for place, (tag, text) in enumerate((("title", name), ("desc", "\n".join(said)))):
        root.insert(place, ElementTree.Element(f"{{{_SVG}}}{tag}"))
        root[place].text = text
    root.set("role", "img")
    root.set("aria-label", name)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _set_fonts(element: ElementTree.Element) -> None:
    """The font that has all letters of the text, before the usual ones; else one for each stretch of letters."""
    text = element.text or ""
    whole = font_for(_MARKS.sub("", text))
    if whole is not None:
        element.set("font-family", _families(whole))
        _keep_width(element, _MARKS.sub("", text), whole)
        return
    element.text = None
    for font, stretch in _stretches(text):
        part = ElementTree.SubElement(element, f"{{{_SVG}}}tspan")
        part.text = stretch
        part.set("font-family", FAMILIES if font is None else _families(font))


def _keep_width(element: ElementTree.Element, text: str, font: FontChoice) -> None:
    """A browser without the font takes a wider one: the text keeps the room that the drawing was laid out with."""
    size = element.get("font-size", "").removesuffix("px")
    weight = element.get("font-weight", "400")
    if size.isdigit() and weight.isdigit():
        width = width_of(text, int(size), font, int(weight))
        if width:
            element.set("textLength", f"{width:.1f}")
            element.set("lengthAdjust", "spacingAndGlyphs")


def _stretches(text: str) -> list[tuple[FontChoice | None, str]]:
    """The text in pieces of one font; what has no shape of its own stays with the piece before it."""
    found: list[tuple[FontChoice | None, str]] = []
    for letter in text:
        font = found[-1][0] if found and (letter.isspace() or _MARKS.match(letter)) else font_for(letter)
        if found and found[-1][0] == font:
            found[-1] = (font, found[-1][1] + letter)
        else:
            found.append((font, letter))
    return found


def _families(font: FontChoice) -> str:
    return FAMILIES if FAMILIES.startswith(font.family) else f"{font.family}, {FAMILIES}"
