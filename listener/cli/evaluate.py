"""``listener evaluate``."""

import json
import sys
from dataclasses import asdict
from typing import IO, Annotated, cast

import typer

from listener.cli.common import Config, Quiet, open_settings, output_to, say
from listener.cli.labelled import labelled_rows
from models.errors import InputError


def evaluate(
    file: Annotated[str, typer.Argument(help="Labelled posts, JSON lines; - is standard input.")],
    format: Annotated[str, typer.Option("--format", help="md, json or png.")] = "md",
    output: Annotated[str | None, typer.Option("--output", help="A file (default: standard output).")] = None,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Measure the current model on labelled posts, by task and language.

    Each line holds text, lang, stage, sentiment, complaint, needs_response and addressed_to.
    """
    from listener.pipeline.labelling import text_of
    from nlp.evaluation import evaluate
    from nlp.evaluation_text import as_markdown, as_picture
    from nlp.moments import load_classifier
    from nlp.tasks import CLASSES

    if format not in ("md", "json", "png"):
        raise InputError(f"an evaluation is not made as {format!r}, but as md, json or png")
    if format == "png" and output is None and sys.stdout.isatty():
        raise InputError("a picture does not go on a terminal: name a file with --output")
    settings = open_settings(config)
    rows = labelled_rows(file, tuple(CLASSES))
    classifier = load_classifier(settings.model_choice)
    say(f"measuring {classifier.model} on {len(rows)} posts", quiet)
    found = evaluate(rows, classifier, [text_of(row) for row in rows])
    if format == "png":
        data = as_picture(found, classifier.model)
    elif format == "json":
        figures = {"model": classifier.model, "figures": [asdict(row) for row in found]}
        data = (json.dumps(figures, indent=1) + "\n").encode()
    else:
        data = as_markdown(found, classifier.model).encode()
    with output_to(output) as target:
        cast(IO[bytes], target).write(data)
