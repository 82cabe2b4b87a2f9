"""Watch what flows into every linear layer, to fix the scales of int8 activations once and for all texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nlp.training.batches import Coded, in_order
from nlp.training.encoder import Classifier

Floats = NDArray[np.float32]


@dataclass(slots=True)
class Span:
    """Lowest and highest value of every input channel of one linear layer."""

    low: Floats
    high: Floats


class Watcher:
    """Collects a Span for every linear layer inside the encoder while it runs."""

    def __init__(self, model: Classifier) -> None:
        """Put a hook on every linear layer."""
        self.spans: dict[str, list[tuple[Floats, Floats]]] = {}
        self._mask: Tensor | None = None
        for name, module in model.named_modules():
            if isinstance(module, nn.Linear) and name.startswith("layers."):
                module.register_forward_pre_hook(self._hook(name))

    def mask(self, mask: Tensor) -> None:
        """Say which tokens of the coming batch are real."""
        self._mask = mask.bool()

    def _hook(self, name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def watch(_module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            real = inputs[0][self._mask].float()
            self.spans.setdefault(name, []).append((real.amin(0).numpy(), real.amax(0).numpy()))

        return watch

    def result(self) -> dict[str, Span]:
        """Return the widest span of each channel over all batches."""
        return {
            name: Span(np.min([low for low, _ in pairs], axis=0), np.max([high for _, high in pairs], axis=0))
            for name, pairs in self.spans.items()
        }


@torch.inference_mode()
def watch(model: Classifier, coded: Sequence[Coded]) -> dict[str, Span]:
    """Run the model in float32 over examples and return the spans by the layer's name."""
    model.eval()
    watcher = Watcher(model)
    for _, batch in in_order(coded, 64):
        watcher.mask(batch.mask)
        model(batch.ids, batch.mask)
    return watcher.result()
