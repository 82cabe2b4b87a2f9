"""Imports an uploaded file as ``listener import`` does, and labels what it brought."""

from itertools import chain
from pathlib import Path

import structlog

from api.dependencies import Shared
from api.problems import ParameterError
from api.shapes import BadLineOut, ImportResult
from api.uploads import check_unpacked
from listener.formats import BadLine, brand_accounts, open_input, read_csv, read_jsonl, read_twcs
from listener.pipeline.brands import brands_by_account, chooser, the_brand
from listener.pipeline.classifying import classify_stored
from listener.pipeline.importing import import_rows
from listener.pipeline.linking import link
from listener.pipeline.terming import term_posts
from models.errors import InputError, ModelError
from nlp.moments import load_classifier

SHOWN = 100
"""Bad lines named one by one; the rest is counted."""
FORMATS = ("posts", "csv", "twcs")


def import_file(shared: Shared, file: Path, format: str, slug: str | None) -> ImportResult:
    """Import and link. Raises InputError for a file that is not of the format, and then has stored nothing."""
    try:
        check_unpacked(file)
        with shared.import_lock:
            return _imported(shared, file, format, slug)
    except InputError as error:
        if str(file) in str(error):
            raise InputError(str(error).replace(str(file), "the file")) from None
        raise


def classify_new(shared: Shared) -> None:
    """Label what waits; runs after the answer is sent, one at a time."""
    with shared.classify_lock:
        try:
            term_posts(shared.engine)
            count = classify_stored(shared.engine, load_classifier(shared.choice), shared.clock)
        except ModelError as error:
            structlog.get_logger().error("classifying after an import failed", error=str(error))
            return
    shared.clouds.clear()
    structlog.get_logger().info("classified after an import", count=count)


def _imported(shared: Shared, file: Path, format: str, slug: str | None) -> ImportResult:
    accounts: dict[str, str] = {}
    if format == "twcs":
        with open_input(str(file)) as stream:
            accounts = brand_accounts(stream)
    with open_input(str(file)) as stream:
        read = {"posts": read_jsonl, "csv": read_csv}
        rows = read_twcs(stream, accounts) if format == "twcs" else read[format](stream)
        first = next(rows, None)  # a file that cannot be read at all is to leave no brand behind
        begun = chain([first] if first is not None else [], rows)
        is_new = False
        if slug is None:
            chosen = chooser(None, brands_by_account(shared.engine, "twitter", accounts))
        else:
            try:
                brand, is_new = the_brand(shared.engine, slug, {"twitter": accounts} if accounts else None)
            except InputError as error:
                raise ParameterError("brand", str(error)) from None
            chosen = chooser(brand, {})
        shown: list[BadLine] = []
        summary = import_rows(
            shared.engine,
            begun,
            chosen,
            shared.clock,
            report_bad=lambda bad: shown.append(bad) if len(shown) < SHOWN else None,
        )
    link(shared.engine)
    shared.clouds.clear()
    counts = summary.counts
    return ImportResult(
        brand=slug,
        format=format,
        new_count=counts["new"],
        changed_count=counts["changed"],
        unchanged_count=counts["unchanged"],
        bad_count=counts["bad"],
        bad_lines=[BadLineOut(line=bad.line, reason=bad.reason) for bad in shown],
        ignored_keys=dict(summary.ignored_keys.most_common(20)),
        sources_without_replies=sorted(summary.sources_without_replies),
        is_brand_new=is_new,
        is_classifying=counts["new"] + counts["changed"] > 0,
    )
