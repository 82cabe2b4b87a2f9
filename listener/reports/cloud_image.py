"""Draws a measured word cloud as PNG or SVG: words whole, in reading order, coloured by sentiment."""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from listener.reports.cloud_layout import EDGE, Panel, PlacedWord, lay_out
from listener.reports.fonts import FontChoice, font_for, is_right_to_left
from listener.reports.word_cloud import CloudTerm, WordCloudData
from models.errors import RenderError
from models.words import Sentiment

SMALLEST = (240, 120)
"""Width and height in pixels below which nothing legible fits."""
NOTHING = "No terms yet"
UNDRAWABLE = "No font for these terms"
_LEGEND = {
    Sentiment.NEGATIVE: "mostly negative",
    Sentiment.NEUTRAL: "mixed or neutral",
    Sentiment.POSITIVE: "mostly positive",
}
_LEGEND_HEIGHT = 26
_LEGEND_SIZE = 15
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Palette:
    """Colours told apart in red-green blindness too, each at least 4.5 : 1 against the ground."""

    ground: str
    colours: Mapping[Sentiment, str]


LIGHT = Palette("#ffffff", {Sentiment.NEGATIVE: "#b8400a", Sentiment.NEUTRAL: "#5a6570", Sentiment.POSITIVE: "#00727a"})
DARK = Palette("#12171d", {Sentiment.NEGATIVE: "#ff9466", Sentiment.NEUTRAL: "#b3bdc8", Sentiment.POSITIVE: "#45d0c8"})


@dataclass(frozen=True)
class _Caption:
    """A line of text that is no term; ``x`` is its left end and ``y`` its baseline, in pixels."""

    x: float
    y: float
    size: int
    text: str
    colour: str


def render_png(data: WordCloudData, width: int = 1200, height: int = 630, dark: bool = False) -> bytes:
    """The cloud as a PNG of width x height pixels; the same data gives the same bytes.

    Terms that no font covers are left out, see ``undrawn``. Raises RenderError if the picture is too small for words
    or a font is missing.
    """
    from PIL import Image, ImageDraw, ImageFont

    palette = DARK if dark else LIGHT
    panels, captions = _arranged(data, width, height, palette)
    picture = Image.new("RGB", (width, height), palette.ground)
    for panel in panels:
        picture.paste(panel.cloud.to_image(), (EDGE, panel.top))
    draw = ImageDraw.Draw(picture)
    for line in captions:
        font = ImageFont.truetype(str(_caption_font().path), line.size)
        draw.text((line.x, line.y), line.text, fill=line.colour, font=font, anchor="ls")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def render_svg(
    data: WordCloudData,
    width: int = 1200,
    height: int = 630,
    dark: bool = False,
    link: Callable[[CloudTerm], str] | None = None,
    title: str = "Word cloud",
) -> str:
    """The cloud as an SVG document of real text, laid out as ``render_png`` does.

    ``link`` gives the address that a term opens. With links the picture's role is that of a group: what stands inside
    an image is hidden from assistive technology. Raises RenderError as ``render_png`` does.
    """
    palette = DARK if dark else LIGHT
    panels, captions = _arranged(data, width, height, palette)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="{"group" if link else "img"}" aria-label={_attribute(title)}>',
        f"<title>{_text(title)}</title>",
        f'<rect width="100%" height="100%" fill="{palette.ground}"/>',
    ]
    lines += [_element(word, palette, link) for panel in panels for word in panel.words()]
    lines += [
        f'<text x="{line.x:.1f}" y="{line.y:.1f}" font-size="{line.size}" fill="{line.colour}" '
        f"{_font(_caption_font())}>{_text(line.text)}</text>"
        for line in captions
    ]
    return "\n".join([*lines, "</svg>", ""])


def undrawn(data: WordCloudData) -> tuple[CloudTerm, ...]:
    """The terms that no font covers, to be listed beside the picture."""
    return tuple(term for term in data.terms if font_for(term.term) is None)


def leaning(term: CloudTerm) -> Sentiment:
    """The sentiment that outweighs its opposite by a fifth of the posts with a known one; else neutral."""
    known = sum(term.sentiment.values())
    surplus = term.sentiment.get(Sentiment.POSITIVE, 0) - term.sentiment.get(Sentiment.NEGATIVE, 0)
    if surplus == 0 or abs(surplus) * 5 < known:
        return Sentiment.NEUTRAL
    return Sentiment.POSITIVE if surplus > 0 else Sentiment.NEGATIVE


def _arranged(data: WordCloudData, width: int, height: int, palette: Palette) -> tuple[list[Panel], list[_Caption]]:
    """The panels and what is written beside them: the colours' meaning, or that there is nothing."""
    if width < SMALLEST[0] or height < SMALLEST[1]:
        raise RenderError(f"cloud of {width} x {height} pixels: too small, use at least {SMALLEST[0]} x {SMALLEST[1]}")
    has_sentiment = any(sum(term.sentiment.values()) for term in data.terms)
    room = height - (_LEGEND_HEIGHT if has_sentiment else 0)
    panels = lay_out(data.terms, width, room, palette.ground, lambda term: palette.colours[leaning(term)])
    if not panels:
        said, size = UNDRAWABLE if data.terms else NOTHING, min(48, height // 4, width // 14)
        start = (width - _caption_width(said, size)) / 2
        return [], [_Caption(start, (height + size * 0.7) / 2, size, said, palette.colours[Sentiment.NEUTRAL])]
    return panels, _legend(width, height, palette) if has_sentiment else []


def _legend(width: int, height: int, palette: Palette) -> list[_Caption]:
    """The three sentiments in a row, each in its colour; none where the picture is too narrow."""
    gap = 24.0
    widths = {sentiment: _caption_width(text, _LEGEND_SIZE) for sentiment, text in _LEGEND.items()}
    x = (width - sum(widths.values()) - gap * (len(widths) - 1)) / 2
    captions = []
    for sentiment, text in _LEGEND.items():
        captions.append(_Caption(x, height - EDGE, _LEGEND_SIZE, text, palette.colours[sentiment]))
        x += widths[sentiment] + gap
    return captions if captions[0].x >= 0 else []


def _caption_width(text: str, size: int) -> float:
    from PIL import ImageFont

    return ImageFont.truetype(str(_caption_font().path), size).getlength(text)


def _caption_font() -> FontChoice:
    font = font_for(NOTHING)
    if font is None:  # Heebo holds all of Latin
        raise RenderError(f"no font draws {NOTHING!r}: reinstall fontpkg-heebo")
    return font


def _element(word: PlacedWord, palette: Palette, link: Callable[[CloudTerm], str] | None) -> str:
    """A term as text. Its middle is the same place in either direction; textLength keeps words apart in any font."""
    term = word.term
    direction = ' direction="rtl" unicode-bidi="embed"' if is_right_to_left(term.term) else ""
    language = f" lang={_attribute(_tag(term))}" if term.languages else ""
    drawn = (
        f'<text x="{word.x + word.width / 2:.1f}" y="{word.baseline:.1f}" text-anchor="middle" '
        f'textLength="{word.width:.1f}" lengthAdjust="spacingAndGlyphs" font-size="{word.size}" {_font(word.font)} '
        f'fill="{palette.colours[leaning(term)]}"{direction}{language}>'
        f"<title>{_text(_tooltip(term))}</title>{_text(term.term)}</text>"
    )
    return f"<a href={_attribute(link(term))}>{drawn}</a>" if link else drawn


def _font(font: FontChoice) -> str:
    families = ", ".join(f"'{family}'" if " " in family else family for family in (font.family, *font.fallbacks))
    return f'font-family="{families}" font-weight="{font.weight}"'


def _tag(term: CloudTerm) -> str:
    """Chinese characters take their shapes of Taiwan, whose font they were measured with."""
    return "zh-Hant" if term.script == "Han" and term.languages[0] == "zh" else term.languages[0]


def _tooltip(term: CloudTerm) -> str:
    return f"{term.term}: {term.count} {'post' if term.count == 1 else 'posts'} ({term.share.value or 0:.0%})"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", text))
