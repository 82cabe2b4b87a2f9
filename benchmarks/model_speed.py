"""Posts a second: the shipped model beside E5-small in `transformers`, float32, in turns in one run.

python benchmarks/model_speed.py [--posts labelled.jsonl] [--threads 2] [--tokens 25]

Both are timed with tokenizer, on the same texts sorted by length; the encoder in the batch size that suits it best.
Its weights are random: the values do not change how long a product takes. Needs the extra "train".
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from statistics import median

import torch
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from nlp import encoder
from nlp.encoder import WEIGHTS, EncoderClassifier

POSTS, ROUNDS = 256, 21
BATCHES = (8, 16, 32)
VOCABULARY, WIDTH, INNER, LAYERS, HEADS = 104_583, 384, 1536, 12, 12


def main() -> None:
    """Print posts a second of both, and the ratio of each round's pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=Path, help="JSON lines with text (default: the demo's)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", type=int, nargs="+", default=[25, 80])
    parser.add_argument("--layers", type=int, default=LAYERS, help="of the encoder in transformers")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    encoder.THREADS = options.threads
    shipped = EncoderClassifier.load()
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(WEIGHTS / "tokenizer.json"), pad_token="<pad>")
    config = BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        num_hidden_layers=options.layers,
        num_attention_heads=HEADS,
        intermediate_size=INNER,
    )
    plain = BertModel(config, add_pooling_layer=False).eval()
    print(f"{shipped.model}, {options.threads} threads; E5-small with {options.layers} layers in transformers, float32")
    for tokens in options.tokens:
        texts = texts_of_length(options.posts, tokenizer, tokens)
        ours, theirs = [], []
        best = max(BATCHES, key=lambda size: speed(lambda: run_plain(plain, tokenizer, texts[:256], size), 256))  # noqa: B023
        for _ in range(ROUNDS):
            ours.append(speed(lambda: shipped.classify(texts), len(texts)))  # noqa: B023
            theirs.append(speed(lambda: run_plain(plain, tokenizer, texts, best), len(texts)))  # noqa: B023
        ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
        print(
            f"{tokens} tokens: {median(ours):.0f} against {median(theirs):.0f} posts/s (batches of {best}), "
            f"{median(ratios):.1f} times (from {min(ratios):.1f} to {max(ratios):.1f} in {ROUNDS} rounds)"
        )


def texts_of_length(path: Path | None, tokenizer: PreTrainedTokenizerFast, tokens: int) -> list[str]:
    """POSTS texts of about so many tokens, sorted by length, repeated where there are too few."""
    sources = [path] if path else [f for f in (files("listener.demo") / "data").iterdir() if ".jsonl" in f.name]
    rows = [json.loads(line) for source in sources for line in source.read_text("utf-8").splitlines()]
    texts = [str(row["text"]) for row in rows if row.get("text")]
    lengths = [len(pieces) for pieces in tokenizer(texts)["input_ids"]]
    near = [text for text, length in zip(texts, lengths, strict=True) if abs(length - tokens) <= tokens // 5]
    if not near:
        raise SystemExit(f"no post of about {tokens} tokens; give more with --posts")
    return sorted((near * (POSTS // len(near) + 1))[:POSTS], key=len)


def run_plain(model: BertModel, tokenizer: PreTrainedTokenizerFast, texts: Sequence[str], size: int) -> None:
    """Run the encoder over texts in batches."""
    with torch.inference_mode():
        for start in range(0, len(texts), size):
            batch = tokenizer(list(texts[start : start + size]), padding=True, return_tensors="pt")
            model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"])


def speed(work: Callable[[], object], posts: int) -> float:
    """Posts a second by the clock."""
    started = time.perf_counter()
    work()
    return posts / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
