"""Workbooks read back as a program that knows nothing of ours would: typed cells, harmless texts, the same counts."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Engine

from listener.pipeline.terming import term_posts
from listener.reports.asking import ReportRequest
from listener.reports.figures import Figure, share
from listener.reports.kinds import kind_of, write
from listener.reports.names import NAMES
from listener.tables.tables import tables_of
from listener.tables.workbook import LONGEST, filters_of, safe, workbook
from models.database import session_of
from models.words import Sentiment
from tests.builders import NOW
from tests.reports.journey_posts import SLUG, mixed_posts, stored

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = (
    '=HYPERLINK("http://x.example","free")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "\t=1",
    "<script>alert(1)</script>",
    "z\u0351\u0357a\u0310l\u0348go" * 20,
    "kawa \u202eexe.tsop\u202c żąsą",
    "קפה \x00\x07 \ud800 漏水",
)
THEMES = tuple((text.replace("\ud800", "").replace("\x00", ""), "complaint") for text in HOSTILE[:3])
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001


class Sheet(list[list[Any]]):
    """Rows of cells; ``formats`` are the number formats that were met."""


def opened(content: bytes) -> dict[str, Sheet]:
    """The sheets of a workbook by name, cells as Python's types."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {
            name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")
        }
    shared = ["".join(text.text or "" for text in one.iter(f"{MAIN}t")) for one in parts["xl/sharedStrings.xml"]]
    styles = parts["xl/styles.xml"]
    named = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{MAIN}numFmt")}
    ids = [one.get("numFmtId") for one in styles.find(f"{MAIN}cellXfs") or ()]
    dated = {str(at) for at, id in enumerate(ids) if "yyyy" in (named.get(id) or "")}
    names = [str(one.get("name")) for one in parts["xl/workbook.xml"].iter(f"{MAIN}sheet")]
    found = {}
    for at, name in enumerate(names, 1):
        rows = Sheet()
        for row in parts[f"xl/worksheets/sheet{at}.xml"].iter(f"{MAIN}row"):
            assert not list(row.iter(f"{MAIN}f")), "a formula"
            cells: dict[int, Any] = {column_of(str(cell.get("r"))): value_of(cell, shared, dated) for cell in row}
            rows.append([cells.get(column) for column in range(max(cells, default=-1) + 1)])
        found[name] = rows
    return found


def column_of(reference: str) -> int:
    number = 0
    for letter in reference:
        if letter.isalpha():
            number = number * 26 + ord(letter) - 64
    return number - 1


def value_of(cell: ElementTree.Element, shared: list[str], dated: set[str]) -> Any:
    text = cell.findtext(f"{MAIN}v")
    if text is None:
        return None
    if cell.get("t") == "s":
        return shared[int(text)]
    if cell.get("t") == "b":
        return text == "1"
    assert cell.get("t") in (None, "n")
    return EPOCH + timedelta(days=float(text)) if cell.get("s") in dated else float(text)


def records(sheet: Sheet) -> list[dict[str, Any]]:
    """The rows below the head by column."""
    head, *rows = sheet
    return [dict(zip(head, [*row, *[None] * len(head)], strict=False)) for row in rows]


@pytest.fixture(scope="module")
def engine() -> Engine:
    posts = mixed_posts(200)
    for post, text in zip(posts, HOSTILE, strict=False):
        post |= {"text": text.replace("\ud800", ""), "needs": True, "answered": False, "days": 30}
    posts[10] |= {"text": "長" * 100_000, "needs": True, "answered": False, "days": 30}
    return stored(posts, THEMES)


@pytest.fixture(scope="module")
def reports(engine: Engine) -> Mapping[str, BaseModel]:
    with session_of(engine) as session:
        made = {name: kind_of(name).build(session, ReportRequest(SLUG, NOW)) for name in NAMES if name != "word-cloud"}
    return made | {"word-cloud": _cloud()}


def _cloud() -> BaseModel:
    """Of a few short posts: to find the terms of long ones takes long."""
    few = stored(mixed_posts(30), THEMES)
    term_posts(few)
    with session_of(few) as session:
        return kind_of("word-cloud").build(session, ReportRequest(SLUG, NOW))


def figures_of(value: Any) -> Iterator[Figure]:
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from figures_of(getattr(value, name))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from figures_of(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from figures_of(one)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_in_the_workbook_with_all_that_belongs_to_it(
    reports: Mapping[str, BaseModel], name: str
) -> None:
    sheets = opened(workbook(reports[name]))
    found = set()
    for sheet in list(sheets)[1:]:
        for row in records(sheets[sheet]):
            for column in [column for column in row if column and f"{column} n" in row]:
                ends = [row[column], *(row[f"{column} {end}"] for end in ("low", "high", "n"))]
                found.add(tuple(None if one is None else round(one, 9) for one in ends))
    for row in records(sheets["figures"]):
        if row.get("n") is not None:
            found.add(tuple(None if row[key] is None else round(row[key], 9) for key in ("value", "low", "high", "n")))
    wanted = list(figures_of(reports[name]))
    assert wanted
    for figure in wanted:
        wanted_ends = (figure.value, *(figure.interval or (None, None)), figure.n)
        assert tuple(None if one is None else round(one, 9) for one in wanted_ends) in found, figure


def test_counts_are_the_same_in_csv_workbook_and_json(reports: Mapping[str, BaseModel]) -> None:
    for name, sheet, key in (("response-gap", "unanswered", "post_id"), ("word-cloud", "terms", "term")):
        document = json.loads(write(name, reports[name], "json"))
        lines = list(csv.DictReader(io.StringIO(write(name, reports[name], "csv").decode())))
        rows = records(opened(write(name, reports[name], "xlsx"))[sheet])
        assert len(lines) == len(rows) == len(document[sheet]) > 0
        if key == "post_id":
            assert [int(row[key]) for row in rows] == [int(line[key]) for line in lines]
    document = json.loads(write("shares", reports["shares"], "json"))
    lines = list(csv.DictReader(io.StringIO(write("shares", reports["shares"], "csv").decode())))
    sheets = opened(write("shares", reports["shares"], "xlsx"))
    for task in ("stage", "sentiment"):
        counted = {row["name"]: row["count"] for row in document[task]}
        assert {line["name"]: int(line["count"]) for line in lines if line["task"] == task} == counted
        assert {row["name"]: row["count"] for row in records(sheets[task])} == counted
    states = json.loads(write("response-gap", reports["response-gap"], "json"))["states"]
    figures = records(opened(write("response-gap", reports["response-gap"], "xlsx"))["figures"])
    assert {
        row["name"].removeprefix("states "): row["value"] for row in figures if row["name"].startswith("states ")
    } == states


def test_hostile_posts_stay_texts(reports: Mapping[str, BaseModel]) -> None:
    sheet = opened(workbook(reports["response-gap"]))["unanswered"]
    texts = [row["text"] for row in records(sheet)]
    for text in HOSTILE:
        assert safe(text) in texts, text
    assert not [text for text in texts if "\u202e" in text or "\x00" in text]
    (long,) = [text for text in texts if text.startswith("長長")]
    assert len(long) == LONGEST
    assert long.endswith(" … (cut: 100000 characters)")
    assert safe("a" * LONGEST) == "a" * LONGEST


def test_a_csv_runs_nothing_and_keeps_its_numbers(reports: Mapping[str, BaseModel]) -> None:
    for name in NAMES:
        for row in csv.reader(io.StringIO(write(name, reports[name], "csv").decode())):
            for cell in row:
                if cell.startswith(("=", "+", "-", "@", "\t", "\r")):
                    float(cell)  # a number below nothing, and no text


def test_times_days_and_truths_have_their_types(reports: Mapping[str, BaseModel]) -> None:
    sheets = opened(workbook(reports["trends"]))
    buckets = records(sheets["buckets"])
    report = json.loads(write("trends", reports["trends"], "json"))
    assert [row["start"].date().isoformat() for row in buckets] == [one["start"] for one in report["buckets"]]
    since = datetime.fromisoformat(report["buckets"][0]["since"]).replace(tzinfo=None)
    assert abs(buckets[0]["since"] - since) < timedelta(seconds=1)
    assert {row["is_gap"] for row in buckets} <= {True, False}
    assert {type(row["post_count"]) for row in buckets} == {float}
    assert records(sheets["buckets stage"])[0]["of buckets"].date().isoformat() == report["buckets"][0]["start"]


def test_the_first_sheet_says_what_all_this_is(reports: Mapping[str, BaseModel]) -> None:
    request = ReportRequest(SLUG, NOW, stage="smot", language="he")
    assert filters_of(request) == {"stage": "smot", "language": "he"}
    sheets = opened(workbook(reports["response-gap"], filters_of(request)))
    assert next(iter(sheets)) == "About"
    about = {row[0]: row[1] for row in sheets["About"] if len(row) > 1}
    assert (about["brand"], about["filter: stage"], about["filter: language"]) == (SLUG, "smot", "he")
    assert abs(about["as_of"] - NOW.replace(tzinfo=None)) < timedelta(seconds=1)
    said = [str(cell) for row in sheets["About"] for cell in row]
    assert any("95 % interval" in cell for cell in said)
    assert any(cell == note for cell in said for note in reports["response-gap"].model_dump()["notes"])
    assert set(sheets) - {"About"} <= set(said), "each sheet is explained"


@pytest.mark.parametrize("name", NAMES)
def test_the_same_report_gives_the_same_bytes(reports: Mapping[str, BaseModel], name: str) -> None:
    assert workbook(reports[name]) == workbook(reports[name])


class Leaf(BaseModel):
    """A leaf. And more.

    Not told.
    """

    model_config = ConfigDict(frozen=True)
    name: str
    at: date
    felt: dict[Sentiment, int]
    share: Figure | None = Field(description="how much of it")


class Tree(BaseModel):
    """A tree."""

    report: str = "tree"
    brand: str = "b"
    as_of: datetime
    whole: Figure
    leaves_of_a_very_long_and_winding_branch: list[Leaf]
    leaves_of_a_very_long_and_winding_bough: list[Leaf]
    nothing: list[Leaf] = []
    notes: list[str] = ["so it is"]


def test_any_shape_becomes_tables() -> None:
    day, known = date(2026, 11, 1), share(1, 2, NOW, 1.0)
    leaves = [
        Leaf(name="a", at=day, felt={Sentiment.NEGATIVE: 2}, share=None),
        Leaf(name="=b", at=day, felt={Sentiment.NEGATIVE: 0}, share=known),
    ]
    tree = Tree(
        as_of=datetime(2026, 11, 1, 12, tzinfo=UTC),
        whole=share(0, 0, NOW, None),
        leaves_of_a_very_long_and_winding_branch=leaves,
        leaves_of_a_very_long_and_winding_bough=leaves[:1],
    )
    first, second, _ = tables_of(tree)
    assert {row["name"]: row["value"] for row in first.rows}["whole"] is None
    assert second.about == "A leaf. And more."
    assert second.columns[:5] == ["name", "at", "felt negative", "share", "share low"]
    assert second.meanings == {"share": "how much of it"}
    assert second.rows[0]["share n"] is None
    sheets = opened(workbook(tree))
    assert list(sheets)[2:] == ["leaves_of_a_very_long_and_windi", "leaves_of_a_very_long_and_w (2)"]
    assert records(sheets["leaves_of_a_very_long_and_windi"])[1]["share n"] == 2
