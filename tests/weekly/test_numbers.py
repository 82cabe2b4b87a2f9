"""Every number of the HTML, the PDF and the Markdown is the same, in five languages, and stands in the JSON."""

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from listener.weekly.blocks import Quote
from listener.weekly.document import document
from listener.weekly.html import html
from listener.weekly.markdown import markdown
from listener.weekly.pdf import pdf
from listener.weekly.pictures import drawn
from listener.weekly.shape import WeeklyReport
from listener.weekly.weeks import named
from listener.wording import LANGUAGES, Wording, wording_of

_RUN = re.compile(r"[0-9]+")
_OURS = {"19", "20", "95"}
"""Said in definitions: 19 of 20, and the level of intervals."""


class Page(HTMLParser):
    """The text that a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.hidden += tag in ("style", "title", "script")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "title", "script")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.text.append(data)


def text_of_html(content: str) -> str:
    page = Page()
    page.feed(content)
    return " ".join(page.text)


def text_of_pdf(content: bytes, is_rtl: bool = True) -> str:
    from pypdf import PdfReader

    if not is_rtl:
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    pieces: list[str] = []  # cells that stand side by side from right to left are one word in the text put together
    for page in PdfReader(io.BytesIO(content)).pages:
        page.extract_text(visitor_text=lambda text, *_: pieces.append(text))
    return " ".join(pieces)


def runs(text: str) -> Counter[str]:
    return Counter(_RUN.findall(text))


def without_quotes(report: WeeklyReport) -> WeeklyReport:
    """Long words of posts are broken in print, digits too; what is measured is in no quote."""
    from listener.weekly.keeping import with_words

    return with_words(report, {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_numbers_in_every_format(report: WeeklyReport, language: str) -> None:
    w = wording_of(language, report.timezone)
    made = document(without_quotes(report), w)
    pictures = drawn(report, w)
    page = runs(text_of_html(html(made, pictures)))
    assert page == runs(markdown(made))
    printed = runs(text_of_pdf(pdf(made, pictures), made.is_rtl))
    # Beside the page numbers at the foot, which only paper has.
    sheets = printed - page
    assert not page - printed, page - printed
    assert sorted(map(int, sheets.elements())) == list(range(1, sum(sheets.values()) + 1))
    assert page.total() > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_on_the_page_stands_in_the_data(report: WeeklyReport, language: str) -> None:
    w = wording_of(language, report.timezone)
    known = runs(" ".join(said(json.loads(without_quotes(report).model_dump_json()), w, report)))
    made = document(without_quotes(report), w)
    for block in made.blocks:
        assert not isinstance(block, Quote) or block.text is None
    found = runs(text_of_html(html(made, {})))
    assert not set(found) - set(known) - _OURS, set(found) - set(known)


def said(data: Any, w: Wording, report: WeeklyReport) -> Iterator[str]:
    """Each number of the data in every way that a page may say it."""
    if isinstance(data, dict):
        for value in data.values():
            yield from said(value, w, report)
    elif isinstance(data, list):
        for value in data:
            yield from said(value, w, report)
    elif isinstance(data, bool) or data is None:
        return
    elif isinstance(data, int | float):
        yield from (w.number(data), w.number(round(data, 2)), w.number(round(100 * data, 1)), w.duration(abs(data)))
        yield w.percent(data)
    elif isinstance(data, str) and re.match(r"\d{4}-\d\d-\d\dT", data):
        at = datetime.fromisoformat(data)
        yield from (w.time(at), w.day(at.astimezone(w.zone).date()))
    else:
        yield str(data)
    if data == report.week:
        yield w.day(named(report.week).sunday)


def test_the_data_are_all_there(report: WeeklyReport) -> None:
    assert report.response.waiting_count > 5
    assert len(report.response.waiting) == 5
    assert report.themes
    assert report.opportunities.top
    assert len(report.rivals) == 2
    assert [moment.stage for moment in report.moments] == ["zmot", "fmot", "smot", "umot"]
    assert report.cloud.terms
