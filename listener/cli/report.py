"""``listener report``."""

from datetime import datetime
from typing import IO, Annotated, cast

import typer

from listener.cli.common import Config, Quiet, open_settings, output_to
from listener.times import now, when
from models.errors import InputError, RenderError

FORMATS = {
    "response-gap": ("json", "csv", "md"),
    "shares": ("json", "csv", "md"),
    "coverage": ("json", "csv", "md"),
    "word-cloud": ("json", "csv", "md", "png", "svg"),
}


def report(
    name: Annotated[str, typer.Argument(help="response-gap, shares, coverage or word-cloud.")],
    brand: Annotated[str, typer.Option("--brand", metavar="SLUG", help="The brand, by its slug.")],
    since: Annotated[str | None, typer.Option("--from", help="First day or time, included.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day or time, not included.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="As it was at that time (default: now).")] = None,
    format: Annotated[str, typer.Option("--format", help="json, csv or md; png or svg for the cloud.")] = "md",
    output: Annotated[str | None, typer.Option("--output", help="A file (default: standard output).")] = None,
    language: Annotated[str | None, typer.Option(help="word-cloud: posts in this language only.")] = None,
    stage: Annotated[str | None, typer.Option(help="word-cloud: posts of this stage only.")] = None,
    sentiment: Annotated[str | None, typer.Option(help="word-cloud: posts of this sentiment only.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="word-cloud: how many terms.")] = 100,
    config: Config = None,
    quiet: Quiet = False,  # noqa: ARG001  (a report says nothing beside itself)
) -> None:
    """Make a report."""
    from listener.cli.opening import open_store
    from listener.reports.building import build_coverage, build_response_gap, build_shares, build_word_cloud
    from models.database import session_of
    from models.reads.brands import brand_by_slug

    if name not in FORMATS:
        raise InputError(f"no report {name!r}; there are {', '.join(FORMATS)}")
    if format not in FORMATS[name]:
        raise RenderError(f"{name} is not made as {format!r}, but as {', '.join(FORMATS[name])}")
    with session_of(open_store(open_settings(config))) as session:
        zone = brand_by_slug(session, brand).timezone
        start, end = when(since, zone), when(until, zone)
        at: datetime = when(as_of, zone) or now()
        if name == "response-gap":
            gap = build_response_gap(session, brand, at, since=start, until=end)
            data = _gap(gap, format)
        elif name == "shares":
            data = _shares(build_shares(session, brand, at, since=start, until=end), format)
        elif name == "coverage":
            data = _coverage(build_coverage(session, brand, at), format)
        else:
            cloud = build_word_cloud(
                session,
                brand,
                at,
                since=start,
                until=end,
                language=language,
                stage=stage,
                sentiment=sentiment,
                limit=limit,
            )
            data = _cloud(cloud, brand, at, format)
    with output_to(output) as target:
        cast(IO[bytes], target).write(data)


def _gap(report: object, format: str) -> bytes:
    from listener.reports import rendering
    from listener.reports.response_gap import ResponseGap

    gap = cast(ResponseGap, report)
    made = {
        "json": rendering.response_gap_json,
        "csv": rendering.response_gap_csv,
        "md": rendering.response_gap_markdown,
    }
    return made[format](gap).encode()


def _shares(report: object, format: str) -> bytes:
    from listener.reports import shares_text
    from listener.reports.shares import Shares

    made = {"json": shares_text.shares_json, "csv": shares_text.shares_csv, "md": shares_text.shares_markdown}
    return made[format](cast(Shares, report)).encode()


def _coverage(report: object, format: str) -> bytes:
    from listener.reports import coverage_text
    from listener.reports.coverage import Coverage

    made = {
        "json": coverage_text.coverage_json,
        "csv": coverage_text.coverage_csv,
        "md": coverage_text.coverage_markdown,
    }
    return made[format](cast(Coverage, report)).encode()


def _cloud(data: object, brand: str, as_of: datetime, format: str) -> bytes:
    from listener.reports import cloud_image, cloud_text
    from listener.reports.word_cloud import WordCloudData

    cloud = cast(WordCloudData, data)
    if format == "png":
        return cloud_image.render_png(cloud)
    if format == "svg":
        return cloud_image.render_svg(cloud).encode()
    made = {"json": cloud_text.cloud_json, "csv": cloud_text.cloud_csv, "md": cloud_text.cloud_markdown}
    return made[format](cloud, brand, as_of).encode()
