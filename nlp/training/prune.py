"""Say which layers of a trained model are missed least: drop one at a time, always the one that harms least.

python -m nlp.training.prune --base base/ --run teacher/ --posts train.jsonl --keep 6
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from nlp.training import data
from nlp.training.batches import Coded, encode
from nlp.training.encoder import Classifier
from nlp.training.infer import depth_of, read_classifier, run_over


def distance(model: Classifier, layers: Sequence[nn.Module], coded: Sequence[Coded], wanted: torch.Tensor) -> float:
    """Return how far the pooled states of the model, cut to the layers, lie from those of the whole (1 - cosine)."""
    whole = model.layers
    model.layers = nn.ModuleList(layers)
    _, pooled = run_over(model, coded)
    model.layers = whole
    return float(1 - torch.nn.functional.cosine_similarity(torch.from_numpy(pooled), wanted, dim=1).mean())


def drop_greedily(model: Classifier, coded: Sequence[Coded], keep: int) -> list[int]:
    """Return the numbers of the layers that stay."""
    wanted = torch.from_numpy(run_over(model, coded)[1])
    staying = list(range(len(model.layers)))
    while len(staying) > keep:
        rivals = {}
        for number in staying:
            left = [model.layers[other] for other in staying if other != number]
            rivals[number] = distance(model, left, coded, wanted)
        dropped = min(rivals, key=lambda number: rivals[number])
        staying.remove(dropped)
        print(f"without {dropped}: {rivals[dropped]:.4f}, {staying} stay", flush=True)
    return staying


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the layers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--posts", type=Path, nargs="+", required=True)
    parser.add_argument("--keep", type=int, default=6)
    parser.add_argument("--sample", type=int, default=256)
    options = parser.parse_args(arguments)
    torch.set_num_threads(2)
    posts = data.labelled(options.posts)
    chosen = np.random.default_rng(0).choice(len(posts), options.sample, replace=False)
    coded = encode(options.base, [posts[number] for number in chosen], 64)
    model = read_classifier(options.base, range(depth_of(options.run)), options.run, dropout=0.0)
    print(*drop_greedily(model, coded, options.keep))


if __name__ == "__main__":
    main()
