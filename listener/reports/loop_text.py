"""Writes the influence loop as CSV and Markdown; measures nothing."""

import csv
import io
from collections.abc import Iterator, Sequence

from listener.reports.figures import Figure
from listener.reports.influence_loop import InfluenceLoop, ThemeEcho
from listener.reports.loop_flow import FlowRow
from listener.reports.rendering import harmless, one_line, stamp, wait_text

KIND_TEXTS = {
    "reply": "answered",
    "thread": "answered or followed in its thread",
    "quote": "quoted",
    "url": "same address, or linked",
    "any": "any of these",
}
_COLUMNS = ("section", "name", "to", "count", "value", "low", "high", "n", "unit", "lag_days", "p", "q")


def loop_csv(report: InfluenceLoop) -> str:
    """A figure a row; ``section`` says which part it belongs to. Cells that a spreadsheet would run are quoted."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in _rows(report):
        writer.writerow(["" if cell is None else harmless(cell) for cell in row])
    return stream.getvalue()


def loop_markdown(report: InfluenceLoop) -> str:
    """A page to read: links, sentiment, echo, carriers, flow."""
    until = stamp(report.until) if report.until else stamp(report.as_of)
    lines = [
        f"# Influence loop: {report.brand}",
        "",
        f"As of {stamp(report.as_of)}, posts from {stamp(report.since)} to {until}.",
        "",
        f"{report.shared_count:,} shared experiences ({report.too_early_count:,} of them too young for a share), "
        f"{report.choosing_count:,} posts by people still choosing, {report.post_count:,} posts in all "
        f"({report.unlabelled_count:,} without a label).",
        "",
        "## Who met them",
        "",
        *_table(
            ("how", "experiences met", "posts that met one", "share met", "median delay"),
            [
                (KIND_TEXTS[row.kind], row.met_count, row.choosing_count, cell(row.share_met), wait_text(row.delay))
                for row in report.links
            ],
        ),
        "",
        *_sentiment(report),
        *_echo(report),
        *_carriers(report),
        *_flow("author", report.flow_by_author),
        *_flow("thread", report.flow_by_thread),
        *(f"> {note}" for note in report.notes),
    ]
    return "\n".join(lines) + "\n"


def cell(figure: Figure) -> str:
    """E.g. ``41.2 % (36.0 to 46.6), n = 340``; ``- (n = 0)`` where nothing can be said."""
    if figure.value is None or figure.interval is None:
        return f"- (n = {figure.n:,})"
    low, high = (100 * (end or 0) for end in figure.interval)
    return f"{100 * figure.value:.1f} % ({low:.1f} to {high:.1f}), n = {figure.n:,}"


def _sentiment(report: InfluenceLoop) -> list[str]:
    said = [(row.shared, *row.choosing.values(), cell(row.negative)) for row in report.sentiment.rows]
    return [
        "## Sentiment carried over",
        "",
        *_table(("experience met last", "asked negative", "neutral", "positive", "share negative"), said),
        "",
        f"Negative after negative less negative after positive: {cell(report.sentiment.difference)}.",
        "",
    ]


def _echo(report: InfluenceLoop) -> list[str]:
    echo = report.echo
    lines = [
        "## Echo by theme",
        "",
        f"{echo.tested_count} of {echo.theme_count} themes tested over {echo.day_count} days, "
        f"{echo.permutation_count:,} permutations.",
        "",
    ]
    columns = ("theme", "shared", "choosing", "lag", "more to come for each shared", "p", "q", "echo")
    return lines + ([*_table(columns, [_theme(theme) for theme in echo.themes]), ""] if echo.themes else [])


def _theme(theme: ThemeEcho) -> tuple[object, ...]:
    low, high = theme.excess.interval or (None, None)
    size = f"{theme.excess.value:.2f} ({low:.2f} to {high:.2f})" if low is not None and high is not None else "-"
    called = {None: "not tested", True: "yes", False: "no"}[theme.is_echo]
    lag = "-" if theme.lag_days is None else f"{theme.lag_days} d"
    chances = ["-" if value is None else f"{value:.4f}" for value in (theme.p, theme.q)]
    return (one_line(theme.name, 60), theme.shared_count, theme.choosing_count, lag, size, *chances, called)


def _carriers(report: InfluenceLoop) -> list[str]:
    authors = [
        (row.author, row.shared_count, row.met_count, cell(row.share_met), _rank(row.page_rank))
        for row in report.carriers
    ]
    places = [
        (one_line(row.community, 80), row.author_count, row.shared_count, row.met_count, cell(row.share_met))
        for row in report.communities
    ]
    return [
        "## Who carries it",
        "",
        *(_table(("author", "shared", "met", "share met", "PageRank"), authors) if authors else ["Nobody was met."]),
        "",
        *(_table(("community", "authors", "shared", "met", "share met"), places) if places else []),
        "",
    ]


def _rank(figure: Figure) -> str:
    return "-" if figure.value is None else f"{figure.value:.4f}"


def _flow(by: str, rows: Sequence[FlowRow]) -> list[str]:
    columns = ("from", "steps", *(f"to {row.stage}" for row in rows))
    said = [(row.stage, row.n, *(cell(step.share) for step in row.to)) for row in rows]
    return [f"## Next moment, by {by}", "", *_table(columns, said), ""]


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    lines = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    return lines + [
        f"| {' | '.join(f'{value:,}' if isinstance(value, int) else str(value) for value in row)} |" for row in rows
    ]


def _rows(report: InfluenceLoop) -> Iterator[tuple[object, ...]]:
    for link in report.links:
        yield "links", link.kind, None, link.met_count, *_numbers(link.share_met)
        yield "delay", link.kind, None, link.met_count, *_numbers(link.delay)
    for row in report.sentiment.rows:
        for name, count in row.choosing.items():
            yield "sentiment", row.shared, name, count
        yield "sentiment", row.shared, "negative share", row.choosing["negative"], *_numbers(row.negative)
    yield "sentiment", "difference", None, None, *_numbers(report.sentiment.difference)
    for theme in report.echo.themes:
        size = _numbers(theme.excess)
        yield "echo", theme.name, theme.theme_id, theme.choosing_count, *size, theme.lag_days, theme.p, theme.q
    for carrier in report.carriers:
        yield "authors", carrier.author, None, carrier.met_count, *_numbers(carrier.share_met)
        yield "page_rank", carrier.author, None, None, *_numbers(carrier.page_rank)
    for place in report.communities:
        yield "communities", place.community, None, place.met_count, *_numbers(place.share_met)
    for section, flows in (("flow_by_author", report.flow_by_author), ("flow_by_thread", report.flow_by_thread)):
        for step in flows:
            for to in step.to:
                yield section, step.stage, to.to, to.count, *_numbers(to.share)


def _numbers(figure: Figure) -> tuple[object, ...]:
    low, high = figure.interval or (None, None)
    return figure.value, low, high, figure.n, figure.unit
