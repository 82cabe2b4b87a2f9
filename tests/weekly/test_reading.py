"""What a reader stumbles over: letters that fall apart, lists that turn round, sentences torn apart, words broken."""

import io

import pytest
from pypdf import PdfReader

from listener.weekly import saying
from listener.weekly.blocks import Block, Document, Picture, Quote, Table, Text
from listener.weekly.document import document
from listener.weekly.html import html
from listener.weekly.pdf import pages, pdf
from listener.weekly.sections_seen import seen
from listener.weekly.shape import Quoted, WeeklyReport
from listener.weekly.writing import written, written_as
from listener.wording import Wording, wording_of

ZONE = "Europe/Vilnius"
MARK, FIRST, LEFT, END = "\u200f", "\u2068", "\u2066", "\u2069"


def words(language: str) -> Wording:
    return wording_of(language, ZONE)


def text_of(made: Document) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf(made, {}))).pages)


@pytest.mark.parametrize("said", ["Trys savaitės, šilkinė puta, iškvėpkit", "Może mam szczęście, jeśli dożyję"])
@pytest.mark.parametrize("language", ["zh-Hant", "lt", "he"])
def test_letters_with_marks_stay_whole_in_every_language_of_the_report(said: str, language: str) -> None:
    blocks: list[Block] = [Quote(said, said[0].lower() + "t", is_rtl=False, about=f"@{said}"), Text(said)]
    found = text_of(Document("週報", "", language, language == "he", blocks))
    assert found.replace("\n", " ").count(said) == 3


def test_what_is_joined_to_an_emoji_is_no_further_box() -> None:
    shrug = "\N{SHRUG}\u200d\N{FEMALE SIGN}\ufe0f"
    found = text_of(Document("t", "", "en", False, [Text(f"pecha {shrug} ja polecam")]))
    assert "pecha \N{WHITE SQUARE} ja polecam" in found


def test_a_table_is_not_torn_apart() -> None:
    head, row = ["tema", "pokytis"], ["kava", "pokyčio, viršijančio atsitiktinumą, nėra " * 4]
    table = Table("Temos", head, [row] * 4)
    blocks: list[Block] = [Text("eilutė")] * 38
    made = Document("t", "", "lt", False, [*blocks, table])
    assert len(pages(made, {})) == 2
    found = [page.extract_text() for page in PdfReader(io.BytesIO(pdf(made, {}))).pages]
    assert "Temos" not in found[0]
    assert found[1].count("kava") == 4


def test_a_list_of_names_runs_as_the_sentence_does() -> None:
    counts = [("Ember One", 6), ("קפה", 2)]
    assert saying.names(words("en"), counts) == f"Ember One\xa0(6), {FIRST}קפה{END}\xa0(2)"
    assert saying.names(words("he"), counts) == f"{MARK}{FIRST}Ember One{END}\xa0(6), {FIRST}קפה{END}\xa0(2)"
    assert saying.stage(words("he"), "smot").startswith(f"{MARK}SMOT")
    assert saying.stage(words("en"), "smot").startswith("SMOT")


def test_the_sign_of_a_handle_stands_before_it() -> None:
    post = Quoted(post_id=1, language="en", text="hm", author="115960")
    assert saying.quote(words("he"), post).about == f"{LEFT}@115960{END}"
    assert saying.quote(words("lt"), post).about == "@115960"


def test_chinese_sentences_have_no_space_between_them() -> None:
    assert saying.together(words("zh_Hant"), "一。", "二。") == "一。二。"
    assert saying.together(words("pl"), "Raz.", "Dwa.") == "Raz. Dwa."


def test_words_in_tables_are_not_broken() -> None:
    page = html(Document("t", "", "en", False, [Table("c", ["", "kind"], [["a", "complaint"]])]), {})
    table = page[page.index('<div class="wide"') :]
    assert "word-break:normal" in table
    assert "overflow-x:auto" in table


def test_the_colours_of_the_cloud_are_told_in_words(report: WeeklyReport) -> None:
    (cloud,) = (one for one in document(report, words("en")).blocks if isinstance(one, Picture) and one.name == "cloud")
    assert "orange is mostly negative" in cloud.caption
    assert cloud.caption in html(document(report, words("en")), {"cloud": b"", "stages": b""})


def test_nothing_is_said_of_no_repetition(report: WeeklyReport) -> None:
    for count, is_said in ((0, False), (3, True)):
        told = report.model_copy(update={"seen": report.seen.model_copy(update={"duplicate_count": count})})
        assert ("repetitions are left out" in str(seen(words("en"), told))) == is_said


def test_no_source_was_seen_later_than_the_report_was_made(report: WeeklyReport) -> None:
    assert report.seen.sources
    assert all(row.covers_until is None or row.covers_until <= report.as_of for row in report.seen.sources)


def test_several_formats_at_once_are_those_made_one_by_one(report: WeeklyReport) -> None:
    formats = ("md", "html", "pdf", "json")
    together = written_as(report, formats, "en")
    assert together == {format: written(report, format, "en") for format in formats}


@pytest.mark.parametrize("language", ["en", "pl", "lt", "he", "zh_Hant"])
def test_a_post_whose_labels_are_unsure_says_so(report: WeeklyReport, language: str) -> None:
    w = words(language)
    first, *others = report.response.waiting
    posts = [first.model_copy(update={"is_confident": False}), first.model_copy(update={"is_confident": True})]
    changed = report.model_copy(update={"response": report.response.model_copy(update={"waiting": posts})})
    said = [block.about for block in document(changed, w).blocks if isinstance(block, Quote)][:2]
    mark = f" · {w._('unsure: please look')}"
    assert mark in said[0]
    assert said[1] == said[0].replace(mark, "")
    assert others
