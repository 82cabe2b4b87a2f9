"""Writes the coverage of a brand as JSON, CSV and Markdown; measures nothing."""

import csv
import io
from datetime import datetime

from listener.reports.coverage import Coverage, SourceRow
from listener.reports.figures import Figure
from listener.reports.rendering import harmless, stamp

_COLUMNS = (
    "source", "reply_visibility", "covers_from", "covers_until", "checked_at", "post_count", "expected_a_day",
    "seen_a_day", "is_quiet", "failed_runs", "gaps",
)  # fmt: skip


def coverage_json(report: Coverage) -> str:
    """The whole structure, indented."""
    return report.model_dump_json(indent=2) + "\n"


def coverage_csv(report: Coverage) -> str:
    """A source a row; rates are posts a day, gaps are counted."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in report.sources:
        said = row.model_dump(mode="json")
        said |= {"expected_a_day": row.expected_a_day.value, "seen_a_day": row.seen_a_day.value, "gaps": len(row.gaps)}
        writer.writerow([harmless(said[name]) for name in _COLUMNS])
    return stream.getvalue()


def coverage_markdown(report: Coverage) -> str:
    """A table of the sources, then what failed and what is missing."""
    lines = [f"# Coverage: {report.brand}", "", f"As of {stamp(report.as_of)}.", ""]
    if not report.sources:
        lines += ["Nothing was listened to so far.", ""]
    else:
        lines += ["| source | replies | seen | posts | expected a day (95 %) | last week a day (95 %) | |"]
        lines += ["| --- | --- | --- | ---: | ---: | ---: | --- |"]
        lines += [_line(row) for row in report.sources]
        lines.append("")
    for row in report.sources:
        lines += [f"- {row.source}: {failure}" for failure in row.failures]
        lines += [
            f"- {row.source}: not seen from {_stamp(gap.since)} to {stamp(gap.until)}: {gap.reason}" for gap in row.gaps
        ]
    return "\n".join([*lines, "", *(f"> {note}" for note in report.notes)]) + "\n"


def rate_text(figure: Figure) -> str:
    """E.g. ``4.2 (3.1 to 5.6)``; ``-`` where nothing was seen."""
    if figure.value is None or figure.interval is None:
        return "-"
    low, high = (end or 0.0 for end in figure.interval)
    return f"{figure.value:.1f} ({low:.1f} to {high:.1f})"


def _line(row: SourceRow) -> str:
    until = f"{_stamp(row.covers_from)} to {stamp(row.covers_until)}" if row.covers_until else "never checked"
    mark = {True: "far quieter than before", False: "", None: "too little to compare"}[row.is_quiet]
    rates = f"{rate_text(row.expected_a_day)} | {rate_text(row.seen_a_day)}"
    replies = row.reply_visibility.replace("_", " ")
    return f"| {row.source} | {replies} | {until} | {row.post_count:,} | {rates} | {mark} |"


def _stamp(at: datetime | None) -> str:
    return stamp(at) if at else "the beginning"
