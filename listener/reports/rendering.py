"""Renders measured reports as JSON, CSV and Markdown; measures nothing."""

import csv
import io
from datetime import datetime, timedelta

from listener.reports.figures import Figure
from listener.reports.response_gap import ResponseGap, WaitingPost
from models.words import ResponseState

STATE_TEXTS = {
    ResponseState.ANSWERED: "answered",
    ResponseState.REDIRECTED: "only redirected",
    ResponseState.UNANSWERED: "unanswered",
    ResponseState.TOO_EARLY: "too early to say",
    ResponseState.UNKNOWN: "unknown",
    ResponseState.NOT_NEEDED: "no response needed",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    times = report.time_to_first_response
    lines = [
        f"# Response gap: {report.brand}",
        "",
        f"As of {stamp(report.as_of)}{_period(report)}.",
        "",
        "| state | posts |",
        "| --- | ---: |",
        *(f"| {STATE_TEXTS[state]} | {count:,} |" for state, count in report.states.items()),
        "",
        f"- Response rate: {share_text(report.response_rate)}",
        f"- Answered outright: {share_text(report.answered_share)}",
        f"- Median time to first response, open posts included: {wait_text(times.median)}",
        f"- Median of the answered alone: {wait_text(times.answered_median)}; "
        f"nine of ten within {wait_text(times.answered_p90)}",
        *(f"- Answered within {hours} h: {share_text(figure)}" for hours, figure in times.within_hours.items()),
        "",
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


def share_text(figure: Figure) -> str:
    """E.g. ``41.2 % (95 % interval 36.0 to 46.6 %, n = 340)``."""
    if figure.value is None or figure.interval is None:
        return f"unknown (n = {figure.n})"
    low, high = (100 * (end or 0) for end in figure.interval)
    return f"{100 * figure.value:.1f} % (95 % interval {low:.1f} to {high:.1f} %, n = {figure.n:,})"


def wait_text(figure: Figure) -> str:
    """E.g. ``3 h 20 min (95 % interval 2 h 5 min to 4 h, n = 120)``; an end nobody reached is ``longer``."""
    if figure.n == 0:
        return "unknown (n = 0)"
    ends = figure.interval or (None, None)
    low = duration(ends[0]) if ends[0] is not None else "shorter"
    high = duration(ends[1]) if ends[1] is not None else "longer"
    value = duration(figure.value) if figure.value is not None else "not reached: more than half still wait"
    return f"{value} (95 % interval {low} to {high}, n = {figure.n:,})"


def duration(seconds: float) -> str:
    """Two units at most: ``45 s``, ``12 min``, ``3 h 20 min``, ``2 d 4 h``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(round(whole / 3600), 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def stamp(at: datetime) -> str:
    """To the minute, in UTC."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def harmless(value: object) -> object:
    """Keep a spreadsheet from running a post's text as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def one_line(text: str, longest: int) -> str:
    """A text on one line of Markdown, cut at ``longest`` characters."""
    flat = " ".join(text.split())
    flat = flat if len(flat) <= longest else f"{flat[: longest - 1]}…"
    for char in "\\`*_[]<>|#":
        flat = flat.replace(char, f"\\{char}")
    return flat


def _period(report: ResponseGap) -> str:
    since = stamp(report.since) if report.since else "the first post"
    until = stamp(report.until) if report.until else stamp(report.as_of)
    return f", posts from {since} to {until}"


def _waiting(report: ResponseGap, most: int) -> list[str]:
    lines = []
    for post in report.unanswered[:most]:
        age = duration(timedelta(seconds=post.open_seconds).total_seconds())
        lines.append(f"- {age}, {post.source}, {post.stage}: {one_line(post.text, 200)}")
    if report.unanswered_count > most:
        lines.append(f"- … and {report.unanswered_count - most:,} more")
    return [*lines, ""] if lines else ["Nobody is waiting.", ""]
