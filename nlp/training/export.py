"""Write the artefact: ONNX model, tokenizer and config, from a run of nlp.training.train.

python -m nlp.training.export --base base/ --run run/ --posts train.jsonl --out artefact/
"""

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from nlp.encoder import EncoderClassifier
from nlp.training import data
from nlp.training.activations import watch
from nlp.training.batches import encode
from nlp.training.calibrate import fit_temperatures
from nlp.training.graph import Precision, build
from nlp.training.infer import depth_of, read_classifier
from nlp.training.tasks import LOGIT_COUNT, TASKS, Task
from nlp.training.vectors import write_vectors

NAME: Final = "moments-e5"
CONFIDENT_RISK: Final = 0.10
"""A label is called confident where, among held-out posts at least as sure, at most this share is wrong."""


def arrays_of(base: Path, run: Path) -> dict[str, NDArray[Any]]:
    """Return the run's weights, heads cut to the guideline's tasks, beside the base's 4-bit embeddings."""
    state = torch.load(run / "model.pt", weights_only=True)
    arrays: dict[str, NDArray[Any]] = {name: value.numpy() for name, value in state.items()}
    for name in ("head.weight", "head.bias"):
        arrays[name] = arrays[name][:LOGIT_COUNT]
    with np.load(base / "encoder.npz") as stored:
        arrays |= {name: stored[name] for name in ("word.codes", "word.scales")}
    return arrays


def threshold(truth: NDArray[np.int64], probabilities: NDArray[np.float64], risk: float) -> float:
    """Return the lowest confidence above which at most `risk` of the held-out labels are wrong."""
    confidence = probabilities.max(1)
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum((probabilities.argmax(1) != truth)[order]) / np.arange(1, len(truth) + 1)
    good = np.flatnonzero(wrong <= risk)
    return float(confidence[order[good[-1]]]) if len(good) else 1.0


def config_of(version: str, max_length: int, temperatures: dict[str, float]) -> dict[str, Any]:
    """Return what runtime reads beside the model."""

    def entry(task: Task) -> dict[str, Any]:
        return {"classes": list(task.classes), "temperature": temperatures.get(task.name, 1.0), "confident": 0.0}

    return {
        "name": NAME,
        "version": version,
        "max_length": max_length,
        "transformers_version": "5.0.0",
        "tasks": {task.name: entry(task) for task in TASKS},
    }


def write_config(out: Path, config: dict[str, Any]) -> None:
    """Write config.json."""
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n")


def calibrate(out: Path, config: dict[str, Any], held: list[data.Example]) -> None:
    """Set temperatures and thresholds by what the exported model itself says of the held-out posts."""
    classifier = EncoderClassifier.load(out)
    texts = [example.text for example in held]
    truth = {task.name: np.array([example.targets[task.name] for example in held]) for task in TASKS}
    temperatures = fit_temperatures(classifier.logits(texts), truth)
    for name, temperature in temperatures.items():
        config["tasks"][name]["temperature"] = round(temperature, 4)
    write_config(out, config)
    for name, probabilities in EncoderClassifier.load(out).probabilities(texts).items():
        sure = threshold(truth[name], probabilities.astype(np.float64), CONFIDENT_RISK)
        config["tasks"][name]["confident"] = round(sure, 4)
    write_config(out, config)


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--base", type=Path, required=True)
    add("--run", type=Path, required=True)
    add("--posts", type=Path, nargs="+", required=True, help="the posts trained on: their held-out part calibrates")
    add("--out", type=Path, required=True)
    add("--version", default="0.1.0")
    add("--held-out", type=float, default=0.06, help="as given to nlp.training.train")
    add("--max-length", type=int, default=96)
    add("--watched", type=int, default=400, help="training posts that fix the scales of activations")
    add("--bits", type=int, default=8)
    add("--smoothing", type=float, default=0.8, help="0.3 ruins the model, 0.5 costs two points, 0.7 to 0.9 none")
    add("--float32", action="store_true", help="keep the layers unquantised")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, save, calibrate, and write the vectors for refitting the heads."""
    options = parse_arguments(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    posts, held = data.held_out(data.labelled(options.posts), options.held_out)
    spans = {}
    if not options.float32:
        model = read_classifier(options.base, range(depth_of(options.run)), options.run, dropout=0.0)
        step = max(1, len(posts) // options.watched)
        spans = watch(model, encode(options.base, posts[::step], options.max_length))
    precision = Precision(options.bits, options.smoothing, quantised=not options.float32)
    onnx.save(build(arrays_of(options.base, options.run), spans, precision), options.out / "model.onnx")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(options.base / name, options.out / name)
    config = config_of(options.version, options.max_length, {})
    write_config(options.out, config)
    calibrate(options.out, config, held)
    write_vectors(options.out, options.run, options.posts, options.held_out)


if __name__ == "__main__":
    main()
