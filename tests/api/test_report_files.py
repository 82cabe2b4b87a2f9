"""Reports as files: drawn, as workbooks and CSV, named after brand, report and period, and not sent twice."""

import csv
import io
from xml.etree import ElementTree

import pytest

from api.routes.charts import disposition
from listener.charts.pictures import DRAWN
from listener.reports.names import NAMES
from tests.api.service import Client, check_problem
from tests.reports.test_spreadsheet import opened, records

STARTS = {"svg": b"<svg", "png": b"\x89PNG", "xlsx": b"PK"}


@pytest.mark.parametrize("name", DRAWN)
def test_a_report_is_drawn_and_not_sent_twice(client: Client, name: str) -> None:
    path = f"/api/v1/reports/{name}.svg?brand=amber-roast&as_of=2026-11-21T12:00:00Z"
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(STARTS["svg"])
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-disposition"].startswith(f'inline; filename="amber-roast-{name}-')
    again = client.call("GET", path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_one_chart_dark_and_in_hebrew(client: Client) -> None:
    answer = client.get(
        "/api/v1/reports/response-gap.svg", brand="amber-roast", chart="states", dark="true", lang="he", download="true"
    )
    root = ElementTree.fromstring(answer.content)
    assert "#12171d" in answer.text
    assert "Amber Roast" in (root.get("aria-label") or "")
    assert answer.headers["content-disposition"] == (
        'attachment; filename="amber-roast-response-gap-to-2026-11-21.svg"'
    )
    png = client.get("/api/v1/reports/response-gap.png", brand="amber-roast", chart="states")
    assert png.content.startswith(STARTS["png"])


@pytest.mark.parametrize("name", NAMES)
def test_every_report_is_a_workbook_and_a_table(client: Client, name: str) -> None:
    book = client.get(f"/api/v1/reports/{name}.xlsx", brand="amber-roast", stage="smot")
    assert book.status_code == 200, book.text
    assert book.headers["content-disposition"].startswith(f'attachment; filename="amber-roast-{name}-')
    about = {row[0]: row[1] for row in opened(book.content)["About"] if len(row) > 1}
    assert (about["report"], about["filter: stage"]) == (name, "smot")
    table = client.get(f"/api/v1/reports/{name}.csv", brand="amber-roast")
    assert table.headers["content-type"].startswith("text/csv")


def test_files_and_json_count_alike(client: Client) -> None:
    gap = client.get("/api/v1/reports/response-gap", brand="amber-roast").json()
    table = client.get("/api/v1/reports/response-gap.csv", brand="amber-roast").text
    book = client.get("/api/v1/reports/response-gap.xlsx", brand="amber-roast").content
    assert len(list(csv.DictReader(io.StringIO(table)))) == len(records(opened(book)["unanswered"]))
    assert len(gap["unanswered"]) == gap["unanswered_count"] == len(records(opened(book)["unanswered"]))


def test_a_period_is_in_the_name(client: Client) -> None:
    answer = client.get("/api/v1/reports/trends.csv", brand="amber-roast", **{"from": "2026-11-01", "to": "2026-11-15"})
    assert answer.headers["content-disposition"].endswith('-trends-2026-11-01-to-2026-11-15.csv"')


def test_what_is_not_there_is_said(client: Client) -> None:
    for path, status in (
        ("nothing.svg", 404),
        ("coverage.svg", 404),
        ("trends.docx", 422),
        ("trends.svg", 422),
    ):
        more = {"chart": "moods"} if path == "trends.svg" else {}
        check_problem(client.get(f"/api/v1/reports/{path}", brand="amber-roast", **more), status)
    check_problem(client.get("/api/v1/reports/trends.svg", brand="no-brand"), 404)
    assert client.get("/api/v1/reports/word-cloud.svg", brand="amber-roast").status_code == 200


def test_names_of_other_scripts_are_told_in_full() -> None:
    assert disposition("inline", "a.svg") == 'inline; filename="a.svg"'
    assert disposition("attachment", "קפה-trends.csv") == (
        "attachment; filename=\"----trends.csv\"; filename*=UTF-8''%D7%A7%D7%A4%D7%94-trends.csv"
    )
