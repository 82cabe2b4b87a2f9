"""Run the torch model over examples and say in one line how well it does."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from nlp.metrics import confusion, macro_f1, positive_f1
from nlp.training.batches import Coded, in_order
from nlp.training.encoder import Classifier
from nlp.training.tasks import ALL_LOGIT_COUNT, COMPLAINT, NEEDS_RESPONSE, SENTIMENT, STAGE, TASKS, logit_slices

LANGUAGES = ("en", "pl", "lt", "he", "zh")
BATCH = 64

Floats = NDArray[np.float32]


def read_classifier(base: Path, layers: Sequence[int], start: Path | None, dropout: float = 0.1) -> Classifier:
    """Build the model from the base, or from a run's weights, keeping the chosen layers."""
    with np.load(base / "encoder.npz") as stored:
        arrays = {name: stored[name] for name in stored.files if name != "allow_pickle"}
    if start is None:
        return Classifier(arrays, layers, dropout)
    state = torch.load(start / "model.pt", weights_only=True)
    model = Classifier(arrays, range(len(layers)), dropout, inner=len(state["layers.0.inner.bias"]))
    renamed = {name: value for name, value in state.items() if not name.startswith("layers.")}
    for new, old in enumerate(layers):
        prefix = f"layers.{old}."
        chosen = {name: value for name, value in state.items() if name.startswith(prefix)}
        renamed |= {f"layers.{new}.{name.removeprefix(prefix)}": value for name, value in chosen.items()}
    model.load_state_dict(renamed)
    return model


@torch.inference_mode()
def run_over(model: Classifier, coded: Sequence[Coded]) -> tuple[Floats, Floats]:
    """Return the logits of all heads, (examples, ALL_LOGIT_COUNT), and pooled states, in the order given."""
    was_training = model.training
    model.eval()
    logits = np.zeros((len(coded), ALL_LOGIT_COUNT), np.float32)
    pooled = np.zeros((len(coded), model.head.in_features), np.float32)
    for positions, batch in in_order(coded, BATCH):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found, states = model(batch.ids, batch.mask)
        logits[positions], pooled[positions] = found.numpy(), states.numpy()
    model.train(was_training)
    return logits, pooled


def report_line(coded: Sequence[Coded], logits: Floats) -> str:
    """Return the main figures of every head, and of stage and sentiment in the main languages."""
    slices = logit_slices()
    languages = np.array([item.example.lang for item in coded])
    parts = []
    for task in TASKS:
        truth = np.array([item.example.targets[task.name] for item in coded])
        guess = logits[:, slices[task.name]].argmax(1)
        measure = positive_f1 if task in (COMPLAINT, NEEDS_RESPONSE) else macro_f1
        parts.append(f"| {task.name} {measure(confusion(truth, guess, len(task.classes))):.3f}")
        if task in (STAGE, SENTIMENT):
            for language in LANGUAGES:
                here = languages == language
                parts.append(f"{language} {macro_f1(confusion(truth[here], guess[here], len(task.classes))):.2f}")
    return " ".join(parts)


def depth_of(run: Path) -> int:
    """Return how many layers a run's model has."""
    state = torch.load(run / "model.pt", weights_only=True)
    return len({name.split(".")[1] for name in state if name.startswith("layers.")})
