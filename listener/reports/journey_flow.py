"""Measures who moves on from one stage to the next, and after which themes more do; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from listener.reports.figures import Figure, Z, share
from listener.reports.journey_rows import Heard, Places
from listener.reports.journey_shape import Lift, Moves
from models.reads.journey import Step, StoredTheme

DAYS = (60, 30, 14, 7)
"""How long a step is waited for: the longest for which enough authors could be watched."""
ENOUGH = 20
MOST_LIFTS = 5
_DAY = 86_400
NOBODY: NDArray[np.int64] = np.empty((0, 2), dtype=np.int64)
"""No steps at all."""
_WIDE = 1 << 35
"""More seconds than a time since 1970 has."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The first post of each known author at a stage: its place, and until when its author could be watched."""

    places: Places
    times: NDArray[np.int64]
    watched_seconds: NDArray[np.int64]


def entries_of(heard: Heard, places: Places, seen_until: Mapping[str, datetime | None]) -> Entries:
    """Who entered a stage in the period. A source was watched to its last check, or to ``as_of`` if that is unknown."""
    signed = places[heard.is_signed[places]]
    order = signed[np.lexsort((heard.ids[signed], heard.times[signed], heard.authors[signed]))]
    _, first = np.unique(heard.authors[order], return_index=True)
    chosen = order[first]
    codes, sources = heard.coded("source")
    ends = [int(min(seen_until.get(source) or heard.as_of, heard.as_of).timestamp()) for source in sources]
    until = np.array(ends, dtype=np.int64)[codes[chosen]]
    return Entries(chosen, heard.times[chosen], until - heard.times[chosen])


def watch_days(entries: Sequence[Entries]) -> int:
    """The longest of ``DAYS`` for which ``ENOUGH`` entries were watched; else the one with most of them."""
    counts = {days: sum(int((some.watched_seconds >= days * _DAY).sum()) for some in entries) for days in DAYS}
    enough = [days for days in DAYS if counts[days] >= ENOUGH]
    return enough[0] if enough else max(DAYS, key=lambda days: (counts[days], days))


def by_stage(steps: Sequence[Step], heard: Heard | None = None) -> dict[str, NDArray[np.int64]]:
    """(author id, time) of the steps by stage, a row each; each of the posts ``heard`` is a step as well."""
    found: dict[str, list[tuple[int, int]]] = {}
    for author, stage, at in steps:
        found.setdefault(stage, []).append((author, at))
    tables = {stage: np.array(some, dtype=np.int64) for stage, some in found.items()}
    if heard is not None and len(heard):
        rows = np.column_stack([np.nan_to_num(heard.numbers("author_id")).astype(np.int64), heard.times])
        for stage in heard.coded("stage")[1]:
            mine = rows[heard.is_("stage", stage) & heard.is_signed]
            tables[stage] = np.concatenate([mine, tables.get(stage, NOBODY)])
    return tables


def moves_on(
    heard: Heard,
    entries: Entries,
    steps: NDArray[np.int64],
    next_stage: str | None,
    days: int,
    themes: Mapping[int, StoredTheme],
) -> Moves:
    """Of the authors watched for so many days after they entered a stage, how many spoke from the next one later."""
    watched = entries.watched_seconds >= days * _DAY
    places, n = entries.places[watched], int(watched.sum())
    cover = n / len(watched) if len(watched) else None
    if next_stage is None or not n:
        why = "it is the last stage" if next_stage is None else _why_nobody(len(watched), days)
        nothing = Figure(value=None, unit="share", n=0, interval=None, as_of=heard.as_of, coverage=cover)
        return Moves(n=0, post_ids=[], why_empty=why, next_stage=next_stage, within_days=None, share=nothing, lifts=[])
    moved = _moved(heard, places, entries.times[watched], steps, days)
    return Moves(
        n=n,
        post_ids=heard.evidence(places[moved]),
        next_stage=next_stage,
        within_days=days,
        share=share(int(moved.sum()), n, heard.as_of, cover),
        lifts=_lifts(heard, places, moved, themes, cover),
    )


def ratio(one: int, of_one: int, other: int, of_other: int, as_of: datetime, coverage: float | None) -> Figure:
    """A share over another, with the interval of its logarithm (Katz et al. 1978); None where either is 0."""
    n = of_one + of_other
    if not one or not other:
        return Figure(value=None, unit="ratio", n=n, interval=None, as_of=as_of, coverage=coverage)
    value = (one / of_one) / (other / of_other)
    spread = Z * sqrt(1 / one - 1 / of_one + 1 / other - 1 / of_other)
    interval = (exp(log(value) - spread), exp(log(value) + spread))
    return Figure(value=value, unit="ratio", n=n, interval=interval, as_of=as_of, coverage=coverage)


def _why_nobody(entered: int, days: int) -> str:
    return f"none of its {entered} authors could be watched for {days} days yet" if entered else "no known author"


def _moved(
    heard: Heard, places: Places, times: NDArray[np.int64], later: NDArray[np.int64], days: int
) -> NDArray[np.bool_]:
    if not len(later):
        return np.zeros(len(places), dtype=bool)
    authors = heard.numbers("author_id")[places].astype(np.int64)
    _, numbers = np.unique(np.concatenate([authors, later[:, 0]]), return_inverse=True)
    keys = np.sort(numbers[len(authors) :] * _WIDE + later[:, 1])
    mine = numbers[: len(authors)] * _WIDE + times
    found = np.searchsorted(keys, mine, side="right")
    following = keys[np.minimum(found, len(keys) - 1)]
    is_same, in_time = following // _WIDE == mine // _WIDE, following - mine <= days * _DAY
    return np.asarray((found < len(keys)) & is_same & in_time, dtype=bool)


def _lifts(
    heard: Heard, places: Places, moved: NDArray[np.bool_], themes: Mapping[int, StoredTheme], cover: float | None
) -> list[Lift]:
    ids = heard.theme_ids[places]
    found: list[Lift] = []
    for id in np.unique(ids).tolist():
        mine = ids == id
        n, count = int(mine.sum()), int(moved[mine].sum())
        if id not in themes or n < ENOUGH or n == len(places):
            continue
        others = ratio(count, n, int(moved.sum()) - count, len(places) - n, heard.as_of, cover)
        mean = share(count, n, heard.as_of, cover)
        found.append(Lift(theme_id=id, theme=themes[id].name, share=mean, lift=others))
    return sorted(found, key=lambda lift: (-(lift.lift.value or 0.0), lift.theme_id))[:MOST_LIFTS]
