"""Temperature scaling: one number a task that makes confidence mean accuracy, fitted on held-out posts."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.training.tasks import TASKS, logit_slices

GRID: Final = np.geomspace(0.3, 4.0, 260)


def loss_at(logits: NDArray[np.float64], truth: NDArray[np.int64], temperature: float) -> float:
    """Return the mean negative log-likelihood of the truth with logits divided by the temperature."""
    scaled = logits / temperature
    scaled = scaled - scaled.max(1, keepdims=True)
    picked = scaled[np.arange(len(truth)), truth]
    return float((np.log(np.exp(scaled).sum(1)) - picked).mean())


def fit_temperatures(logits: NDArray[np.float32], truth: dict[str, NDArray[np.int64]]) -> dict[str, float]:
    """Return the best temperature of each task; `logits` holds one row a post, all tasks beside each other."""
    temperatures = {}
    for name, where in logit_slices(TASKS).items():
        part = logits[:, where].astype(np.float64)
        losses = [loss_at(part, truth[name], temperature) for temperature in GRID]
        temperatures[name] = float(GRID[int(np.argmin(losses))])
    return temperatures
