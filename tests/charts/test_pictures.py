"""The charts as pictures: real text in every script, one name and description, the same bytes each time, no script."""

import io
import subprocess
import sys
import time
from collections.abc import Mapping
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from pydantic import BaseModel

from listener.charts.look import DARK, LIGHT, Look
from listener.charts.pictures import DRAWN, png, svg
from listener.charts.svg import finished
from tests.charts.conftest import THEMES
from tests.charts.saying import CHINESE, HEBREW, say_of

SVG = "{http://www.w3.org/2000/svg}"
LOOKS = {"en": Look(), "he": Look(is_dark=True, say=say_of(HEBREW)), "zh": Look(say=say_of(CHINESE))}


def plain(text: str) -> str:
    """Without the marks that keep directions apart."""
    return "".join(char for char in text if char not in "\u2066\u2067\u2068\u2069")


def texts(picture: bytes) -> str:
    """All that stands in a picture, in order."""
    root = ElementTree.fromstring(picture)
    return "\n".join(plain("".join(text.itertext())) for text in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_names_itself_and_tells_its_figures(reports: Mapping[str, BaseModel], name: str) -> None:
    root = ElementTree.fromstring(svg(name, reports[name]))
    assert root.get("role") == "img"
    assert "amber-roast" in (root.get("aria-label") or "")
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == root.get("aria-label")
    assert root[1].tag == f"{SVG}desc"
    assert ", n = " in (root[1].text or "")
    below = [element for element in root.iter() if element is not root]
    assert not [element for element in below if element.get("role") or element.get("style") or element.get("class")]
    hovered = [element.text or "" for element in below if element.tag == f"{SVG}title"][1:]
    assert hovered
    assert all("(" in text or "n = " in text or "listened" in text or "not tested" in text for text in hovered)


@pytest.mark.parametrize(("name", "language"), [("trends", "zh"), ("response-gap", "he"), ("journey", "en")])
def test_the_same_report_gives_the_same_bytes(reports: Mapping[str, BaseModel], name: str, language: str) -> None:
    look = LOOKS[language]
    assert svg(name, reports[name], look) == svg(name, reports[name], look)


def test_another_process_draws_the_same() -> None:
    program = (
        "from listener.charts.chart import Chart\n"
        "from listener.charts.look import Look\n"
        "from listener.charts.rendering import svg_of\n"
        "import hashlib\n"
        "print(hashlib.sha256(svg_of([Chart('a', 'שיעור 回應', ['as of'], ['x'])], Look())).hexdigest())\n"
    )
    made = {subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout for _ in range(2)}
    assert len(made) == 1


def test_hebrew_is_mirrored_and_real_text(reports: Mapping[str, BaseModel]) -> None:
    picture = svg("response-gap", reports["response-gap"], LOOKS["he"])
    said = texts(picture)
    assert "שיעור המענה של amber-roast לפי מקור (n = " in said
    assert "ללא מענה" in said
    root = ElementTree.fromstring(picture)
    heads = [text for text in root.iter(f"{SVG}text") if "שיעור המענה של" in "".join(text.itertext())]
    assert heads[0].get("text-anchor") == "end"
    assert DARK.ground in picture.decode()
    raw = "".join(heads[0].itertext())
    assert raw.startswith("\u2067"), "the line runs from the right"
    assert "\u2066n = " in raw, "and the equation from the left"


def test_chinese_has_a_font_with_its_letters(reports: Mapping[str, BaseModel]) -> None:
    root = ElementTree.fromstring(svg("trends", reports["trends"], LOOKS["zh"]))
    found = {
        plain("".join(text.itertext())): text.get("font-family") or ""
        for text in root.iter()
        if text.tag.endswith("text")
    }
    assert found["正面"].startswith("Noto Sans TC")
    assert found["無人監聽"].startswith("Noto Sans TC")
    assert found["80%"].startswith("Heebo")


def test_a_theme_in_three_scripts_is_cut_into_fonts_and_a_hostile_one_does_nothing(
    reports: Mapping[str, BaseModel],
) -> None:
    picture = svg("journey", reports["journey"], only="opportunities")
    said = texts(picture)
    assert THEMES[1][0] in said
    assert '=HYPERLINK("http://x.example")' in said
    assert b"<script" not in picture
    assert "\u202e" not in picture.decode()
    parts = [part for part in ElementTree.fromstring(picture).iter(f"{SVG}tspan") if part.text == "漏水"]
    assert parts
    assert (parts[0].get("font-family") or "").startswith("Noto Sans TC")


@pytest.mark.parametrize("language", LOOKS)
def test_a_png_is_drawn_on_its_ground(reports: Mapping[str, BaseModel], language: str) -> None:
    look = LOOKS[language]
    picture = Image.open(io.BytesIO(png("trends", reports["trends"], look, "sentiments"))).convert("RGB")
    assert picture.width > 1200
    ground = tuple(bytes.fromhex((DARK if look.is_dark else LIGHT).ground[1:]))
    assert picture.getpixel((2, 2)) == ground
    pixels = np.asarray(picture).reshape(-1, 3)
    assert 0.02 < float((pixels != np.array(ground)).any(axis=1).mean()) < 0.6
    blue = bytes.fromhex(look.colours.corrected[1:])
    assert (pixels == np.frombuffer(blue, np.uint8)).all(axis=1).sum() > 500, "the corrected shares"


def test_a_gap_is_grey_and_named(reports: Mapping[str, BaseModel]) -> None:
    picture = svg("trends", reports["trends"], only="sentiments")
    assert texts(picture).split("\n").count("nobody listened") == 3
    root = ElementTree.fromstring(picture)
    grey = [path for path in root.iter(f"{SVG}path") if path.get("fill") == LIGHT.gap]
    assert len(grey) == 3
    assert "Nobody listened from" in (grey[0].findtext(f"{SVG}title") or "")


def test_a_chart_takes_no_longer_than_a_page_may(reports: Mapping[str, BaseModel]) -> None:
    svg("trends", reports["trends"], only="stages")
    took = []
    for _ in range(5):
        began = time.process_time()
        svg("trends", reports["trends"], only="stages")
        took.append(time.process_time() - began)
    assert min(took) < 0.5, "0.2 s on an idle machine"


def test_help_does_not_load_what_draws() -> None:
    program = (
        "import sys\nfrom listener.reports.kinds import kind_of\nfor name in ('trends', 'journey'): kind_of(name)\n"
        "print([name for name in ('altair', 'vl_convert', 'xlsxwriter') if name in sys.modules])"
    )
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert made.stdout.strip() == "[]"


def test_nothing_in_a_name_breaks_the_document() -> None:
    bare = '<svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg>'
    root = ElementTree.fromstring(finished(bare, ['<b>"&'], ["</desc><script>"]))
    assert root.get("aria-label") == '<b>"&'
    assert root[1].text == "</desc><script>"


def test_texts_keep_their_room_in_other_fonts(reports: Mapping[str, BaseModel]) -> None:
    root = ElementTree.fromstring(svg("response-gap", reports["response-gap"], only="sources"))
    rows = [text for text in root.iter(f"{SVG}text") if text.text in ("Mastodon", "all sources")]
    assert len(rows) == 2
    assert all(40 < float(text.get("textLength") or 0) < 80 for text in rows)
