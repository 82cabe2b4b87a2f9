"""How often planted bursts are found within an hour, and how often nothing is called one: ``python -m`` prints it.

Simulated brands, small and large, have a daily and a weekly course of their own, noise that is lognormal and lasts for
hours (not the model's gamma), authors who write several posts and now and then one who writes twenty. A look is taken
every quarter of an hour for four weeks, after eight weeks of history that hold bursts too. Beside the rule of the
product stands the common one: more posts than the mean and three standard deviations of the past four weeks.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from listener.alerts.bursts import HOURS, SERIES, Series, find_bursts
from listener.alerts.rhythm import WEEK

Numbers = np.ndarray[Any, np.dtype[np.float64]]
LOOKS_AN_HOUR = 4
CALM = 2 * LOOKS_AN_HOUR
"""Looks without a burst after which the next one is a new alert."""
LASTS = 3 * LOOKS_AN_HOUR
"""Quarters of an hour that a planted burst lasts."""
SHARES = np.array([0.3, 0.15, 0.4, 0.15])
RATES = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Authors an hour, on average, of the six sizes of brands."""
LEAST_MORE, LEAST_TIMES = 12.0, 2.0
"""A planted burst brings at least so many more authors an hour, and so many times what is usual at that hour."""
SLOTS = np.arange(HOURS) % WEEK


@dataclass(frozen=True)
class World:
    """One brand, by quarters of an hour: authors of (all and each stage), posts, and when bursts begin."""

    authors: Numbers
    posts: Numbers
    bursts: list[int]


@dataclass
class Score:
    """What a rule has done. ``months``: brands times months watched."""

    planted: int = 0
    found: int = 0
    false: int = 0
    months: float = 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.planted + other.planted,
            self.found + other.found,
            self.false + other.false,
            self.months + other.months,
        )

    @property
    def said(self) -> str:
        """In words."""
        return (
            f"{self.found / max(1, self.planted):6.1%} of {self.planted} bursts found within an hour, "
            f"{self.false / max(1e-9, self.months):6.2f} false alerts a brand and month"
        )


def course(rng: np.random.Generator, rate: float, quarters: int) -> Numbers:
    """Expected authors a quarter of an hour: by day and week, with noise that lasts for hours, growing or shrinking."""
    at = np.arange(quarters) / LOOKS_AN_HOUR
    peak, night = rng.uniform(10, 21), rng.uniform(0.6, 0.95)
    daily = 1 + night * np.cos((at % 24 - peak) / 24 * 2 * np.pi)
    weekend = rng.uniform(0.3, 1.4)
    weekly = np.where(at // 24 % 7 >= 5, weekend, 1.0)
    trend = np.exp(rng.uniform(-0.3, 0.3) * at / at[-1])
    noise = np.empty(quarters)
    noise[0], keep = rng.normal(), np.exp(-1 / (3 * LOOKS_AN_HOUR))
    shocks = rng.normal(size=quarters) * np.sqrt(1 - keep**2)
    for place in range(1, quarters):
        noise[place] = keep * noise[place - 1] + shocks[place]
    scatter = rng.uniform(0.1, 0.4)
    whole: Numbers = rate / LOOKS_AN_HOUR * daily * weekly * trend * np.exp(scatter * noise - scatter**2 / 2)
    return whole


def world(rng: np.random.Generator, rate: float, weeks: int, *, times: float = 1.0) -> World:
    """A brand over its history and so many weeks after it, with a burst some twice a month at any time of day."""
    quarters = (HOURS + weeks * WEEK) * LOOKS_AN_HOUR
    mean = course(rng, rate, quarters)
    by_stage = mean[None, :] * SHARES[:, None]
    starts = np.cumsum(rng.uniform(8 * 24, 22 * 24, size=quarters // (8 * 24) + 1) * LOOKS_AN_HOUR).astype(int)
    bursts = [int(start) for start in starts if start < quarters - LASTS]
    for start in bursts:
        usual = mean[start : start + LASTS].mean() * LOOKS_AN_HOUR
        more = max(LEAST_MORE, usual * LEAST_TIMES) * times * rng.uniform(1, 2)
        main = rng.integers(4)
        split = 0.25 * SHARES + 0.75 * np.eye(4)[main]
        by_stage[:, start : start + LASTS] += more / LOOKS_AN_HOUR * split[:, None]
    authors = rng.poisson(by_stage).astype(float)
    whole = authors.sum(axis=0)
    posts = whole + rng.negative_binomial(np.maximum(whole, 1e-9), 0.6)
    posts += rng.binomial(1, 0.002, quarters) * rng.integers(10, 30, quarters)
    return World(np.vstack([whole, authors]), posts, bursts)


def in_hours(quarterly: Numbers) -> Numbers:
    """The sum of each quarter of an hour and the three before it."""
    sums = np.cumsum(np.pad(quarterly, [(0, 0), (LOOKS_AN_HOUR, 0)]), axis=1)
    summed: Numbers = sums[:, LOOKS_AN_HOUR:] - sums[:, :-LOOKS_AN_HOUR]
    return summed


def watch(worlds: list[World], thin: int = 1) -> tuple[Score, Score]:
    """Both rules over some brands of one installation: ours, and mean + 3 sigma.

    ``thin``: outside the first hours of bursts only every so many looks are taken.
    """
    authors = [in_hours(one.authors) for one in worlds]
    posts = [in_hours(one.posts[None])[0] for one in worlds]
    first = HOURS * LOOKS_AN_HOUR
    quarters = worlds[0].authors.shape[1]
    ours: list[set[int]] = [set() for _ in worlds]
    common: list[set[int]] = [set() for _ in worlds]
    heard = np.ones(HOURS, bool)
    early = {start + step for one in worlds for start in one.bursts for step in range(LOOKS_AN_HOUR)}
    for look in range(first, quarters):
        if look % thin and look not in early:
            continue
        back = look - LOOKS_AN_HOUR * np.arange(HOURS - 1, -1, -1)
        slots = (back // LOOKS_AN_HOUR) % WEEK
        series = [Series(str(at), hours[:, back], slots, heard) for at, hours in enumerate(authors)]
        for burst in find_bursts(series):
            ours[int(burst.brand)].add(look)
        for at, hours in enumerate(posts):
            past = hours[back[-4 * WEEK - 1 : -1]]
            if hours[look] > past.mean() + 3 * past.std():
                common[at].add(look)
    months = (quarters - first) / LOOKS_AN_HOUR / 24 / 30
    return (
        sum((score(one, looks, first, months) for one, looks in zip(worlds, ours, strict=True)), Score()),
        sum((score(one, looks, first, months) for one, looks in zip(worlds, common, strict=True)), Score()),
    )


def score(one: World, looks: set[int], first: int, months: float) -> Score:
    """Found: a look within the burst's first hour called one. False: an alert that begins outside any burst.

    An hour still holds a burst for an hour after its end.
    """
    planted = [start for start in one.bursts if start >= first]
    found = sum(1 for start in planted if looks & set(range(start, start + LOOKS_AN_HOUR)))
    false, last = 0, -CALM - 1
    for look in sorted(looks):
        is_new = look - last > CALM
        in_burst = any(start <= look < start + LASTS + LOOKS_AN_HOUR for start in one.bursts)
        false += is_new and not in_burst
        last = look
    return Score(len(planted), found, int(false), months)


def simulate(
    seed: int, brands_a_size: int, *, alone: bool, weeks: int = 4, times: float = 1.0
) -> dict[str, list[Score]]:
    """Scores by size of brand, ours and the common rule's. ``alone``: every brand is an installation of its own."""
    rng = np.random.default_rng(seed)
    made = [(rate, world(rng, rate, weeks, times=times)) for rate in RATES for _ in range(brands_a_size)]
    scores: dict[str, list[Score]] = {}
    if alone:
        for rate, one in made:
            pair = watch([one])
            before = scores.setdefault(f"{rate:g} authors an hour", [Score(), Score()])
            before[:] = [old + new for old, new in zip(before, pair, strict=True)]
    else:
        scores[f"{len(made)} brands together"] = list(watch([one for _, one in made]))
    return scores


def main() -> None:
    """Print both rules side by side."""
    for title, alone in (("each brand alone", True), ("all brands in one installation", False)):
        scores = simulate(7, 4, alone=alone)
        print(f"{title} ({', '.join(SERIES)}; a look each quarter of an hour, four weeks)")  # noqa: T201
        total = [sum((pair[at] for pair in scores.values()), Score()) for at in (0, 1)]
        for name, pair in {**scores, "all": total}.items():
            print(f"  {name}\n    this rule      {pair[0].said}\n    mean + 3 sigma {pair[1].said}")  # noqa: T201


if __name__ == "__main__":
    main()
