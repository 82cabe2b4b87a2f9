"""Ship what refitting the heads needs: the exported model's vectors of labelled posts, without their texts.

python -m nlp.training.vectors --artefact artefact/ --run run/ --posts train.jsonl
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch

from nlp.encoder import EncoderClassifier
from nlp.heads import Heads
from nlp.heads_fitting import VECTORS, Examples, save_shipped
from nlp.training import data
from nlp.training.tasks import LOGIT_COUNT, TASKS

MOST: Final = 6000
"""Posts whose vectors are shipped, some 400 bytes each."""


def write_vectors(artefact: Path, run: Path, posts: Sequence[Path], share: float, most: int = MOST) -> None:
    """Write VECTORS into the artefact: all held-out posts, and a fixed random choice of those trained on."""
    trained, held = data.held_out(data.labelled(posts), share)
    order = np.random.default_rng(0).permutation(len(trained))[: max(0, most - len(held))]
    chosen = [*held, *(trained[at] for at in sorted(order))]
    classifier = EncoderClassifier.load(artefact)
    state = torch.load(run / "model.pt", weights_only=True)
    heads = Heads(classifier.encoder, *(state[f"head.{part}"][:LOGIT_COUNT].numpy() for part in ("weight", "bias")))
    examples = Examples(
        classifier.vectors([example.text for example in chosen]),
        np.array([[example.targets[task.name] for task in TASKS] for example in chosen], np.int64),
    )
    save_shipped(artefact / VECTORS, heads, examples, np.arange(len(chosen)) < len(held))
    print(f"{len(chosen)} vectors, {len(held)} of them held out", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the vectors of an artefact that lies there already."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--artefact", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--posts", type=Path, nargs="+", required=True)
    parser.add_argument("--held-out", type=float, default=0.06, help="as given to nlp.training.train")
    options = parser.parse_args(arguments)
    write_vectors(options.artefact, options.run, options.posts, options.held_out)


if __name__ == "__main__":
    main()
