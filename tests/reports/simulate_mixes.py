"""Trends of worlds whose truth is known: ``python -m tests.reports.simulate_mixes [runs]`` prints how often they hold.

A middling model, too sure of itself and with a liking for the last class, labels two periods of posts. Its confusions
were measured on other posts, drawn anew for every fourth world. Tests run fewer worlds of the same kind.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from listener.reports.asking import Bucket
from listener.reports.change import Verdict
from listener.reports.trends import Asked, Posts, TrendRow, Trends, measure
from listener.reports.trends_corrected import Known
from listener.reports.trends_counts import Columns
from listener.reports.trends_listening import Channel
from listener.reports.trends_spans import Span
from models.reads.trends import Said
from nlp.prevalence import Reference, References
from nlp.tasks import CLASSES
from nlp.training.prevalence_reference import measure as measure_reference

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

STAGES, SENTIMENTS = tuple(map(str, CLASSES["stage"])), tuple(map(str, CLASSES["sentiment"]))
USUAL = np.array([0.2, 0.15, 0.1, 0.25, 0.3])
"""Stages in the labelled posts that the model's confusions were measured on."""
MOODS = np.array([0.4, 0.35, 0.25])
START = datetime(2026, 6, 1, tzinfo=UTC)


def said_of(truth: Numbers, classes: int, random: np.random.Generator, signal: float = 2.0) -> Floats:
    """Probabilities, (posts, classes): the class plus noise, then too sure, and with a liking for the last class."""
    scores = signal * np.eye(classes)[truth] + random.normal(size=(len(truth), classes))
    scores = 1.5 * signal * scores + np.eye(classes)[-1] * 2
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    found: Floats = powers / powers.sum(axis=1, keepdims=True)
    return found


def a_reference(random: np.random.Generator, labelled: int = 900) -> References:
    """What labelled posts show of this model."""
    tasks: dict[str, Reference] = {}
    for task, names, mix in (("stage", STAGES, USUAL), ("sentiment", SENTIMENTS, MOODS)):
        truth = random.choice(len(names), labelled, p=mix)
        tasks[task] = measure_reference(names, said_of(truth, len(names), random), truth, resamples=100)
    return References("model 1", tasks)


def authors_of(n: int, most: int, random: np.random.Generator) -> Numbers:
    """Who wrote each of ``n`` posts: authors write 1 to ``most`` posts each, one after another."""
    sizes = random.integers(1, most + 1, n)
    return np.repeat(np.arange(n), sizes)[:n]


def true_stages(authors: Numbers, mix: Floats, loyalty: float, random: np.random.Generator) -> Numbers:
    """Stages of posts: each author's own with the chance ``loyalty``, else drawn anew."""
    own = random.choice(5, authors.max() + 1, p=mix)[authors]
    return np.where(random.random(len(authors)) < loyalty, own, random.choice(5, len(authors), p=mix))


def references_of(worlds: int, random: np.random.Generator) -> Iterator[References]:
    """One a world; four worlds share one, since it takes longest to make."""
    for at in range(worlds):
        if at % 4 == 0:
            reference = a_reference(random)
        yield reference


def report_of(
    truths: tuple[Numbers, Numbers],
    authors: tuple[Numbers, Numbers],
    references: References,
    random: np.random.Generator,
) -> Trends:
    """The trends over two periods of a week each, the second against the first, by a model measured elsewhere."""
    spans = [Span(date(2026, 6, 1), START + timedelta(7 * at), START + timedelta(7 * at + 7)) for at in (0, 1)]
    said: dict[int, Said] = {}
    parts = []
    for at, (truth, written) in enumerate(zip(truths, authors, strict=True)):
        ids = 100_000 * at + np.arange(len(truth))
        stages = said_of(truth, 5, random)
        moods = said_of(random.choice(3, len(truth), p=MOODS), 3, random)
        for id, stage, mood in zip(ids.tolist(), stages.tolist(), moods.tolist(), strict=True):
            said[id] = Said(dict(zip(STAGES, stage, strict=True)), dict(zip(SENTIMENTS, mood, strict=True)))
        labels = {"stage": stages.argmax(axis=1), "sentiment": moods.argmax(axis=1)}
        posts = Columns(ids, written + 100_000 * at, labels, np.zeros(len(ids), bool))
        parts.append(Posts(spans[at], posts, posts))
    asked = Asked("amber-roast", Bucket.WEEK, "UTC", START + timedelta(14))
    channels = [Channel(START, START + timedelta(14))]
    known = Known(said, {}, references)
    return measure(asked, [parts[1]], parts[1], parts[0], channels, known)


@dataclass(frozen=True, slots=True)
class Held:
    """How often 95 % intervals held the truth: of a share as counted and as corrected, and of a difference likewise."""

    counted: float
    corrected: float
    counted_change: float
    corrected_change: float


def coverage(worlds: int, n: int, seed: int) -> Held:
    """Worlds whose stages shift from one mix to another, both from a flat Dirichlet."""
    random, found = np.random.default_rng(seed), []
    for references in references_of(worlds, random):
        mixes = random.dirichlet(np.ones(5), 2)
        truths = tuple(random.choice(5, n, p=mix) for mix in mixes)
        report = report_of((truths[0], truths[1]), (np.arange(n), np.arange(n)), references, random)
        for row, share, before in zip(report.period.stage, mixes[1], mixes[0], strict=True):
            found.append([*_holds(row, share), *_changes_hold(row, share - before)])
    return Held(*np.mean(found, axis=0).tolist())


def false_alarms(worlds: int, n: int, seed: int, most: int = 6, loyalty: float = 0.7) -> tuple[float, float]:
    """Where nothing shifts and authors repeat themselves: how many reports call a change, and how many comparisons."""
    random, called = np.random.default_rng(seed), []
    for references in references_of(worlds, random):
        mix = random.dirichlet(np.ones(5) * 3)
        authors = (authors_of(n, most, random), authors_of(n, most, random))
        truths = [true_stages(one, mix, loyalty, random) for one in authors]
        called.append(verdicts(report_of((truths[0], truths[1]), authors, references, random)))
    return float(np.mean([any(one) for one in called])), float(np.mean(called))


def power(worlds: int, n: int, seed: int, shift: float = 0.1) -> float:
    """How often a stage that grows by ``shift`` is called a rise, all others giving way alike."""
    random, found = np.random.default_rng(seed), []
    after = USUAL.copy()
    after[3] += shift
    after[[0, 1, 2, 4]] *= 1 - shift / (1 - USUAL[3])
    for references in references_of(worlds, random):
        truths = (random.choice(5, n, p=USUAL), random.choice(5, n, p=after))
        report = report_of(truths, (np.arange(n), np.arange(n)), references, random)
        change = report.period.stage[3].change
        found.append(change is not None and change.verdict is Verdict.RISE)
    return float(np.mean(found))


def verdicts(report: Trends) -> list[bool]:
    """Whether each comparison was called."""
    rows = [*report.period.stage, *report.period.sentiment, *report.period.negative_in_stage]
    return [row.change is not None and row.change.verdict in (Verdict.RISE, Verdict.FALL) for row in rows]


def _holds(row: TrendRow, share: float) -> list[bool]:
    return [_within(figure.interval, share) for figure in (row.counted, row.corrected) if figure]


def _changes_hold(row: TrendRow, moved: float) -> list[bool]:
    assert row.change
    return [_within(figure.interval, moved) for figure in (row.change.counted, row.change.corrected) if figure]


def _within(interval: tuple[float | None, float | None] | None, value: float) -> bool:
    assert interval
    return (interval[0] or 0.0) <= value <= (interval[1] or 0.0)


def main() -> None:
    """Print a table."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    held = coverage(worlds, 400, 1)
    whole, single = false_alarms(worlds, 400, 2)
    lines = [
        f"{worlds} worlds of 400 posts a period; share of 95 % intervals that hold the truth:",
        f"  share: counted {held.counted:.3f}, corrected {held.corrected:.3f}",
        f"  change: counted {held.counted_change:.3f}, corrected {held.corrected_change:.3f}",
        f"nothing shifts, authors write 1 to 6 posts: a change in {whole:.3f} of reports, {single:.4f} of comparisons",
        *(
            f"a stage grows by 10 points, {n} posts a period: called a rise in {power(worlds, n, 3):.3f}"
            for n in (200, 400, 800, 1600)
        ),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
