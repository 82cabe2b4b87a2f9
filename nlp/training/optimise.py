"""The optimiser with rates that fall towards the lower layers, its schedule, and the running average of weights."""

import copy
import time
from typing import Any

import torch

from nlp.training.encoder import Classifier

HEAD_RATE = 1e-3
WARM_UP = 0.08
FLOOR = 0.02


def make_optimiser(model: Classifier, rate: float, layer_decay: float) -> torch.optim.Optimizer:
    """Return AdamW with one group a layer; what lies below the first layer stays frozen."""
    depth = len(model.layers)
    groups: list[dict[str, Any]] = [{"params": list(model.head.parameters()), "full_rate": HEAD_RATE}]
    for number, layer in enumerate(model.layers):
        groups.append({"params": list(layer.parameters()), "full_rate": rate * layer_decay ** (depth - 1 - number)})
    for frozen in (model.positions, model.norm):
        frozen.requires_grad_(False)
    return torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True)


def rate_at(progress: float) -> float:
    """Return the share of the full rate after a share of the run: a linear rise, then a linear fall to a floor."""
    return min(1.0, progress / WARM_UP + FLOOR) * max(FLOOR, 1 - progress)


class Clock:
    """How far a run is, by steps taken or by minutes passed, whichever is further."""

    def __init__(self, steps: int, minutes: float) -> None:
        """Start now."""
        self._steps = steps
        self._seconds = 60 * minutes
        self._started = time.monotonic()

    def progress(self, step: int) -> float:
        """Return a share that reaches one at the last step."""
        return min(1.0, max(step / self._steps, (time.monotonic() - self._started) / self._seconds))

    def speed(self, step: int) -> float:
        """Return steps a second so far."""
        return step / (time.monotonic() - self._started)


class Average:
    """An exponential average of the weights, kept in `model`, which is what gets measured and saved."""

    def __init__(self, model: Classifier, decay: float) -> None:
        """Start from a copy; the copy shares the frozen embeddings."""
        self.model = copy.deepcopy(model)
        self.model.word = model.word
        self._decay = decay
        self._steps = 0

    @torch.no_grad()
    def update(self, model: Classifier) -> None:
        """Move the average a little towards the current weights, faster during the first steps."""
        self._steps += 1
        decay = min(self._decay, self._steps / (self._steps + 9))
        current = [value.data for value in model.parameters()]
        torch._foreach_lerp_([value.data for value in self.model.parameters()], current, 1 - decay)
