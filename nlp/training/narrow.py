"""Cut the widest part of each layer: keep the inner units whose output carries most on training posts.

python -m nlp.training.narrow --base base/ --run run/ --posts train.jsonl --inner 1024 --out narrow/
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from nlp.training import data
from nlp.training.batches import Coded, encode
from nlp.training.encoder import Classifier, Layer
from nlp.training.infer import depth_of, read_classifier, run_over


def importance(model: Classifier, coded: Sequence[Coded]) -> list[Tensor]:
    """Return for each layer (units,) the root mean square of a unit's activation times the length of its output row.

    Padding counts like a token, as batches are of like length and hold little of it.
    """
    layers = [layer for layer in model.layers if isinstance(layer, Layer)]
    sums: dict[nn.Module, Tensor] = {layer.inner: torch.zeros(layer.inner.out_features) for layer in layers}

    def add(module: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
        sums[module] += functional.gelu(output.float()).square().flatten(0, -2).sum(0)

    hooks = [layer.inner.register_forward_hook(add) for layer in layers]
    run_over(model, coded)
    for hook in hooks:
        hook.remove()
    return [sums[layer.inner].sqrt() * layer.inner_out.weight.detach().norm(dim=0) for layer in layers]


def narrowed(state: dict[str, Tensor], units: Sequence[Tensor], inner: int) -> dict[str, Tensor]:
    """Return the weights with only the `inner` most important units of each layer, in their old order."""
    result = dict(state)
    for number, weights in enumerate(units):
        kept = weights.topk(inner).indices.sort().values
        at = f"layers.{number}"
        result[f"{at}.inner.weight"] = state[f"{at}.inner.weight"][kept]
        result[f"{at}.inner.bias"] = state[f"{at}.inner.bias"][kept]
        result[f"{at}.inner_out.weight"] = state[f"{at}.inner_out.weight"][:, kept]
    return result


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the narrower run; its accuracy comes back with training from it (`nlp.training.train --start`)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--posts", type=Path, nargs="+", required=True)
    parser.add_argument("--inner", type=int, required=True)
    parser.add_argument("--sample", type=int, default=512)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    torch.set_num_threads(2)
    posts = data.labelled(options.posts)
    chosen = np.random.default_rng(0).choice(len(posts), min(options.sample, len(posts)), replace=False)
    coded = encode(options.base, [posts[number] for number in chosen], 64)
    model = read_classifier(options.base, range(depth_of(options.run)), options.run, dropout=0.0)
    options.out.mkdir(parents=True, exist_ok=True)
    state = {name: value for name, value in model.state_dict().items() if name != "word"}
    torch.save(narrowed(state, importance(model, coded), options.inner), options.out / "model.pt")


if __name__ == "__main__":
    main()
