"""Writes a weekly report in a format and a language: one document, so that the numbers are the same in all of them."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from listener.reports.figures import Figure
from listener.reports.wording import harmless
from listener.weekly.document import document
from listener.weekly.shape import WeeklyReport
from models.errors import RenderError

if TYPE_CHECKING:
    from listener.wording import Wording

FORMATS = ("html", "pdf", "md", "json", "csv", "xlsx")


def written(report: WeeklyReport, format: str, language: str = "en") -> bytes:
    """The report as a file; JSON and tables are the data themselves, without language. Raises RenderError.

    Times are told in the brand's zone. Raises KeyError for a language that is not shipped.
    """
    return written_as(report, (format,), language)[format]


def written_as(report: WeeklyReport, formats: Sequence[str], language: str = "en") -> dict[str, bytes]:
    """The report in several formats, its pictures drawn once. Raises as ``written`` does."""
    from listener.wording import wording_of

    made = {format: _DATA[format](report) for format in formats if format in _DATA}
    worded = [format for format in formats if format not in _DATA]
    return made | (_worded(report, worded, wording_of(language, report.timezone)) if worded else {})


def _worded(report: WeeklyReport, formats: Sequence[str], w: "Wording") -> dict[str, bytes]:
    from listener.weekly.html import html
    from listener.weekly.markdown import markdown
    from listener.weekly.pdf import pdf
    from listener.weekly.pictures import drawn

    unknown = next((format for format in formats if format not in FORMATS), None)
    if unknown is not None:
        raise RenderError(f"weekly is not made as {unknown!r}, but as {', '.join(FORMATS)}")
    made = document(report, w)
    pictures = drawn(report, w) if {"html", "pdf"} & set(formats) else {}
    write: dict[str, Callable[[], bytes]] = {
        "md": lambda: markdown(made).encode(),
        "html": lambda: html(made, pictures).encode(),
        "pdf": lambda: pdf(made, pictures),
    }
    return {format: write[format]() for format in formats}


def _json(report: WeeklyReport) -> bytes:
    return (report.model_dump_json(indent=2) + "\n").encode()


def _csv(report: WeeklyReport) -> bytes:
    """The key figures, one a row."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["week", "section", "name", "time", "count", "value", "low", "high", "n", "unit"])
    for section, name, time, count, figure in _rows(report):
        low, high = figure.interval or (None, None)
        writer.writerow(
            [report.week, section, harmless(name), time, count, figure.value, low, high, figure.n, figure.unit]
        )
    return stream.getvalue().encode()


def _rows(report: WeeklyReport) -> list[tuple[str, str, str, int | None, Figure]]:
    its = report.response
    rows: list[tuple[str, str, str, int | None, Figure]] = [
        ("volume", "authors", "change", report.volume.authors, report.volume.change)
    ]
    for time, gap in (("now", its.now), ("before", its.before), ("four weeks", its.weeks)):
        rows.append(("response", "response_rate", time, None, gap.response_rate))
        rows.append(("response", "median_wait", time, None, gap.median_wait))
    for section in ("stages", "sentiments", "negative"):
        for row in getattr(report, section):
            rows += [(section, row.name, "now", row.count, row.now), (section, row.name, "before", None, row.before)]
    rows += [("themes", theme.name, "now", theme.count, theme.share) for theme in report.themes]
    return rows


def _xlsx(report: WeeklyReport) -> bytes:
    from listener.tables.workbook import workbook

    return workbook(report)


_DATA: dict[str, Callable[[WeeklyReport], bytes]] = {"json": _json, "csv": _csv, "xlsx": _xlsx}
