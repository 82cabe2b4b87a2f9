"""Simulates themes with and without planted loops and says how often they are found: the long run of test_loop_echo.

``python -m tests.reports.simulate_loops [DATASETS [SEED]]`` prints the table (200 data sets a row by default, some
minutes).
"""

# ruff: noqa: T201  (a program that prints)
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from listener.reports.loop_echo import LEVEL, echoes

THEMES, PLANTED = 30, 5
Counts = dict[int, tuple[list[int], list[int]]]
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class World:
    """How series are made. ``memory`` is the day-to-day correlation of their log rates; ``strength`` of a planted loop
    is how many zero-moment posts follow each shared experience of a burst, ``lag`` days (1 to 10, drawn) later.

    ``noisy``: zero-moment posts have bursts of their own as well.
    """

    name: str
    days: int = 365
    rate: float = 3.0
    memory: float = 0.0
    weekly: bool = False
    swings: bool = False
    bursts: bool = True
    noisy: bool = True
    strength: float = 0.0


WORLDS = (
    World("independent, no bursts", bursts=False),
    World("independent, bursts in both"),
    World("weekly season", weekly=True),
    World("weekly season, memory 0.7, slow swings", memory=0.7, weekly=True, swings=True),
    World("few posts (0.4 a day), memory 0.7", rate=0.4, memory=0.7),
    World("few posts, bursts in both, 91 days", days=91, rate=0.4),
    World("weekly season, memory 0.7, 91 days", days=91, memory=0.7, weekly=True),
)
PLANTED_WORLDS = (
    World("planted, weekly season", weekly=True, noisy=False, strength=0.5),
    World("planted, weekly season, memory 0.7", weekly=True, memory=0.7, noisy=False, strength=1.0),
    World("planted, weekly season, bursts in both", weekly=True, strength=1.0),
    World("planted, 182 days, weekly season", days=182, weekly=True, noisy=False, strength=0.8),
    World("planted, 91 days, weekly season", days=91, weekly=True, noisy=False, strength=1.5),
)


def counts_of(world: World, random: np.random.Generator) -> tuple[Counts, dict[int, int]]:
    """Daily counts of each theme, and the lags of the planted loops by theme."""
    before, bursts = _usual(world, random), _bursts(world, random)
    shared = random.poisson(before + bursts)
    rates = _usual(world, random) + (_bursts(world, random) if world.noisy else 0)
    lags: dict[int, int] = {}
    for theme in range(PLANTED if world.strength else 0):
        lag = lags[theme] = int(random.integers(1, 11))
        rates[theme, lag:] += world.strength * bursts[theme, :-lag]
    choosing = random.poisson(rates)
    return {theme: (shared[theme].tolist(), choosing[theme].tolist()) for theme in range(THEMES)}, lags


@dataclass(frozen=True, slots=True)
class Outcome:
    """Means over data sets: share of planted loops found (and with the right lag), and of the found that are false."""

    power: float
    right_lag: float
    false_discovery: float
    covered: float


def simulate(world: World, datasets: int, seed: int = 5) -> Outcome:
    """Test ``datasets`` sets of themes. Without planted loops the false discovery rate is that of any finding."""
    random = np.random.default_rng(seed)
    found: list[int] = []
    right: list[bool] = []
    false: list[float] = []
    covered: list[bool] = []
    for _ in range(datasets):
        counts, lags = counts_of(world, random)
        result = echoes(counts)
        called = [theme for theme, echo in result.items() if echo.q is not None and echo.q <= LEVEL]
        true = [theme for theme in called if theme in lags]
        found.append(len(true))
        right += [result[theme].lag == lags[theme] for theme in true]
        false.append((len(called) - len(true)) / max(1, len(called)))
        intervals = [result[theme].interval for theme in range(len(lags), THEMES)]
        covered += [pair[0] <= 0 <= pair[1] for pair in intervals if pair is not None]
    power = sum(found) / (PLANTED * datasets) if world.strength else float("nan")
    lag_share = sum(right) / len(right) if right else float("nan")
    return Outcome(power, lag_share, sum(false) / datasets, sum(covered) / max(1, len(covered)))


def _usual(world: World, random: np.random.Generator) -> Array:
    at = np.arange(world.days)
    rates: Array = np.full((THEMES, world.days), world.rate) * np.exp(random.normal(0, 0.4, (THEMES, 1)))
    if world.weekly:
        rates = rates * np.where(at % 7 >= 5, 0.4, 1.24)
    if world.memory:
        noise = random.normal(0, 0.5, rates.shape)
        for day in range(1, world.days):
            noise[:, day] = world.memory * noise[:, day - 1] + noise[:, day] * np.sqrt(1 - world.memory**2)
        rates = rates * np.exp(noise)
    if world.swings:
        turns = at / world.days * random.uniform(0.5, 2, (THEMES, 1)) + random.uniform(0, 1, (THEMES, 1))
        rates = rates * np.exp(0.5 * np.sin(2 * np.pi * turns))
    return rates


def _bursts(world: World, random: np.random.Generator) -> Array:
    """About one in 25 days begins a burst of 2 to 5 times the rate; half of it is left on the next day."""
    shape = (THEMES, world.days)
    height = (random.random(shape) < 1 / 25) * random.uniform(2, 5, shape) * world.rate * world.bursts
    height[:, 1:] += 0.5 * height[:, :-1]
    return height


def main(datasets: int = 200, seed: int = 5) -> None:
    """Print a row for each world."""
    print(f"{datasets} data sets of {THEMES} themes a row, seed {seed}; called echo where q <= {LEVEL}")
    for world in (*WORLDS, *PLANTED_WORLDS):
        out = simulate(world, datasets, seed)
        error = (out.false_discovery * (1 - out.false_discovery) / datasets) ** 0.5
        print(
            f"{world.name:45s} power {out.power:.3f}  right lag {out.right_lag:.3f}  "
            f"false discovery rate {out.false_discovery:.3f} (+-{error:.3f})  interval holds 0: {out.covered:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
