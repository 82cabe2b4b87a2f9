"""``listener classify``."""

from typing import IO, Annotated, cast

import typer

from listener.cli.common import PARTLY, BrandOption, Config, Quiet, output_to, progress_of, say
from listener.times import now


def classify(
    brand: BrandOption = None,
    input: Annotated[str | None, typer.Option("--input", help="Label this file of posts instead; - is a pipe.")] = None,
    output: Annotated[str | None, typer.Option("--output", help="Where labels.jsonl goes; - is a pipe.")] = None,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Label every stored post that has no label of the current model, or every line of a file."""
    if input is not None:
        _file(input, output, quiet)
        return
    from listener.cli.opening import open_settings, open_store
    from listener.pipeline.classifying import classify_stored
    from models.database import session_of
    from models.reads.brands import brand_by_slug
    from nlp.moments import load_classifier

    engine = open_store(open_settings(config))
    brand_id = None
    if brand is not None:
        with session_of(engine) as session:
            brand_id = brand_by_slug(session, brand).id
    classifier = load_classifier()
    count = classify_stored(engine, classifier, now, brand_id=brand_id, progress=progress_of(quiet))
    say(f"{count} labelled by {classifier.model}", quiet)


def _file(input: str, output: str | None, quiet: bool) -> None:
    from listener.formats import BadLine, open_input
    from listener.pipeline.classifying import classify_lines
    from nlp.moments import load_classifier

    count, bad = 0, 0
    with open_input(input) as stream, output_to(output) as target, progress_of(quiet)("classifying", None) as advance:
        for line in classify_lines(stream, load_classifier()):
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
