"""Corrects the shares of all stretches of a trend at once, from what the model said of a sample of posts. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from listener.reports.trends_counts import TASKS, Columns
from models.reads.trends import Said
from nlp.prevalence import Reference, References
from nlp.prevalence_joint import Draws, Group, draw_shares
from nlp.tasks import CLASSES

Floats = NDArray[np.float64]
Key = tuple[str, int]
"""A task and, for the sentiment within a stage, the number of that stage; else -1."""


@dataclass(frozen=True, slots=True, eq=False)
class Corrected:
    """Shares of the classes in the order of ``nlp.tasks.CLASSES``: draws (1 + draws, classes), low and high ends."""

    shares: Floats
    low: Floats
    high: Floats
    n: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the sampled posts: what the model said, which fields people have set, how the model errs."""

    said: Mapping[int, Said]
    by_people: Mapping[int, frozenset[str]]
    references: References
    tasks: Collection[str] = TASKS
    """Those that can be corrected: not where posts were chosen by what they are labelled."""


def correct(samples: Sequence[Columns], known: Known | None, within: Collection[int]) -> list[dict[Key, Corrected]]:
    """For each sample its corrected shares by task, empty where nothing is known; ``samples`` may overlap.

    Those at the places ``within`` get the shares of sentiments within each stage too.
    """
    found: list[dict[Key, Corrected]] = [{} for _ in samples]
    if known is None:
        return found
    ids, first = np.unique(np.concatenate([sample.ids for sample in samples]), return_index=True)
    authors = np.concatenate([sample.authors for sample in samples])[first]
    for task in TASKS:
        if task in known.tasks:
            reference = known.references.tasks[task]
            table, usable, fixed = _table(ids, known, task, reference)
            wanted = [
                (at, key, posts) for at, one in enumerate(samples) for key, posts in _groups(one, task, at in within)
            ]
            groups = [_group(posts, ids, task, reference, usable, fixed) for _, _, posts in wanted]
            for (at, key, _), draws in zip(wanted, draw_shares(table, authors, reference, groups), strict=True):
                if draws.n:
                    found[at][key] = _ordered(draws, task, reference)
    return found


def _groups(sample: Columns, task: str, is_split: bool) -> list[tuple[Key, Columns]]:
    labelled = sample.only(sample.said[task] >= 0)
    groups = [((task, -1), labelled)]
    if is_split and task == "sentiment":
        groups += [((task, at), labelled.only(labelled.said["stage"] == at)) for at in range(len(CLASSES["stage"]))]
    return groups


def _table(
    ids: NDArray[np.int64], known: Known, task: str, reference: Reference
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Probabilities, (ids, classes); where the model said them; and where a person's word stands instead."""
    by_people = [id for id, fields in known.by_people.items() if task in fields]
    fixed = np.isin(ids, by_people)
    nothing = dict.fromkeys(reference.names, 0.0)
    at, in_order = Said._fields.index(task), itemgetter(*reference.names)
    rows = [in_order(known.said[id][at] if id in known.said else nothing) for id in ids.tolist()]
    table = np.fromiter(chain.from_iterable(rows), np.float64).reshape(-1, len(reference.names))
    return table, (table.sum(axis=1) > 0) & ~fixed, fixed


def _group(
    posts: Columns,
    ids: NDArray[np.int64],
    task: str,
    reference: Reference,
    usable: NDArray[np.bool_],
    fixed: NDArray[np.bool_],
) -> Group:
    places = np.searchsorted(ids, posts.ids)
    sure = np.bincount(posts.said[task][fixed[places]], minlength=len(reference.names))
    known = [int(sure[CLASSES[task].index(name)]) for name in reference.names]
    return Group(places[usable[places]], known)


def _ordered(draws: Draws, task: str, reference: Reference) -> Corrected:
    order = [reference.names.index(name) for name in CLASSES[task]]
    shares = draws.shares[:, order]
    low, high = np.quantile(shares[1:], (0.025, 0.975), axis=0, method="weibull")
    unknown = reference.counts[order] == 0
    low, high = np.where(unknown, 0, np.minimum(low, shares[0])), np.where(unknown, 1, np.maximum(high, shares[0]))
    return Corrected(shares, low, high, draws.n)
