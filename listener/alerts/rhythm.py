"""Tells how many authors an hour are usual, from the same weekday and hour of past weeks. Pure; it calls no burst.

Many series are reckoned at once: an array of (series, hours), the oldest hour first and the hour in question last.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Numbers = np.ndarray[Any, np.dtype[np.float64]]
    Places = np.ndarray[Any, np.dtype[np.int64]]
    Flags = np.ndarray[Any, np.dtype[np.bool_]]

WEEK = 168
WEEKS = 8
"""So many weeks are looked back on."""
_ROUNDS = 3
_CAP = 3.5
"""What lies so many standard deviations above the usual is an earlier burst and counts only up to there."""
_SMOOTH = (0.25, 0.5, 0.25)
"""An hour is smoothed with the one before it and the one after."""
_POOLED = 6.0
"""Hours that the pattern of day times hour weighs beside the smoothed hours themselves."""
_LEAST_WEEKS = 3
_LEVEL = 50.0
"""Authors that the level of the past weeks weighs beside the level of the last one."""


def usual(counts: "Numbers", slots: "Places", heard: "Flags") -> tuple["Numbers", "Numbers"]:
    """(mean, dispersion) of the last hour for each series, as a negative binomial has them: variance = m + d * m^2.

    ``slots``: the hour of the week, 0 to 167, of each hour by the brand's clock; ``heard``: whether anybody listened
    then. The last hour itself tells nothing. The dispersion holds what the mean is uncertain by, so it is never 0.
    """
    past = heard.copy()
    past[-1] = False
    if not past.any():
        nothing = np.full(len(counts), np.nan)
        return nothing, nothing
    hours = np.bincount(slots[past], minlength=WEEK).astype(float)
    capped = np.minimum(counts, np.quantile(counts[:, past], 0.99, axis=1)[:, None] + 1)
    for _ in range(_ROUNDS):
        mean, sure = _seasonal(_by_slot(capped[:, past], slots[past]), hours)
        expected = mean[:, slots] * _level(capped, mean[:, slots], past)
        dispersion = _dispersion(capped[:, past], expected[:, past])
        spread = np.sqrt(expected + dispersion[:, None] * expected**2)
        capped = np.minimum(counts, expected + _CAP * spread + 1)
    now = np.maximum(expected[:, -1], _regular(counts[:, past & (slots == slots[-1])]))
    return now, dispersion + (1 / now + dispersion) / sure[slots[-1]]


def _regular(counts: "Numbers") -> "Numbers":
    """What this very hour had in most weeks: a peak that comes each week is usual, though no hour beside it has it."""
    if counts.shape[1] < _LEAST_WEEKS:
        return np.zeros(len(counts))
    found: Numbers = np.quantile(counts, 0.3, axis=1)
    return found


def _by_slot(counts: "Numbers", slots: "Places") -> "Numbers":
    """The sums of each series over each hour of the week."""
    places = np.arange(len(counts))[:, None] * WEEK + slots
    sums: Numbers = np.bincount(places.ravel(), weights=counts.ravel(), minlength=len(counts) * WEEK).astype(float)
    return sums.reshape(len(counts), WEEK)


def _seasonal(sums: "Numbers", hours: "Numbers") -> tuple["Numbers", "Numbers"]:
    """The mean of each hour of the week, and how many independent hours it rests on."""
    near, heard = _smoothed(sums), _smoothed(hours)
    pattern = _pattern(sums, hours)
    mean = (near + _POOLED * pattern) / (heard + _POOLED)
    return mean, heard / sum(weight**2 for weight in _SMOOTH) + _POOLED


def _smoothed(weekly: "Numbers") -> "Numbers":
    before, here, after = _SMOOTH
    smoothed: Numbers = before * np.roll(weekly, 1, axis=-1) + here * weekly + after * np.roll(weekly, -1, axis=-1)
    return smoothed


def _pattern(sums: "Numbers", hours: "Numbers") -> "Numbers":
    """The mean of each hour of the week if every day had the same course: day times hour, over all."""
    table, heard = sums.reshape(len(sums), 7, 24), hours.reshape(7, 24)
    least = 0.5 / max(1.0, float(hours.sum()))  # nobody so far is not nobody ever
    overall = np.maximum(table.sum(axis=(1, 2)) / max(1.0, float(heard.sum())), least)
    by_day = (table.sum(axis=2) + overall[:, None]) / (heard.sum(axis=1) + 1)
    by_hour = (table.sum(axis=1) + overall[:, None]) / (heard.sum(axis=0) + 1)
    pattern: Numbers = (by_day[:, :, None] * by_hour[:, None, :] / overall[:, None, None]).reshape(len(sums), WEEK)
    return pattern


def _level(counts: "Numbers", expected: "Numbers", past: "Flags") -> "Numbers":
    """By how much the last week stands above the weeks before: a brand that grows is no burst."""
    recent = past.copy()
    recent[:-WEEK] = False
    ratio: Numbers = (counts[:, recent].sum(axis=1) + _LEVEL) / (expected[:, recent].sum(axis=1) + _LEVEL)
    return np.clip(ratio, 0.5, 2.0)[:, None]


def _dispersion(counts: "Numbers", expected: "Numbers") -> "Numbers":
    """By the method of moments; 0 where the counts scatter no more than Poisson's would."""
    above = ((counts - expected) ** 2 - expected).sum(axis=1) / (expected**2).sum(axis=1)
    found: Numbers = np.maximum(0.0, above)
    return found
