"""``listener report``."""

from typing import IO, Annotated, cast

import typer

from listener.cli.common import Config, Quiet, one_of, open_settings, output_to, progress_of
from listener.reports.names import NAMES
from listener.times import now, when


def report(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(NAMES)}.")],
    brand: Annotated[str, typer.Option("--brand", metavar="SLUG", help="The brand, by its slug.")],
    since: Annotated[str | None, typer.Option("--from", help="First day or time, included.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day or time, not included.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="As it was at that time (default: now).")] = None,
    format: Annotated[
        str, typer.Option("--format", help="json, csv, md or xlsx; png or svg for what is drawn; weekly: html or pdf.")
    ] = "md",
    output: Annotated[str | None, typer.Option("--output", help="A file (default: standard output).")] = None,
    source: Annotated[str | None, typer.Option(help="Posts from this source only.")] = None,
    stage: Annotated[str | None, typer.Option(help="Posts of this stage only.")] = None,
    sentiment: Annotated[str | None, typer.Option(help="Posts of this sentiment only.")] = None,
    language: Annotated[str | None, typer.Option(help="Posts in this language only.")] = None,
    relation: Annotated[str | None, typer.Option(help="direct: put to the brand; indirect: only naming it.")] = None,
    theme: Annotated[int | None, typer.Option(help="Posts on this theme only, by its id.")] = None,
    by: Annotated[str, typer.Option(help="trends: day, week or month.")] = "week",
    journey: Annotated[str, typer.Option(help="journey: customer, employee or one of your own.")] = "customer",
    segment: Annotated[str | None, typer.Option(help="journey: cut by language, source, relation or author.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="How many terms, posts or rows of a list.")] = None,
    week: Annotated[str | None, typer.Option(help="weekly: e.g. 2026-W46 (default: the last whole week).")] = None,
    lang: Annotated[str | None, typer.Option(help="weekly: en, pl, lt, he or zh_Hant.")] = None,
    again: Annotated[bool, typer.Option("--again", help="weekly: make it anew, beside the one that is kept.")] = False,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Make a report of a brand: figures with n, 95 % interval, as-of time and coverage."""
    from listener.cli.opening import open_store
    from listener.cli.weekly_report import weekly_report
    from listener.reports.asking import Bucket, ReportRequest, Segment
    from listener.reports.kinds import kind_of, write
    from listener.tables.workbook import filters_of, workbook
    from models.database import session_of
    from models.reads.brands import brand_by_slug
    from models.words import Relation, Sentiment, Stage

    with session_of(open_store(open_settings(config))) as session:
        zone = brand_by_slug(session, brand).timezone
        request = ReportRequest(
            brand,
            when(as_of, zone) or now(),
            since=when(since, zone),
            until=when(until, zone),
            source=source,
            stage=one_of(Stage, "--stage", stage),
            sentiment=one_of(Sentiment, "--sentiment", sentiment),
            language=language,
            relation=one_of(Relation, "--relation", relation),
            theme_id=theme,
            limit=limit,
            by=one_of(Bucket, "--by", by) or Bucket.WEEK,
            journey=journey,
            segment=one_of(Segment, "--segment", segment),
        )
        if name == "weekly":
            data = weekly_report(session, request, format, progress_of(quiet), week=week, lang=lang, again=again)
        else:
            made = kind_of(name).build(session, request)
            # Other formats say of which period they are; a workbook says what it was asked for as well.
            data = workbook(made, filters_of(request)) if format == "xlsx" else write(name, made, format)
    with output_to(output) as target:
        cast(IO[bytes], target).write(data)
