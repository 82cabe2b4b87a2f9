"""Renders a measured word cloud as JSON, CSV and Markdown, for machines and for people who do not see pictures."""

import csv
import io
import json
from datetime import datetime
from typing import Any

from listener.reports.figures import share
from listener.reports.rendering import harmless, one_line, stamp
from listener.reports.word_cloud import CloudTerm, WordCloudData


def cloud_object(data: WordCloudData, brand: str, as_of: datetime) -> dict[str, Any]:
    """The cloud as plain JSON values; each term's share with n and interval."""
    return {
        "report": "word-cloud",
        "brand": brand,
        "as_of": as_of.isoformat(),
        "post_count": data.post_count,
        "background_count": data.background_count,
        "is_compared": data.is_compared,
        "excluded": dict(data.excluded),
        "terms": [_term(term, as_of) for term in data.terms],
    }


def cloud_json(data: WordCloudData, brand: str, as_of: datetime) -> str:
    """The whole structure, indented."""
    return json.dumps(cloud_object(data, brand, as_of), ensure_ascii=False, indent=2) + "\n"


def cloud_csv(data: WordCloudData, _brand: str, _as_of: datetime) -> str:
    """One row a term, the most telling first."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["term", "count", "n", "share", "score", "script", "languages", "post_ids"])
    for term in data.terms:
        ids = " ".join(str(id) for id in term.post_ids)
        row = (term.term, term.count, term.n, term.share, term.score, term.script, " ".join(term.languages), ids)
        writer.writerow([harmless(value) for value in row])
    return stream.getvalue()


def cloud_markdown(data: WordCloudData, brand: str, as_of: datetime) -> str:
    """A table of terms."""
    compared = f"against {data.background_count:,} others" if data.is_compared else "by count, with nothing to compare"
    lines = [
        f"# Word cloud: {brand}",
        "",
        f"As of {stamp(as_of)}, {data.post_count:,} posts {compared}.",
        "",
        "| term | posts | score | languages |",
        "| --- | ---: | ---: | --- |",
        *(
            f"| {one_line(term.term, 60)} | {term.count:,} | {term.score:.2f} | {' '.join(term.languages)} |"
            for term in data.terms
        ),
    ]
    return "\n".join(lines) + "\n"


def _term(term: CloudTerm, as_of: datetime) -> dict[str, Any]:
    return {
        "term": term.term,
        "count": term.count,
        "share": share(term.count, term.n, as_of, 1.0).model_dump(mode="json"),
        "score": round(term.score, 4),
        "script": term.script,
        "languages": list(term.languages),
        "sentiment": {str(name): count for name, count in term.sentiment.items()},
        "post_ids": list(term.post_ids),
    }
