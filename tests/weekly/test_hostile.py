"""Posts cannot break out: of HTML, Typst or Markdown; what has no shape or no end is shown as a box or cut."""

import io
from html.parser import HTMLParser

import pytest

from listener.reports.fonts import BOX, drawable
from listener.weekly import saying
from listener.weekly.blocks import Block, Bullets, Document, Heading, Quote, Table, Text
from listener.weekly.document import document
from listener.weekly.html import html, html_at
from listener.weekly.markdown import markdown, plain
from listener.weekly.pdf import pages, pdf
from listener.weekly.shape import WeeklyReport
from listener.wording import english
from tests.weekly.fortnights import HOSTILE

ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "table", "tr", "td", "th", "caption", "h1", "h2", "h3", "p",
    "ul", "li", "blockquote", "img", "div",
}  # fmt: skip


class Tags(HTMLParser):
    """Every element with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def everywhere(text: str) -> Document:
    """The text in every kind of block, and in the title."""
    said = saying.clean(text)
    blocks: list[Block] = [
        Heading(1, said), Heading(2, said), Text(said), Bullets([said]), Table(said, [said, said], [[said, said]]),
        Quote(said, "und", False, said),
    ]  # fmt: skip
    return Document(said, said, "en", False, blocks)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_a_text_in_html(text: str) -> None:
    tags = Tags()
    tags.feed(html(everywhere(text), {}))
    assert {tag for tag, _ in tags.found} <= ALLOWED - {"img"}
    assert not any(name.startswith("on") or name in ("href", "src") for _, names in tags.found for name in names)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_a_text_in_print(text: str) -> None:
    from pypdf import PdfReader

    printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf(everywhere(text), {}))).pages)
    if "#emph" in text:
        assert printed.count("#emph[gone] #read") >= 6
        assert "root:" not in printed


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_a_text_in_markdown(text: str) -> None:
    page = markdown(everywhere(text))
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {3}
    for sign in ("](", "![", "<script", "<b>"):
        assert sign not in page.replace("\\[", "").replace("\\]", "").replace("\\<", "")


def test_a_line_that_would_begin_a_list_does_not() -> None:
    assert plain("1. first\n- second") == "1\\. first - second"
    assert plain("- a") == "\\- a"
    assert plain("# a") == "\\# a"


def test_long_and_heaped_texts_are_cut() -> None:
    assert len(saying.clean("長" * 100_000)) == saying.LONGEST
    heaped = "a" + "\u0351" * 50
    assert saying.clean(heaped) == "a\u0351\u0351"
    assert "\u202e" not in saying.clean("kawa \u202eexe")
    assert saying.clean("a\x00b\n\tc\ud800") == "a b c"
    assert saying.clean(" " * 100_000) == "…"


def test_what_no_font_has_is_a_box() -> None:
    assert drawable("a\U0001fae8b") == f"a{BOX}b"
    assert drawable("żąė שלום 漏水 ok") == "żąė שלום 漏水 ok"
    assert drawable("a" + "\u0351" * 9) == "a\u0351\u0351"
    assert drawable("a\u2067b\u2069") == "a\u2067b\u2069"


def test_a_report_of_hostile_posts_and_themes_is_made(report: WeeklyReport) -> None:
    made = document(report, english())
    tags = Tags()
    tags.feed(html(made, {}))
    assert {tag for tag, _ in tags.found} <= ALLOWED
    assert len(pages(made, {}, ppi=20)) > 3
    assert any("bad<" in block.about for block in made.blocks if isinstance(block, Quote))


def test_a_mail_takes_its_pictures_from_where_it_is_told(report: WeeklyReport) -> None:
    page = html_at(document(report, english()), {"stages": "cid:stages@listener"})
    assert 'src="cid:stages@listener"' in page
    assert page.count("<img") == 1
    assert "Word cloud of the week" in page
    assert len(page.encode()) < 100_000
    assert "http" not in page.replace("http-equiv", "").replace("https://bad.example", "").replace("http://", "")
