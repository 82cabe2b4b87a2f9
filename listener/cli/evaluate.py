"""``listener evaluate``."""

import json
import sys
from dataclasses import asdict
from typing import IO, Annotated, cast

import typer

from listener.cli.common import Config, Quiet, output_to, say
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
    from listener.cli.opening import open_settings
    from nlp.cleaning import clean
    from nlp.evaluation import TASKS, evaluate
    from nlp.evaluation_text import as_markdown, as_picture
    from nlp.moments import load_classifier

    if format not in ("md", "json", "png"):
        raise InputError(f"an evaluation is not made as {format!r}, but as md, json or png")
    if format == "png" and output is None and sys.stdout.isatty():
        raise InputError("a picture does not go on a terminal: name a file with --output")
    settings = open_settings(config)
    rows = _labelled(file, tuple(TASKS))
    classifier = load_classifier(settings.model_choice)
    say(f"measuring {classifier.model} on {len(rows)} posts", quiet)
    try:
        found = evaluate(rows, classifier, [clean(str(row["text"])) for row in rows])
    except ValueError as error:
        raise InputError(f"{file}: {error}") from None
    if format == "png":
        data = as_picture(found, classifier.model)
    elif format == "json":
        figures = {"model": classifier.model, "figures": [asdict(row) for row in found]}
        data = (json.dumps(figures, indent=1) + "\n").encode()
    else:
        data = as_markdown(found, classifier.model).encode()
    with output_to(output) as target:
        cast(IO[bytes], target).write(data)


def _labelled(file: str, tasks: tuple[str, ...]) -> list[dict[str, object]]:
    """Every line must be good: a measurement on what happened to parse would be another measurement."""
    from listener.formats import BadLine, open_input
    from listener.formats.jsonl import read_objects

    rows: list[dict[str, object]] = []
    with open_input(file) as stream:
        for entry in read_objects(stream):
            if isinstance(entry, BadLine):
                raise InputError(f"{file}: {entry}")
            number, row = entry
            missing = [key for key in ("text", *tasks) if key not in row]
            if missing:
                raise InputError(f"{file}: line {number}: {missing[0]} is missing")
            rows.append(row)
    if not rows:
        raise InputError(f"{file}: holds no labelled post")
    return rows
