"""The loss of all heads: masked cross-entropy to labels, and cross-entropy to a teacher where there is one."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from nlp.training.data import Example
from nlp.training.tasks import ALL_TASKS, LOGIT_COUNT, MISSING, SENTIMENT, TASKS, Task, logit_slices

NEUTRAL: Final = SENTIMENT.classes.index("neutral")
MASKED: Final = -1e4
SMOOTHING: Final = 0.03
NAN_ROW: Final = np.full(LOGIT_COUNT, np.nan, np.float32)


def class_weights(task: Task, examples: Sequence[Example]) -> Tensor:
    """Return weights by the inverse root of frequency, mean one over classes."""
    counts = np.ones(len(task.classes))
    for example in examples:
        if (number := example.targets.get(task.name, MISSING)) != MISSING:
            counts[number] += 1
    weights = (counts.sum() / counts) ** 0.5
    return torch.tensor(weights / weights.mean(), dtype=torch.float32)


class Losses:
    """Sum of the weighted losses of the heads that a batch has targets for."""

    def __init__(self, examples: Sequence[Example], hard_weight: float, pooled_weight: float) -> None:
        """Take class weights from the posts; `hard_weight` is the labels' share beside a teacher."""
        self._slices = logit_slices()
        self._class_weights = {task.name: class_weights(task, examples) for task in ALL_TASKS}
        self._hard_weight = hard_weight
        self._pooled_weight = pooled_weight

    def __call__(self, logits: Tensor, pooled: Tensor, examples: Sequence[Example]) -> Tensor:
        """Return the loss of a batch, a scalar."""
        targets = torch.tensor([example.target_row() for example in examples])
        masked = torch.tensor([example.neutral_masked for example in examples])
        soft = torch.from_numpy(np.stack([NAN_ROW if e.soft is None else e.soft for e in examples]))
        taught = ~soft[:, 0].isnan()
        total = logits.new_zeros(())
        for column, task in enumerate(ALL_TASKS):
            part = logits[:, self._slices[task.name]]
            if task.name == "review_sentiment":
                part = part + self._neutral_penalty(masked)
            total = total + task.weight * self._hard(task, part, targets[:, column], taught)
            if task in TASKS and bool(taught.any()):
                wanted = soft[:, self._slices[task.name]].nan_to_num()
                gap = -(wanted * functional.log_softmax(part, dim=1)).sum(1)
                total = total + task.weight * (gap * taught).sum() / len(examples)
        if bool(taught.any()):
            total = total + self._pooled_weight * self._distance(pooled, examples)
        return total

    def _distance(self, pooled: Tensor, examples: Sequence[Example]) -> Tensor:
        """Return the mean of one minus the cosine between the student's and the teacher's pooled states."""
        rows = [number for number, example in enumerate(examples) if example.pooled is not None]
        wanted = torch.from_numpy(np.stack([e.pooled for e in examples if e.pooled is not None]))
        return (1 - functional.cosine_similarity(pooled[rows], wanted, dim=1)).sum() / len(examples)

    def _neutral_penalty(self, masked: Tensor) -> Tensor:
        penalty = torch.zeros(len(masked), len(SENTIMENT.classes))
        penalty[masked, NEUTRAL] = MASKED
        return penalty

    def _hard(self, task: Task, part: Tensor, target: Tensor, taught: Tensor) -> Tensor:
        losses = functional.cross_entropy(
            part,
            target,
            weight=self._class_weights[task.name],
            ignore_index=MISSING,
            reduction="none",
            label_smoothing=SMOOTHING if task in TASKS else 0.0,
        )
        shares = torch.where(taught & torch.tensor(task in TASKS), self._hard_weight, 1.0)
        return (losses * shares).sum() / len(target)
