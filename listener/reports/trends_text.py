"""Writes trends as CSV and Markdown; measures nothing."""

import csv
import io
from collections.abc import Iterator

from listener.reports.change import Change, Verdict
from listener.reports.figures import Figure
from listener.reports.rendering import stamp
from listener.reports.shares_text import percent
from listener.reports.trends import SECTIONS, Stretch, TrendRow, Trends

_COLUMNS = (
    *("stretch", "start", "since", "until", "is_partial", "is_gap", "time_covered", "section", "name", "count", "n"),
    *(f"{kind}{end}" for kind in ("counted", "corrected") for end in ("", "_low", "_high")),
    *("corrected_n", "change", "change_low", "change_high"),
    *("corrected_change", "corrected_change_low", "corrected_change_high", "p_value", "adjusted_p_value", "verdict"),
)
_TITLES = {"stage": "Stages", "sentiment": "Sentiments", "negative_in_stage": "Negative posts within a stage"}
_CELLS = ("negative", "neutral", "positive")


def trends_csv(report: Trends) -> str:
    """A row a stretch and class; cells are empty where nothing can be said."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    stretches = [*(("bucket", one) for one in report.buckets), ("period", report.period), ("previous", report.previous)]
    for kind, stretch in stretches:
        about = (
            *(kind, stretch.start, stretch.since.isoformat(), stretch.until.isoformat()),
            *(str(stretch.is_partial).lower(), str(stretch.is_gap).lower(), _number(stretch.time_covered)),
        )
        for section, row in _rows(stretch):
            change = row.change
            writer.writerow(
                [
                    *(*about, section, row.name, "" if row.count is None else row.count),
                    *("" if stretch.is_gap else row.counted.n, *_numbers(row.counted), *_numbers(row.corrected)),
                    "" if row.corrected is None else row.corrected.n,
                    *_numbers(change.counted if change else None),
                    *_numbers(change.corrected if change else None),
                    *(
                        _number(change.p_value if change else None),
                        _number(change.adjusted_p_value if change else None),
                    ),
                    change.verdict.value if change else "",
                ]
            )
    return stream.getvalue()


def trends_markdown(report: Trends) -> str:
    """A page to read: the period against the one before, what moved between buckets, then every bucket."""
    lines = [
        f"# Trends: {report.brand}",
        "",
        f"As of {stamp(report.as_of)}, posts from {stamp(report.since)} to {stamp(report.until)}, "
        f"by {report.by.value} in {report.timezone}. {report.comparison_count} comparisons.",
        "",
        f"## Against the period before (from {stamp(report.previous.since)})",
        "",
        f"Before: {_posts(report.previous)}. Now: {_posts(report.period)}.",
        *_against(report),
        "",
        f"## Moved from one {report.by.value} to the next",
        "",
        *_moved(report),
        "",
        "## Posts by stage: negative / neutral / positive",
        "",
        *_counts(report),
    ]
    for section in SECTIONS:
        lines += ["", f"## {_TITLES[section]}"]
        for at, row in enumerate(getattr(report.period, section)):
            lines += ["", f"### {row.name}", "", *_course(report, section, at)]
    return "\n".join([*lines, "", *(f"> {note}" for note in report.notes)]) + "\n"


def points(figure: Figure | None) -> str:
    """A difference of shares in points of a hundred, e.g. ``+4.1 (1.0 to 7.2)``; ``-`` where nothing can be said."""
    if figure is None or figure.value is None or figure.interval is None:
        return "-"
    low, high = (100 * (end or 0) for end in figure.interval)
    return f"{100 * figure.value:+.1f} ({low:+.1f} to {high:+.1f})"


def chance(change: Change | None) -> str:
    """The adjusted p-value, e.g. ``0.013`` or ``< 0.001``."""
    if change is None or change.adjusted_p_value is None:
        return "-"
    return "< 0.001" if change.adjusted_p_value < 0.001 else f"{change.adjusted_p_value:.3f}"


def _against(report: Trends) -> Iterator[str]:
    heads = (
        "before",
        "before, corrected",
        "now",
        "now, corrected",
        "change, points",
        "change, corrected",
        "adjusted p",
    )
    for section in SECTIONS:
        yield ""
        yield f"| {_TITLES[section].lower()} | {' | '.join(heads)} | verdict |"
        yield f"| --- |{' ---: |' * len(heads)} --- |"
        for old, new in zip(getattr(report.previous, section), getattr(report.period, section), strict=True):
            cells = [*(percent(one) for one in (old.counted, old.corrected, new.counted, new.corrected)), *_change(new)]
            yield f"| {new.name} | {' | '.join(cells)} |"


def _moved(report: Trends) -> list[str]:
    found = [
        f"- {_when(stretch)}: {section.replace('_', ' ')} {row.name}, {row.change.verdict.value}: "
        f"{points(row.change.counted)} points counted, {points(row.change.corrected)} corrected, "
        f"adjusted p {chance(row.change)}"
        for stretch in report.buckets
        for section, row in _rows(stretch)
        if row.change and row.change.verdict in (Verdict.RISE, Verdict.FALL)
    ]
    return found or ["Nothing: no difference is larger than noise makes it."]


def _counts(report: Trends) -> Iterator[str]:
    names = [row.name for row in report.period.stage]
    yield f"| {report.by.value} | posts | authors | listened to | {' | '.join(names)} |"
    yield f"| --- | ---: | ---: | ---: |{' ---: |' * len(names)}"
    for stretch in [*report.buckets, report.period]:
        counts = stretch.counts
        cells = ["-" if counts is None else " / ".join(f"{counts[name][cell]:,}" for cell in _CELLS) for name in names]
        heard = "-" if stretch.time_covered is None else f"{100 * stretch.time_covered:.0f} %"
        first = "all" if stretch is report.period else _when(stretch)
        several = ["-" if one is None else f"{one:,}" for one in (stretch.post_count, stretch.author_count)]
        yield f"| {first} | {' | '.join([*several, heard, *cells])} |"


def _course(report: Trends, section: str, at: int) -> Iterator[str]:
    heads = ("n", "counted (95 %)", "corrected (95 %)", "change, points", "corrected", "adjusted p")
    yield f"| {report.by.value} | {' | '.join(heads)} | verdict |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    for stretch in report.buckets:
        row: TrendRow = getattr(stretch, section)[at]
        cells = ["-" if stretch.is_gap else f"{row.counted.n:,}", percent(row.counted), percent(row.corrected)]
        told = ["-", "-", "-", "gap"] if stretch.is_gap else _change(row)
        yield f"| {_when(stretch)} | {' | '.join([*cells, *told])} |"


def _change(row: TrendRow) -> list[str]:
    if row.change is None:
        return ["-", "-", "-", "not compared"]
    return [points(row.change.counted), points(row.change.corrected), chance(row.change), row.change.verdict.value]


def _when(stretch: Stretch) -> str:
    return f"{stretch.start}{' (part)' if stretch.is_partial else ''}"


def _posts(stretch: Stretch) -> str:
    if stretch.post_count is None:
        return "nobody listened"
    return f"{stretch.post_count:,} posts by {stretch.author_count:,} authors"


def _rows(stretch: Stretch) -> Iterator[tuple[str, TrendRow]]:
    for section in SECTIONS:
        for row in getattr(stretch, section):
            yield section, row


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _numbers(figure: Figure | None) -> list[str]:
    if figure is None or figure.value is None or figure.interval is None:
        return ["", "", ""]
    return [f"{number:.6f}" for number in (figure.value, *((end or 0.0) for end in figure.interval))]
