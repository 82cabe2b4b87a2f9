"""Writes the response gap as JSON, CSV and Markdown, and lends its words to other reports; measures nothing."""

import csv
import io

from listener.reports.gap_text import (
    effect_lines,
    follow_up_lines,
    group_lines,
    neglect_lines,
    rival_lines,
    state_lines,
    wait_lines,
)
from listener.reports.response_gap import ResponseGap, WaitingPost
from listener.reports.wording import STATE_TEXTS, duration, harmless, one_line, share_text, stamp, wait_text

__all__ = [
    "STATE_TEXTS",
    "duration",
    "harmless",
    "one_line",
    "response_gap_csv",
    "response_gap_json",
    "response_gap_markdown",
    "share_text",
    "stamp",
    "wait_text",
]


def response_gap_json(report: ResponseGap) -> str:
    """The whole structure, indented."""
    return report.model_dump_json(indent=2) + "\n"


def response_gap_csv(report: ResponseGap) -> str:
    """The unanswered posts, one a row, the oldest first; cells that a spreadsheet would run are quoted."""
    stream = io.StringIO()
    columns = list(WaitingPost.model_fields)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for post in report.unanswered:
        writer.writerow([harmless(value) for value in post.model_dump(mode="json").values()])
    return stream.getvalue()


def response_gap_markdown(report: ResponseGap, most: int = 20) -> str:
    """A page to read: figures first, then the posts that wait, at most ``most``."""
    lines = [
        f"# Response gap: {report.brand}",
        "",
        f"As of {stamp(report.as_of)}{_period(report)}.",
        "",
        *state_lines(report),
        *wait_lines(report.time_to_first_response, report.business_hours),
        *follow_up_lines(report.next_replies),
        *neglect_lines(report.visible_neglect),
        *effect_lines(report.reply_effect),
        *group_lines(report.groups),
        *rival_lines(report.rivals),
        f"## Unanswered: {report.unanswered_count:,}",
        "",
        *_waiting(report, most),
        "## Coverage",
        "",
        "| source | replies | seen until | posts |",
        "| --- | --- | --- | ---: |",
        *(
            f"| {row.source} | {row.reply_visibility.replace('_', ' ')} | "
            f"{stamp(row.covers_until) if row.covers_until else 'never checked'} | {row.post_count:,} |"
            for row in report.coverage
        ),
        "",
        *(f"> {note}" for note in report.notes),
    ]
    return "\n".join(lines) + "\n"


def _period(report: ResponseGap) -> str:
    since = stamp(report.since) if report.since else "the first post"
    until = stamp(report.until) if report.until else stamp(report.as_of)
    return f", posts from {since} to {until}"


def _waiting(report: ResponseGap, most: int) -> list[str]:
    lines = [
        f"- {duration(post.open_seconds)}, {post.source}, {post.stage}: {one_line(post.text, 200)}"
        for post in report.unanswered[:most]
    ]
    if report.unanswered_count > most:
        lines.append(f"- … and {report.unanswered_count - most:,} more")
    return [*lines, ""] if lines else ["Nobody is waiting.", ""]
