"""Renders a measured word cloud as CSV and Markdown, for machines and for people who do not see pictures."""

import csv
import io

from listener.reports.rendering import harmless, one_line, stamp
from listener.reports.shares_text import percent
from listener.reports.word_cloud import WordCloudData


def cloud_csv(data: WordCloudData) -> str:
    """One row a term, the most telling first."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    ends = ("share", "share_low", "share_high")
    writer.writerow(["term", "count", "n", *ends, "score", "script", "languages", "post_ids"])
    for term in data.terms:
        low, high = term.share.interval or (None, None)
        numbers = [term.count, term.share.n, *(f"{end or 0:.6f}" for end in (term.share.value, low, high)), term.score]
        ids = " ".join(str(id) for id in term.post_ids)
        row = [term.term, *numbers, term.script, " ".join(term.languages), ids]
        writer.writerow([harmless(value) for value in row])
    return stream.getvalue()


def cloud_markdown(data: WordCloudData) -> str:
    """What it rests on, and a table of terms."""
    lines = [
        f"# Word cloud: {data.brand}",
        "",
        f"As of {stamp(data.as_of)}{_period(data)}. {basis(data)}",
        "",
        f"| term | posts | share of {data.post_count:,} (95 %) | score | languages |",
        "| --- | ---: | ---: | ---: | --- |",
        *(
            f"| {one_line(term.term, 60)} | {term.count:,} | {percent(term.share)} | {term.score:.2f} "
            f"| {' '.join(term.languages)} |"
            for term in data.terms
        ),
    ]
    return "\n".join(lines) + "\n"


def basis(data: WordCloudData) -> str:
    """On which posts the cloud rests, in a sentence or two."""
    sampled = data.sampled
    drawn = f", a sample of {sampled.of:,}" if sampled.of > sampled.posts + sampled.without_terms else ""
    others = f"{data.background_count:,} others"
    if sampled.background_of > sampled.background:
        others += f" (of about {sampled.background_of:,})"
    compared = f"compared with {others}" if data.is_compared else "by count, with nothing to compare"
    said = f"{data.post_count:,} posts{drawn}, {compared}."
    if sampled.without_terms:
        said += f" The terms of {sampled.without_terms:,} more are not found yet: run listener classify."
    return said


def _period(data: WordCloudData) -> str:
    since = stamp(data.since) if data.since else "the first post"
    until = stamp(data.until) if data.until else stamp(data.as_of)
    return f", posts from {since} to {until}"
