"""Writes any report as an Excel workbook: a sheet a table, typed cells, and a sheet that says what they mean."""

import io
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from listener.reports.asking import ReportRequest
from listener.tables.tables import ENDS, FIGURES, Cell, Table, tables_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

ABOUT = "About"
LONGEST = 32_767
"""Characters of a cell, which is Excel's own limit."""
MOST_ROWS = 1_048_000
_NAME = 31
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_HARMFUL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What a workbook cannot hold, and marks that would turn the text around them."""
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
Filters = Mapping[str, object]


def workbook(report: BaseModel, filters: Filters | None = None) -> bytes:
    """The report as .xlsx; the same report gives the same bytes. ``filters`` are what it was asked for, to be told.

    Texts stay texts, whatever they begin with. One longer than a cell is cut, and says so. Times are UTC.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    file = io.BytesIO()
    tables = tables_of(report)
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        made = getattr(report, "as_of", None)
        said = f"{getattr(report, 'report', 'report')}: {getattr(report, 'brand', '')}"
        book.set_properties({"title": safe(said), "created": _naive(made) if made else datetime(2000, 1, 1)})  # noqa: DTZ001
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "text": book.add_format({"quote_prefix": True}),
        }
        names = _sheet_names(tables)
        _write(book.add_worksheet(ABOUT), _about(report, filters or {}, dict(zip(names, tables, strict=True))), formats)
        for name, table in zip(names, tables, strict=True):
            columns = table.columns
            rows = ([row.get(column) for column in columns] for row in table.rows[:MOST_ROWS])
            sheet = book.add_worksheet(name)
            _write(sheet, [columns, *rows], formats)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(1, len(table.rows)), max(0, len(columns) - 1))
    return file.getvalue()


def filters_of(request: ReportRequest) -> dict[str, object]:
    """What a report was asked for beyond its brand and period, by name."""
    named = ("source", "stage", "sentiment", "language", "relation", "theme_id", "limit", "segment")
    return {name: value for name in named if (value := getattr(request, name)) is not None}


def safe(text: str) -> str:
    """A text as a cell may hold it: without marks that turn what is around them and without control codes, cut."""
    flat = _HARMFUL.sub("", text)
    if len(flat) <= LONGEST:
        return flat
    note = f" … (cut: {len(flat)} characters)"
    return flat[: LONGEST - len(note)] + note


def _write(sheet: "Worksheet", rows: list[Any], formats: Mapping[str, "Format"]) -> None:
    """The first row is the head; columns are as wide as their widest short cell."""
    widths: dict[int, int] = {}
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            _put(sheet, at, column, value, formats, is_head=at == 0)
            widths[column] = max(widths.get(column, 8), min(60, len(str(value)) + 2 if at else 16))
    for column, width in widths.items():
        sheet.set_column(column, column, width)


def _put(
    sheet: "Worksheet", row: int, column: int, value: Cell, formats: Mapping[str, "Format"], *, is_head: bool
) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, _naive(value), formats["time"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats["day"])
    elif isinstance(value, int | float):
        if isfinite(value):
            sheet.write_number(row, column, value)
    else:
        text = safe(value)
        style = formats["head"] if is_head else formats["text"] if text.lstrip().startswith(_FORMULA) else None
        sheet.write_string(row, column, text, style)


def _naive(at: datetime) -> datetime:
    """UTC without its zone, which a workbook does not know, to the millisecond that it does."""
    plain = (at - (at.utcoffset() or timedelta())).replace(tzinfo=None)
    return plain.replace(microsecond=plain.microsecond // 1000 * 1000)


def _sheet_names(tables: list[Table]) -> list[str]:
    """Each within Excel's 31 characters, and none like another, whatever their case."""
    found: list[str] = []
    for table in tables:
        plain = _NOT_IN_NAMES.sub("", safe(table.name))[:_NAME] or "table"
        name, at = plain, 2
        while name.casefold() in {ABOUT.casefold(), *(one.casefold() for one in found)}:
            name, at = f"{plain[: _NAME - 4]} ({at})", at + 1
        found.append(name)
    return found


def _about(report: BaseModel, filters: Filters, tables: Mapping[str, Table]) -> list[list[Cell]]:
    """What the report is of, what it was asked for, what it says of itself, and what each sheet and column holds."""
    rows: list[list[Cell]] = [["about", "", ""]]
    rows += [[name, getattr(report, name, None), None] for name in ("report", "brand", "since", "until")]
    rows.append(["as_of", getattr(report, "as_of", None), "times are UTC"])
    rows += [[f"filter: {name}", str(value), None] for name, value in filters.items()]
    rows += [["note", str(note), None] for note in getattr(report, "notes", ())]
    rows += [[], ["sheet", "column", "meaning"], *_meanings(tables), []]
    rows.append(["beside every figure", None, None])
    rows += [[None, name, meaning] for name, meaning in ENDS.items()]
    return rows


def _meanings(tables: Mapping[str, Table]) -> Iterator[list[Cell]]:
    for name, table in tables.items():
        cut = len(table.rows) > MOST_ROWS
        yield [name, None, table.about + (f" Cut at {MOST_ROWS} of {len(table.rows)} rows." if cut else "")]
        known = table.meanings if name == FIGURES else {key: table.meanings.get(key, "") for key in table.columns}
        for column, meaning in known.items():
            if meaning:
                yield [name, column, meaning]
