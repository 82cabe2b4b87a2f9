"""Fine-tune the encoder on all heads at once, from labels, from public sets and, for a student, from a teacher.

python -m nlp.training.train --base base/ --posts train.jsonl --sets *.jsonl.gz --layers 0 1 2 3 4 5 --out run/
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nlp.training import data
from nlp.training.batches import Batch, Coded, encode, endless
from nlp.training.encoder import Classifier
from nlp.training.infer import read_classifier, report_line, run_over
from nlp.training.loss import Losses
from nlp.training.optimise import Average, Clock, make_optimiser, rate_at


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--base", type=Path, required=True, help="what training.base wrote")
    add("--posts", type=Path, nargs="+", required=True, help="posts labelled by the guideline")
    add("--sets", type=Path, nargs="*", default=[], help="public sets")
    add("--dev", type=Path, help="posts to report on, never trained on")
    add("--out", type=Path, required=True)
    add("--layers", type=int, nargs="+", default=list(range(12)), help="layers to keep of base or --start")
    add("--start", type=Path, help="run whose weights to start from instead of the base")
    add("--teacher", type=Path, nargs="*", default=[], help="soft labels that training.label wrote")
    add("--steps", type=int, required=True)
    add("--minutes", type=float, default=float("inf"), help="end earlier, with the rate lowered in time")
    add("--batch", type=int, default=64)
    add("--rate", type=float, default=1.2e-4)
    add("--layer-decay", type=float, default=0.9)
    add("--public-share", type=float, nargs=2, default=[0.7, 0.1], help="share of public batches, first and last")
    add("--per-set", type=int, default=5000)
    add("--written-weight", type=float, default=2.0)
    add("--hard-weight", type=float, default=0.5, help="share of labels in the loss where a teacher speaks too")
    add("--pooled-weight", type=float, default=1.0, help="weight of the distance to the teacher's pooled states")
    add("--held-out", type=float, default=0.06)
    add("--max-length", type=int, default=96)
    add("--public-length", type=int, default=56)
    add("--dropout", type=float, default=0.1)
    add("--average", type=float, default=0.995)
    add("--report-every", type=int, default=400)
    add("--threads", type=int, default=2)
    add("--seed", type=int, default=0)
    return parser.parse_args(arguments)


def with_teacher(examples: list[data.Example], paths: list[Path]) -> list[data.Example]:
    """Attach the teachers' mean probabilities, and the first one's pooled states, to the examples they labelled."""
    if not paths:
        return examples
    found: dict[str, list[NDArray[np.float32]]] = {}
    pooled: dict[str, NDArray[np.float32]] = {}
    for path in reversed(paths):
        with np.load(path) as stored:
            names = stored["ids"].tolist()
            pooled |= dict(zip(names, stored["pooled"].astype(np.float32), strict=True))
            for name, row in zip(names, stored["probabilities"], strict=True):
                found.setdefault(name, []).append(row)
    return [
        replace(e, soft=np.mean(found[e.id], axis=0), pooled=pooled[e.id])
        if e.id in found and e.set not in data.PAGES
        else e
        for e in examples
    ]


def mixed(options: argparse.Namespace, posts: list[Coded], public: list[Coded]) -> Iterator[Batch]:
    """Yield at most `steps` batches, of labelled posts or of public sets in shares that change along the way."""
    weights = [options.written_weight if item.example.set == "written" else 1.0 for item in posts]
    own = endless(posts, weights, options.batch, options.seed)
    other = endless(public, [1.0] * len(public), options.batch, options.seed + 1) if public else own
    first, last = options.public_share
    debt = 0.0
    for step in range(options.steps):
        debt += first + (last - first) * step / options.steps
        if debt >= 1:
            debt -= 1
            yield next(other)
        else:
            yield next(own)


def load_examples(options: argparse.Namespace) -> tuple[list[Coded], list[Coded], list[Coded]]:
    """Return coded posts to train on, public examples, and posts to report on."""
    posts, held = data.held_out(data.labelled(options.posts), options.held_out)
    taken = data.ids_of([*options.posts, options.dev] if options.dev else options.posts)
    public = data.auxiliary(options.sets, options.per_set, taken, options.seed)
    dev = data.labelled([options.dev], leave_out=()) if options.dev else held
    print(f"{len(posts)} posts, {len(held)} held out, {len(public)} public, {len(dev)} to report on", flush=True)
    posts, public = (with_teacher(examples, options.teacher) for examples in (posts, public))
    return (
        encode(options.base, posts, options.max_length),
        encode(options.base, public, options.public_length),
        encode(options.base, dev, options.max_length),
    )


def train(options: argparse.Namespace) -> None:
    """Run the steps, report now and then, and write the averaged weights."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    posts, public, dev = load_examples(options)
    model = read_classifier(options.base, options.layers, options.start, options.dropout)
    optimiser = make_optimiser(model, options.rate, options.layer_decay)
    average = Average(model, options.average)
    losses = Losses([item.example for item in posts], options.hard_weight, options.pooled_weight)
    clock, recent = Clock(options.steps, options.minutes), 0.0
    model.train()
    for step, batch in enumerate(mixed(options, posts, public), start=1):
        progress = clock.progress(step)
        loss = train_step(model, optimiser, losses, batch, rate_at(progress))
        average.update(model)
        recent = 0.98 * recent + 0.02 * float(loss.detach())
        if step % 50 == 0:
            print(f"step {step} at {progress:.0%} loss {recent:.3f}, {clock.speed(step):.2f} steps/s", flush=True)
        if step % options.report_every == 0 or progress >= 1:
            save(options, average.model, step)
            print(report_line(dev, run_over(average.model, dev)[0]), flush=True)
        if progress >= 1:
            break


def train_step(
    model: Classifier, optimiser: torch.optim.Optimizer, losses: Losses, batch: Batch, factor: float
) -> Tensor:
    """Take one step of gradient descent at a share of each group's full rate; return the loss."""
    for group in optimiser.param_groups:
        group["lr"] = group["full_rate"] * factor
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, pooled = model(batch.ids, batch.mask)
    loss = losses(logits, pooled, batch.examples)
    optimiser.zero_grad()
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    return loss


def save(options: argparse.Namespace, model: Classifier, step: int) -> None:
    """Write weights and the options that made them, with the number of steps taken."""
    options.out.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), options.out / "model.pt")
    (options.out / "options.json").write_text(json.dumps(vars(options) | {"steps_taken": step}, default=str, indent=1))


def main(arguments: Sequence[str] | None = None) -> None:
    """Train as the command line says."""
    train(parse_arguments(arguments))


if __name__ == "__main__":
    main()
