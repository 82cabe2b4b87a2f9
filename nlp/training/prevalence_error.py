"""Measures how wrong shares are, counted and corrected: ``python -m nlp.training.prevalence_error labels.jsonl``.

From the labelled posts samples are drawn whose mix of classes is shifted: any mix (flat Dirichlet) or one near the
file's own. The corrector learns anew for every sample, only from the posts that are not in it, so it is never tested on
what it has seen; where a class is wanted more often than half its posts, posts of the one half repeat and the other
half stays to learn from. The shipped reference plays no part. Tune on the development set, report on another.

A second table shows posts as they come: one source, language or kind alone, half its posts measured by what is learnt
from all others. There more shifts than the mix, so it shows what correcting is worth where its assumption fails.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.moments import load_classifier
from nlp.prevalence import SEED, estimate_shares
from nlp.training.prevalence_reference import (
    TASKS,
    Matrix,
    add_held_out,
    held_out_rows,
    labelled,
    measure,
    trust_of,
)

HeldOut = tuple[Matrix, NDArray[np.int64], Matrix]
"""Probabilities (posts, classes), numbers of the true classes (posts,) and what each post counts (posts,)."""

NEAR = 20.0
"""Posts' worth of the file's own mix in a mild shift."""
RESAMPLES = 100
LEAST = 30
"""Posts that a source, language or kind must have to be measured alone."""


@dataclass(frozen=True, slots=True)
class PrevalenceError:
    """Means over samples and classes; all are shares from 0 to 1."""

    raw: float
    """Distance of the counted shares from the true ones of the sample."""
    corrected: float
    coverage: float
    """How often the interval holds the true share of the sample."""
    width: float
    coverage_of_mix: float | None = None
    """How often it holds the share in the mix from which the sample was drawn at random; None where not drawn."""

    @property
    def ratio(self) -> float:
        """Corrected over raw."""
        return self.corrected / self.raw if self.raw else float("nan")

    def __str__(self) -> str:
        """The cells of a row of a Markdown table."""
        figures = (self.raw, self.corrected, self.ratio, self.coverage, self.width, self.coverage_of_mix)
        return " | ".join(f"{figure:.3f}" for figure in figures if figure is not None)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--size", type=int, default=200)
    add_held_out(parser)
    options = parser.parse_args(arguments)
    rows = [json.loads(line) for line in options.labels.read_text(encoding="utf-8").splitlines()]
    held = held_out_rows(options)
    others = {task: (*found, trust_of(held)) for task, found in labelled(held).items()} if held else {}
    print(f"{load_classifier().model}: {options.samples} samples of {options.size} of {len(rows)} posts\n")
    print("| task | mixes | raw error | corrected | ratio | covers sample | width | covers mix |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    found_labels = labelled(rows)
    for task, (probabilities, truth) in found_labels.items():
        for mixes, near in (("any", None), ("near", NEAR)):
            found = prevalence_error(
                TASKS[task], probabilities, truth, options.samples, options.size, near, others.get(task)
            )
            print(f"| {task} | {mixes} | {found} |")
    print("\n| task | posts of one | raw error | corrected | ratio | covers own | width |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for task, (probabilities, truth) in found_labels.items():
        for key in ("set", "lang", "kind"):
            alone = error_of_groups(
                TASKS[task], probabilities, truth, [str(row.get(key)) for row in rows], others.get(task)
            )
            if alone is not None:
                print(f"| {task} | {key} | {alone} |")


def prevalence_error(
    names: Sequence[str],
    probabilities: Matrix,
    truth: NDArray[np.int64],
    samples: int = 300,
    size: int = 200,
    near: float | None = None,
    others: HeldOut | None = None,
) -> PrevalenceError:
    """Errors over shifted samples of posts with ``probabilities`` (posts, classes) and ``truth`` (posts,).

    ``others`` are held-out posts to learn the confusions from too, never drawn.

    ``near`` is None for any mix, else how tightly mixes hold to that of all posts. A class with fewer than two posts
    is never drawn.
    """
    random = np.random.default_rng(SEED)
    counts = np.bincount(truth, minlength=len(names))
    drawn = np.where(counts < 2, 0, 1.0 if near is None else near * counts / len(truth))
    found = []
    for _ in range(samples):
        mix = random.gamma(drawn)
        mix /= mix.sum()
        sample = draw(truth, random.multinomial(size, mix), random)
        found.append(_measured(names, probabilities, truth, sample, mix, others))
    return PrevalenceError(*map(float, np.mean(found, axis=0)))


def error_of_groups(
    names: Sequence[str],
    probabilities: Matrix,
    truth: NDArray[np.int64],
    groups: Sequence[str],
    others: HeldOut | None = None,
) -> PrevalenceError | None:
    """Mean errors over both halves of each group of at least ``LEAST`` posts; None if fewer than two are as large."""
    random, found = np.random.default_rng(SEED), []
    for _, posts in sorted(_places(groups).items()):
        if len(posts) >= LEAST:
            found += [
                _measured(names, probabilities, truth, half, others=others)
                for half in np.array_split(random.permutation(posts), 2)
            ]
    return PrevalenceError(*map(float, np.mean(found, axis=0)[:4])) if len(found) > 2 else None


def _measured(
    names: Sequence[str],
    probabilities: Matrix,
    truth: NDArray[np.int64],
    sample: NDArray[np.int64],
    mix: Matrix | None = None,
    others: HeldOut | None = None,
) -> tuple[float, ...]:
    """Raw error, corrected error, coverage, width and coverage of the mix for the posts at ``sample``."""
    rest = np.setdiff1d(np.arange(len(truth)), sample)
    known, answers, trust = probabilities[rest], truth[rest], None
    if others is not None:
        known, answers = np.vstack([known, others[0]]), np.concatenate([answers, others[1]])
        trust = np.concatenate([np.ones(len(rest)), others[2]])
    reference = measure(names, known, answers, RESAMPLES, trust)
    shares = estimate_shares(probabilities[sample], reference)
    own = np.bincount(truth[sample], minlength=len(names)) / len(sample)
    raw, share, low, high = np.array([(one.raw_share, one.share, one.low, one.high) for one in shares], float).T
    covers = [float(((low <= aim) & (aim <= high)).mean()) for aim in (own, own if mix is None else mix)]
    return abs(raw - own).mean(), abs(share - own).mean(), covers[0], (high - low).mean(), covers[1]


def _places(groups: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    return places


def draw(truth: NDArray[np.int64], wanted: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    """Positions of ``wanted`` (classes,) posts of each class, none twice unless more than half its posts are wanted."""
    chosen = []
    for number, count in enumerate(wanted):
        posts = random.permutation(np.flatnonzero(truth == number))
        half = posts[: (len(posts) + 1) // 2]
        chosen.append(posts[:count] if count <= len(half) else random.choice(half, count))
    return np.concatenate(chosen)


if __name__ == "__main__":
    main()
