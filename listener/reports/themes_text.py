"""Writes the report of themes as CSV and Markdown; measures nothing."""

import csv
import io

from listener.reports.figures import Figure
from listener.reports.themes import ThemeRow, Themes
from listener.reports.wording import harmless, one_line, stamp

_LONGEST_QUOTE = 160
_COLUMNS = (
    "id", "name", "polarity", "terms", "count", "share", "share_low", "share_high", "unanswered", "unanswered_n",
    "change", "change_low", "change_high", "previous_count", "first_at", "last_at", "languages", "quote_ids",
)  # fmt: skip


def themes_csv(report: Themes) -> str:
    """A theme a row."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in report.themes:
        share, change = _numbers(row.share), _numbers(row.change)
        previous = "" if row.previous_count is None else row.previous_count
        times = (row.first_at.isoformat(), row.last_at.isoformat())
        lists = ("; ".join(row.languages), "; ".join(str(quote.post_id) for quote in row.quotes))
        cells = (row.id, harmless(row.name), row.polarity, harmless("; ".join(row.terms)), row.count, *share)
        writer.writerow(
            [*cells, _numbers(row.unanswered)[0], row.unanswered.n, *change, previous, *times, *map(harmless, lists)]
        )
    return stream.getvalue()


def themes_markdown(report: Themes) -> str:
    """A table of complaints, one of praises, and the quotes of each theme."""
    since = stamp(report.since) if report.since else "the first post"
    until = stamp(report.until) if report.until else stamp(report.as_of)
    lines = [f"# Themes: {report.brand}", "", f"As of {stamp(report.as_of)}, posts from {since} to {until}."]
    for kind in report.polarities:
        rows = [row for row in report.themes if row.polarity == kind.polarity]
        placed = percent(kind.in_theme)
        lines += ["", f"## {kind.polarity.title()}s", "", f"{kind.count:,} posts, {placed} of them in a theme."]
        if rows:
            lines += ["", "| id | theme | posts | share (95 %) | unanswered (95 %) | n | change (95 %) | languages |"]
            lines += ["| ---: | --- | ---: | ---: | ---: | ---: | ---: | --- |", *map(_line, rows)]
        for row in rows:
            lines += ["", f"**{one_line(row.name, 120)}**"]
            lines += [f"- {one_line(quote.text, _LONGEST_QUOTE)} ({quote.language})" for quote in row.quotes]
    if report.left_out:
        lines += ["", f"{report.left_out:,} themes more."]
    return "\n".join([*lines, "", *(f"> {note}" for note in report.notes)]) + "\n"


def percent(figure: Figure) -> str:
    """E.g. ``41.2 % (36.0 to 46.6)``; ``-`` where nothing can be said."""
    if figure.value is None or figure.interval is None:
        return "-"
    low, high = (100 * (end or 0) for end in figure.interval)
    return f"{100 * figure.value:.1f} % ({low:.1f} to {high:.1f})"


def _line(row: ThemeRow) -> str:
    retired = " (retired)" if row.is_retired else ""
    cells = (
        str(row.id), one_line(row.name, 80) + retired, f"{row.count:,}", percent(row.share), percent(row.unanswered),
        f"{row.unanswered.n:,}", _times(row), ", ".join(list(row.languages)[:5]),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _times(row: ThemeRow) -> str:
    """E.g. ``x 1.4 (1.1 to 1.8)``; ``new`` where there was none before."""
    if row.previous_count is None:
        return "-"
    low, high = row.change.interval or (None, None)
    if row.change.value is None:
        return "new"
    return f"x {row.change.value:.2g} ({low or 0:.2g} to {f'{high:.2g}' if high is not None else 'any'})"


def _numbers(figure: Figure) -> list[str]:
    if figure.value is None or figure.interval is None:
        return ["", "", ""]
    return ["" if number is None else f"{number:.6f}" for number in (figure.value, *figure.interval)]
