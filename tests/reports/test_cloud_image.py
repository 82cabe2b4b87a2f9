"""The pictures: deterministic, whole words in reading order, no boxes, sound and safe SVG."""

import io
from xml.etree import ElementTree

import numpy as np
import pytest
from bidi.algorithm import get_display
from PIL import Image, ImageDraw, ImageFont

from listener.reports.cloud_image import (
    DARK,
    LIGHT,
    NOTHING,
    UNDRAWABLE,
    Palette,
    leaning,
    render_png,
    render_svg,
    undrawn,
)
from listener.reports.cloud_layout import in_drawing_order, lay_out
from listener.reports.figures import share
from listener.reports.fonts import font_for
from listener.reports.word_cloud import CloudPosts, CloudTerm, WordCloudData, measure, script_of
from models.errors import RenderError
from models.words import Sentiment
from tests.builders import NOW

SVG = "{http://www.w3.org/2000/svg}"
MIXED = ["Weekly Bag", "steam wand", "gęś", "ąžuolų", "קפה שחור", "漏水", "訂閱", "кава", "קפסולות", "refund"]


def term(name: str, count: int = 5, negative: int = 0, positive: int = 0, language: str = "en") -> CloudTerm:
    sentiment = {Sentiment.NEGATIVE: negative, Sentiment.NEUTRAL: 0, Sentiment.POSITIVE: positive}
    return CloudTerm(
        term=name,
        key=name.casefold(),
        count=count,
        share=share(count, 500, NOW, 1.0),
        score=count / 2,
        script=script_of(name),
        languages=[language],
        sentiment=sentiment,
        post_ids=[1],
    )


def cloud(*terms: CloudTerm) -> WordCloudData:
    empty = measure("amber-roast", CloudPosts([]), CloudPosts([]), NOW)
    return empty.model_copy(update={"terms": list(terms)})


def mixed() -> WordCloudData:
    return cloud(*(term(name, 12 - index, negative=index % 3, positive=index % 2) for index, name in enumerate(MIXED)))


def ink(png: bytes) -> np.ndarray:
    """What is drawn on white, cropped to it, as booleans."""
    grey = np.asarray(Image.open(io.BytesIO(png)).convert("L")) < 200
    rows, columns = np.flatnonzero(grey.any(axis=1)), np.flatnonzero(grey.any(axis=0))
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Shared ink over all ink, 0 to 1, on the part that both cover."""
    height, width = min(one.shape[0], other.shape[0]), min(one.shape[1], other.shape[1])
    one, other = one[:height, :width], other[:height, :width]
    return float((one & other).sum() / (one | other).sum())


def test_same_data_same_bytes() -> None:
    assert render_png(mixed()) == render_png(mixed())
    assert render_svg(mixed()) == render_svg(mixed())
    assert render_png(mixed()) != render_png(mixed(), dark=True)


@pytest.mark.parametrize(("width", "height"), [(1200, 630), (600, 315), (240, 120)])
def test_the_picture_has_the_size_asked_for(width: int, height: int) -> None:
    assert Image.open(io.BytesIO(render_png(mixed(), width, height))).size == (width, height)
    assert f'viewBox="0 0 {width} {height}"' in render_svg(mixed(), width, height)


def test_too_small_is_said() -> None:
    with pytest.raises(RenderError, match="too small"):
        render_png(mixed(), 100, 100)


def test_hebrew_is_drawn_in_reading_order() -> None:
    """Against Pillow's plain engine, which puts characters from left to right as they come."""
    phrase = "קפה נוזל"
    data = cloud(term(phrase))
    (panel,) = lay_out(data.terms, 1200, 630, "white", lambda _: "black")
    (word,) = panel.words()

    def plainly(text: str) -> np.ndarray:
        font = ImageFont.truetype(str(word.font.path), word.size, layout_engine=ImageFont.Layout.BASIC)
        picture = Image.new("RGB", (1400, 800), "white")
        ImageDraw.Draw(picture).text((100, 100), text, fill=LIGHT.colours[Sentiment.NEUTRAL], font=font)
        file = io.BytesIO()
        picture.save(file, "PNG")
        return ink(file.getvalue())

    drawn = ink(render_png(data))
    assert overlap(drawn, plainly(str(get_display(phrase)))) > 0.95
    assert overlap(drawn, plainly(phrase)) < 0.7


def test_hebrew_is_reordered_only_where_pillow_does_not() -> None:
    assert in_drawing_order("קפה", has_raqm=True) == "קפה"
    assert in_drawing_order("קפה", has_raqm=False) == "הפק"
    assert in_drawing_order("bag", has_raqm=False) == "bag"


def test_chinese_is_drawn_with_glyphs_and_no_boxes() -> None:
    data = cloud(term("漏水", language="zh"), term("蒸氣管", 4, language="zh"))
    (panel,) = lay_out(data.terms, 1200, 630, "white", lambda _: "black")
    font = ImageFont.truetype(str(panel.font.path), 40)
    box = bytes(font.getmask("\U0010fffd"))
    for word in panel.words():
        assert font_for(word.term.term) == panel.font
        assert all(bytes(font.getmask(char)) != box for char in word.term.term)


def test_every_word_is_whole_and_none_overlap() -> None:
    boxes = []
    for panel in lay_out(mixed().terms, 1200, 630, "white", lambda _: "black"):
        for word in panel.words():
            font = ImageFont.truetype(str(word.font.path), word.size)
            left, above, right, below = font.getbbox(word.term.term, anchor="ls")
            boxes.append((word.x + left, word.baseline + above, word.x + right, word.baseline + below))
    assert len(boxes) == len(MIXED)
    assert all(x >= 0 and y >= 0 and right <= 1200 and bottom <= 630 for x, y, right, bottom in boxes)
    painted = np.asarray(Image.open(io.BytesIO(render_png(cloud(*map(term, MIXED))))).convert("L")) < 200
    for x, y, right, bottom in boxes[:1]:
        assert painted[int(y) : int(bottom), int(x) : int(right)].any()


def test_a_panel_for_each_font_on_one_scale() -> None:
    panels = lay_out(mixed().terms, 1200, 630, "white", lambda _: "black")
    assert [panel.font.family for panel in panels] == ["Heebo", "Noto Sans TC", "DejaVu Sans"]
    assert [panel.top for panel in panels] == sorted(panel.top for panel in panels)
    largest = [max(word.size for word in panel.words()) for panel in panels]
    assert largest[0] == max(largest)


def test_a_hundred_terms_all_find_room() -> None:
    many = tuple(term(f"characteristic{index}", 100 - index) for index in range(100))
    (panel,) = lay_out(many, 1200, 630, "white", lambda _: "black")
    assert len(list(panel.words())) == 100


def test_svg_is_text_with_links_and_directions() -> None:
    svg = render_svg(mixed(), link=lambda term: f"/posts?term={term.key}&n={term.count}")
    root = ElementTree.fromstring(svg)
    assert root.findtext(f"{SVG}title") == "Word cloud"
    links = root.findall(f"{SVG}a")
    assert {link.get("href") for link in links} >= {"/posts?term=steam wand&n=11"}
    texts = {
        "".join(text.itertext()).removeprefix(text.findtext(f"{SVG}title") or ""): text
        for text in root.iter(f"{SVG}text")
    }
    assert set(MIXED) <= texts.keys()
    assert texts["קפה שחור"].get("direction") == "rtl"
    assert texts["refund"].get("direction") is None
    assert "sans-serif" in (texts["漏水"].get("font-family") or "")


def test_the_role_tells_whether_there_are_links() -> None:
    assert ElementTree.fromstring(render_svg(mixed())).get("role") == "img"
    assert ElementTree.fromstring(render_svg(mixed(), link=lambda _: "/")).get("role") == "group"


def test_svg_escapes_all_it_is_given() -> None:
    svg = render_svg(cloud(term('R&D <b>"x\x00')), link=lambda _: '"><script>alert(1)</script>', title="<a&b>")
    root = ElementTree.fromstring(svg)
    assert root.findtext(f"{SVG}title") == "<a&b>"
    assert "<script" not in svg
    assert "\x00" not in svg


def test_what_no_font_draws_is_left_out_and_listed() -> None:
    data = cloud(term("bag"), term("커피"))
    assert [left.term for left in undrawn(data)] == ["커피"]
    assert "커피" not in render_svg(data)
    assert UNDRAWABLE in render_svg(cloud(term("커피")))


def test_an_empty_cloud_says_so() -> None:
    empty = cloud()
    assert NOTHING in render_svg(empty)
    assert ink(render_png(empty)).sum() > 500


@pytest.mark.parametrize(
    ("negative", "positive", "expected"),
    [(0, 0, Sentiment.NEUTRAL), (3, 1, Sentiment.NEGATIVE), (1, 3, Sentiment.POSITIVE), (5, 4, Sentiment.NEUTRAL)],
)
def test_leaning(negative: int, positive: int, expected: Sentiment) -> None:
    assert leaning(term("bag", 9, negative, positive)) == expected


def luminance(colour: str) -> float:
    """WCAG's relative luminance of #rrggbb."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_colours_can_be_read(palette: Palette) -> None:
    for colour in palette.colours.values():
        low, high = sorted((luminance(colour), luminance(palette.ground)))
        assert (high + 0.05) / (low + 0.05) >= 4.5
