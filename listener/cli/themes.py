"""``listener themes``."""

import sys
from typing import Annotated

import typer

from listener.cli.common import Config, Quiet, open_settings, progress_of, say
from listener.times import now
from models.errors import ModelError


def themes(
    brand: Annotated[str, typer.Option("--brand", metavar="SLUG", help="The brand, by its slug.")],
    refit: Annotated[bool, typer.Option("--refit", help="Find them anew; those still there keep id and name.")] = False,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Show what a brand's complaints and praise are about; find the themes first where there are none."""
    from listener.cli.opening import open_store
    from listener.pipeline.theming import find_themes
    from listener.reports.asking import ReportRequest
    from listener.reports.kinds import kind_of, write
    from models.database import session_of
    from models.reads.brands import brand_by_slug
    from models.reads.themes import themes_of
    from nlp.moments import Reader, load_classifier

    settings = open_settings(config)
    engine = open_store(settings)
    with session_of(engine) as session:
        brand_id = brand_by_slug(session, brand).id or 0
        found = themes_of(session, brand_id)
    reader = load_classifier(settings.model_choice)
    if not isinstance(reader, Reader):
        raise ModelError("this model says nothing of what texts are about")
    if refit or not found or any(theme.encoder != reader.encoder for theme in found):
        count = find_themes(engine, reader, brand_id, now, progress_of(quiet))
        say(f"{count} themes", quiet)
    elif not quiet and sys.stderr.isatty():
        say("themes as last found; --refit finds them anew")
    with session_of(engine) as session:
        report = kind_of("themes").build(session, ReportRequest(brand, now()))
    sys.stdout.write(write("themes", report, "md").decode())
