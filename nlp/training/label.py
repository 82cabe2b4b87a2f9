"""Let a teacher label posts and public texts, so that a smaller student can learn from its doubts too.

python -m nlp.training.label --base base/ --run teacher/ --posts train.jsonl --sets *.gz --out soft.npz
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from nlp.training import data
from nlp.training.batches import encode
from nlp.training.infer import depth_of, read_classifier, run_over
from nlp.training.tasks import LOGIT_COUNT, TASKS, logit_slices


def softened(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Return probabilities of the guideline's tasks side by side, (rows, LOGIT_COUNT)."""
    result = np.zeros((len(logits), LOGIT_COUNT), np.float32)
    for where in logit_slices(TASKS).values():
        part = logits[:, where] / temperature
        powers = np.exp(part - part.max(1, keepdims=True))
        result[:, where] = powers / powers.sum(1, keepdims=True)
    return result


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--base", type=Path, required=True)
    add("--run", type=Path, required=True)
    add("--posts", type=Path, nargs="+", required=True)
    add("--dev", type=Path, help="posts whose ids must not be labelled")
    add("--sets", type=Path, nargs="*", default=[])
    add("--per-set", type=int, default=4000)
    add("--seed", type=int, default=0, help="as it will be given to nlp.training.train")
    add("--max-length", type=int, default=96)
    add("--public-length", type=int, default=56)
    add("--temperature", type=float, default=1.0)
    add("--threads", type=int, default=2)
    add("--out", type=Path, required=True)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write ids, probabilities and pooled states."""
    options = parse_arguments(arguments)
    torch.set_num_threads(options.threads)
    posts = data.labelled(options.posts)
    taken = data.ids_of([*options.posts, options.dev] if options.dev else options.posts)
    public = data.auxiliary(options.sets, options.per_set, taken, options.seed)
    coded = encode(options.base, posts, options.max_length) + encode(options.base, public, options.public_length)
    model = read_classifier(options.base, range(depth_of(options.run)), options.run, dropout=0.0)
    logits, pooled = run_over(model, coded)
    np.savez(
        options.out,
        ids=np.array([item.example.id for item in coded]),
        probabilities=softened(logits, options.temperature),
        pooled=pooled.astype(np.float16),
    )
    print(f"labelled {len(posts)} posts and {len(public)} public texts", flush=True)


if __name__ == "__main__":
    main()
