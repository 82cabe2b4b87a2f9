"""The PDF: bookmarks, tags, language and direction, fonts inside; readable without any font of the system."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from listener.weekly.blocks import Heading
from listener.weekly.document import document
from listener.weekly.pdf import pdf
from listener.weekly.pictures import drawn
from listener.weekly.shape import WeeklyReport
from listener.wording import LANGUAGES, wording_of


@pytest.mark.parametrize("language", LANGUAGES)
def test_bookmarks_tags_and_fonts(report: WeeklyReport, language: str) -> None:
    w = wording_of(language, report.timezone)
    made = document(report, w)
    content = pdf(made, drawn(report, w))
    reader = PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"].partition("-")[0] == w.tag.partition("-")[0]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    titles = [block.text for block in made.blocks if isinstance(block, Heading) and block.level == 1]
    assert [str(one.title) for one in reader.outline if not isinstance(one, list)] == titles
    assert reader.metadata is not None
    assert reader.metadata.title == made.title
    fonts = {name: font for page in reader.pages for name, font in page["/Resources"].get("/Font", {}).items()}  # type: ignore[attr-defined]
    assert fonts
    for font in fonts.values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert any(name in inner for name in ("/FontFile2", "/FontFile3")), "a font that is not inside"


def test_pictures_say_what_is_seen_in_them(report: WeeklyReport) -> None:
    w = wording_of("en", report.timezone)
    content = pdf(document(report, w), drawn(report, w))
    assert content.count(b"/Alt") >= 2 or b"ObjStm" in content
    assert b"/CreationDate" not in content
