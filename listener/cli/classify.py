"""``listener classify``."""

import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, cast

import typer

from listener.cli.common import PARTLY, BrandOption, Config, Quiet, open_settings, output_to, progress_of, say
from listener.times import now

if TYPE_CHECKING:
    from listener.settings import Settings
    from nlp.moments import Classifier


def classify(
    brand: BrandOption = None,
    input: Annotated[str | None, typer.Option("--input", help="Label this file of posts instead; - is a pipe.")] = None,
    output: Annotated[str | None, typer.Option("--output", help="Where labels.jsonl goes; - is a pipe.")] = None,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Label every stored post that has no label of the current model, or every line of a file.

    The words of stored posts are kept for word clouds too.
    """
    if input is not None:
        _file(input, output, config, quiet)
        return
    from listener.cli.opening import open_store
    from listener.pipeline.classifying import classify_stored
    from listener.pipeline.terming import term_posts
    from models.database import session_of
    from models.reads.brands import brand_by_slug

    settings = open_settings(config)
    engine = open_store(settings)
    brand_id = None
    if brand is not None:
        with session_of(engine) as session:
            brand_id = brand_by_slug(session, brand).id
    classifier = _classifier(settings, quiet)
    count = classify_stored(engine, classifier, now, brand_id=brand_id, progress=progress_of(quiet))
    termed = term_posts(engine, progress_of(quiet))
    say(f"{count} labelled by {classifier.model}, terms of {termed} posts found", quiet)


def _classifier(settings: "Settings", quiet: bool) -> "Classifier":
    from nlp.moments import load_classifier

    if quiet or not sys.stderr.isatty():
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # of downloads; read when a hub's client is imported
    return load_classifier(settings.model_choice)


def _file(input: str, output: str | None, config: Path | None, quiet: bool) -> None:
    from listener.formats import BadLine, open_input
    from listener.pipeline.labelling import classify_lines

    settings = open_settings(config)
    count, bad = 0, 0
    with open_input(input) as stream:
        classifier = _classifier(settings, quiet)
        with output_to(output) as target, progress_of(quiet)("classifying", None) as advance:
            for line in classify_lines(stream, classifier):
                if isinstance(line, BadLine):
                    bad += 1
                    say(f"{input}: {line}")
                else:
                    cast(IO[bytes], target).write(f"{line}\n".encode())
                    count += 1
                    advance(1)
    say(f"{input}: {count} labelled, {bad} bad lines", quiet)
    if bad:
        raise typer.Exit(PARTLY)
