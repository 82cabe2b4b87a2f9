"""Rendering: times to read, cells that no spreadsheet runs, text that no Markdown reader takes for markup."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.reports.asking import ReportRequest
from listener.reports.figures import Figure
from listener.reports.rendering import (
    duration,
    harmless,
    one_line,
    response_gap_csv,
    response_gap_json,
    response_gap_markdown,
    share_text,
    wait_text,
)
from listener.reports.response_gap import ResponseGap, WaitingPost
from listener.reports.response_gap_kind import build
from models.database import session_of
from tests.builders import NOW, a_brand, bring, label_all, memory, post, reply


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (3569, "59 min"),
        (3599, "1 h"),
        (12_000, "3 h 20 min"),
        (47 * 3600, "47 h"),
        (47 * 3600 + 3599, "2 d"),
        (48 * 3600, "2 d"),
        (52 * 3600, "2 d 4 h"),
        (20 * 86400, "20 d"),
    ],
)
def test_duration(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@given(st.floats(0, 1e9))
def test_a_duration_never_shows_a_unit_that_is_full(seconds: float) -> None:
    said = duration(seconds)
    assert "60 " not in f" {said}".replace("160 ", "").replace("260 ", "") or " d" in said
    assert " 24 h" not in said


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(start: str) -> None:
    assert harmless(f"{start}cmd") == f"'{start}cmd"


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("pay \u202eelbisrever", "\u202c"),
        ("\u202aa\u202bb\u202dc", "\u202c\u202c\u202c"),
        ("\u2066open \u202e both", "\u202c\u2069"),
        ("\u2067closed\u2069 and \u202eclosed\u202c", ""),
        ("\u2068an end of \u202eall\u2069", ""),
        ("\u202ea new line\nends it", ""),
        ("\u202e\u2067one\u202ctwo", "\u2069\u202c"),
        ("only ends \u202c\u2069", ""),
        ("החבילה לא הגיעה, 3 שבועות", ""),
        ("=\u202e1+1", "\u202c"),
    ],
)
def test_marks_that_turn_text_round_end_in_their_cell(text: str, ends: str) -> None:
    said = str(harmless(text))
    assert said == ("'" if text.startswith("=") else "") + text + ends
    assert harmless(said) == ("'" if said.startswith("=") else "") + said


@given(st.text(st.sampled_from('a,ב"\n\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069')))
def test_whatever_a_text_leaves_open_is_ended_and_the_text_is_whole(text: str) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerow([harmless(text), "next"])
    cell, after = next(csv.reader(io.StringIO(stream.getvalue(), newline="")))
    assert after == "next"
    assert cell.startswith(text)
    assert set(cell[len(text) :]) <= {"\u202c", "\u2069"}
    assert harmless(cell) == cell


@pytest.mark.parametrize("value", ["plain", "", "a=b", 5, -5, None, 2.5, True])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert harmless(value) is value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("two\n lines", "two lines"),
        ("# no heading", "\\# no heading"),
        ("a|b", "a\\|b"),
        ("*bold* _it_ `code`", "\\*bold\\* \\_it\\_ \\`code\\`"),
        ("[x](y)", "\\[x\\](y)"),
        ("<script>", "\\<script\\>"),
        ("back\\slash", "back\\\\slash"),
        ("123456789", "123456789"),
        ("1234567890x", "123456789…"),
    ],
)
def test_one_line(text: str, said: str) -> None:
    assert one_line(text, 10) == said or one_line(text, 100) == said


def figure(value: float | None, n: int, interval: tuple[float | None, float | None] | None, unit: str) -> Figure:
    return Figure(value=value, unit=unit, n=n, interval=interval, as_of=NOW, coverage=None)


def test_figures_in_words() -> None:
    assert share_text(figure(0.4118, 340, (0.36, 0.466), "share")) == ("41.2 % (95 % interval 36.0 to 46.6 %, n = 340)")
    assert share_text(figure(None, 0, None, "share")) == "unknown (n = 0)"
    assert wait_text(figure(12_000, 1200, (7500, None), "seconds")) == (
        "3 h 20 min (95 % interval 2 h 5 min to longer, n = 1,200)"
    )
    assert wait_text(figure(None, 5, None, "seconds")) == (
        "not reached: more than half still wait (95 % interval shorter to longer, n = 5)"
    )
    assert wait_text(figure(None, 0, None, "seconds")) == "unknown (n = 0)"


def a_report(*, empty: bool = False) -> ResponseGap:
    engine = memory()
    brand = a_brand(engine)
    if not empty:
        posts = [
            post("1", "=cmd|' /C calc'!A0 where is my # order"),
            post("2", 'two,\n"quoted" lines | and a bar', hours=1, author="bob"),
            post("3", "my tin arrived open and half of it is gone", hours=2, author="cat"),
            reply("4", "3", hours=5),
        ]
        bring(engine, brand, posts)
        label_all(engine)
    with session_of(engine) as session:
        return build(session, ReportRequest("amber-roast", NOW))


def test_the_csv_holds_a_row_for_each_waiting_post() -> None:
    first, *rest = csv.reader(io.StringIO(response_gap_csv(a_report())))
    assert first == list(WaitingPost.model_fields)
    texts = [row[first.index("text")] for row in rest]
    assert texts == ["'=cmd|' /C calc'!A0 where is my # order", 'two,\n"quoted" lines | and a bar']


def test_the_csv_has_the_same_header_when_nobody_waits() -> None:
    assert response_gap_csv(a_report(empty=True)).strip().split(",") == list(WaitingPost.model_fields)


def test_the_json_reads_back_as_the_same_report() -> None:
    report = a_report()
    assert ResponseGap.model_validate_json(response_gap_json(report)) == report


def test_the_markdown_shows_figures_waiting_posts_and_coverage() -> None:
    page = response_gap_markdown(a_report(), most=1)
    assert "| unanswered | 2 |" in page
    assert "- Response rate: 33.3 % (95 % interval 6.1 to 79.2 %, n = 3)" in page
    assert "=cmd\\|' /C calc'!A0 where is my \\# order" in page
    assert "- … and 1 more" in page
    assert f"| mastodon | in thread | {datetime(2026, 11, 20, 12, tzinfo=UTC):%Y-%m-%d %H:%M} UTC | 4 |" in page
    assert "Nobody is waiting." in response_gap_markdown(a_report(empty=True))
