"""Holds the posts of a trend as columns: counts them with their design effects, chooses the sample to correct. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from listener.reports.change import Counted
from models.reads.trends import unpacked
from models.words import Sentiment, Stage
from nlp.tasks import CLASSES

Numbers = NDArray[np.int64]
Truths = NDArray[np.bool_]

TASKS = ("stage", "sentiment")
_ODD, _BITS = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Posts, one a place: ids of mentions, authors, and the number of the class in each task, -1 without one.

    A post of an unknown author has a number of its own, as an author.
    """

    ids: Numbers
    authors: Numbers
    said: Mapping[str, Numbers]
    strange: Truths
    """Labelled by a model whose confusions are not known."""

    def __len__(self) -> int:
        """How many posts."""
        return len(self.ids)

    def only(self, chosen: Truths | Numbers) -> "Columns":
        """Some of them."""
        said = {task: codes[chosen] for task, codes in self.said.items()}
        return Columns(self.ids[chosen], self.authors[chosen], said, self.strange[chosen])


def columns_of(rows: Sequence[tuple[int, int, int]]) -> Columns:
    """What ``models.reads.trends.trend_posts`` has read, by rising mention id."""
    table = np.fromiter(chain.from_iterable(rows), np.int64, 3 * len(rows)).reshape(-1, 3)
    ids, authors, packed = np.ascontiguousarray(table[np.argsort(table[:, 0])].T)
    stages, sentiments, strange = unpacked(packed)
    said = {"stage": _renumbered("stage", Stage, stages), "sentiment": _renumbered("sentiment", Sentiment, sentiments)}
    return Columns(ids, authors, said, strange > 0)


def together(parts: Sequence[Columns]) -> Columns:
    """The posts of several stretches, in their order."""
    said = {task: np.concatenate([part.said[task] for part in parts]) for task in TASKS}
    ids, authors = (np.concatenate([getattr(part, name) for part in parts]) for name in ("ids", "authors"))
    return Columns(ids, authors, said, np.concatenate([part.strange for part in parts]))


def clusters_of(posts: Columns) -> Numbers:
    """Authors numbered from 0."""
    _, cluster = np.unique(posts.authors, return_inverse=True)
    return cluster.astype(np.int64)


def counted(clusters: Numbers, chosen: Truths) -> Counted:
    """How many of the posts are ``chosen``, with the design effect of posts being in clusters, one an author.

    The variance of a share over clusters (a ratio estimate, Cochran 1977, 10.8) over that of independent posts, at
    least 1. Where all or none are chosen it cannot be estimated: then it is the most that it can be.
    """
    n, count = len(clusters), int(chosen.sum())
    if not n:
        return Counted(0, 0, 1.0)
    sizes = np.bincount(clusters)
    groups = int(np.count_nonzero(sizes))
    if groups < 2 or not 0 < count < n:
        return Counted(count, n, float((sizes**2).sum()) / n)
    value = count / n
    rest = np.bincount(clusters[chosen], minlength=len(sizes)) - value * sizes
    variance = groups / (groups - 1) * float((rest**2).sum()) / n**2
    return Counted(count, n, min(max(1.0, variance * n / (value * (1 - value))), float(n)))


def lowest(columns: Columns, most: int) -> Numbers:
    """The places of at most ``most`` posts, always the same ones: those whose id has the lowest hash, in order."""
    places = np.arange(len(columns), dtype=np.int64)
    if len(columns) <= most:
        return places
    hashes = columns.ids.astype(np.uint64) * _ODD
    hashes ^= hashes >> _BITS
    hashes *= _ODD
    chosen: Numbers = np.sort(np.argpartition(hashes, most)[:most])
    return chosen


def _renumbered(task: str, names: Iterable[str], places: Numbers) -> Numbers:
    """Places in an enum, from 1, as places in the task's classes, from 0; -1 for none."""
    found: Numbers = np.array([-1, *(CLASSES[task].index(name) for name in names)])[places]
    return found
