"""Writes the shares of stages and sentiments as JSON, CSV and Markdown; measures nothing."""

import csv
import io

from listener.reports.figures import Figure
from listener.reports.rendering import stamp
from listener.reports.shares import TASKS, ShareRow, Shares


def shares_json(report: Shares) -> str:
    """The whole structure, indented."""
    return report.model_dump_json(indent=2) + "\n"


def shares_csv(report: Shares) -> str:
    """One stage or sentiment a row: the count, then share, low and high end as counted and as corrected."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    ends = ("", "_low", "_high")
    columns = [f"{kind}{end}" for kind in ("counted", "corrected") for end in ends]
    writer.writerow(["task", "name", "count", "n", *columns])
    for task, row in _rows(report):
        cells = [*_numbers(row.counted), *_numbers(row.corrected)]
        writer.writerow([task, row.name, row.count, row.counted.n, *cells])
    return stream.getvalue()


def shares_markdown(report: Shares) -> str:
    """A table for each task."""
    since = stamp(report.since) if report.since else "the first post"
    until = stamp(report.until) if report.until else stamp(report.as_of)
    lines = [f"# Stages and sentiment: {report.brand}", ""]
    lines += [f"As of {stamp(report.as_of)}, posts from {since} to {until}.", ""]
    lines.append(
        f"{report.labelled_count:,} posts ({report.unlabelled_count:,} more without a label), "
        f"{report.corrected_by_people:,} of them corrected by people."
    )
    for task in TASKS:
        lines += ["", f"| {task} | posts | counted (95 %) | corrected (95 %) |", "| --- | ---: | ---: | ---: |"]
        for row in getattr(report, task):
            cells = [percent(row.counted), percent(row.corrected)]
            lines.append(f"| {row.name} | {row.count:,} | {cells[0]} | {cells[1]} |")
    return "\n".join([*lines, "", *(f"> {note}" for note in report.notes)]) + "\n"


def percent(figure: Figure | None) -> str:
    """E.g. ``41.2 % (36.0 to 46.6)``; ``-`` where nothing can be said."""
    if figure is None or figure.value is None or figure.interval is None:
        return "-"
    low, high = (100 * (end or 0) for end in figure.interval)
    return f"{100 * figure.value:.1f} % ({low:.1f} to {high:.1f})"


def _rows(report: Shares) -> list[tuple[str, ShareRow]]:
    return [(task, row) for task in TASKS for row in getattr(report, task)]


def _numbers(figure: Figure | None) -> list[str]:
    if figure is None or figure.value is None or figure.interval is None:
        return ["", "", ""]
    return [f"{number:.6f}" for number in (figure.value, *((end or 0.0) for end in figure.interval))]
