"""Tokenise examples once and deal them out in batches of like length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from nlp.model_text import shorten
from nlp.training.data import Example

POOL = 24


@dataclass(frozen=True, slots=True)
class Coded:
    """An example beside its token ids."""

    example: Example
    ids: list[int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded tensors; `soft` rows of NaN have no teacher."""

    examples: list[Example]
    ids: Tensor
    mask: Tensor


def encode(base: Path, examples: Sequence[Example], max_length: int) -> list[Coded]:
    """Tokenise with the base's tokenizer and shorten to `max_length` tokens."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    encodings = tokenizer.encode_batch_fast([example.text for example in examples])
    return [
        Coded(example, shorten(encoding.ids, max_length)) for example, encoding in zip(examples, encodings, strict=True)
    ]


def collate(coded: Sequence[Coded], pad: int = 1) -> Batch:
    """Pad to the longest."""
    length = max(len(item.ids) for item in coded)
    ids = np.full((len(coded), length), pad, np.int64)
    mask = np.zeros((len(coded), length), np.int64)
    for row, item in enumerate(coded):
        ids[row, : len(item.ids)] = item.ids
        mask[row, : len(item.ids)] = 1
    return Batch([item.example for item in coded], torch.from_numpy(ids), torch.from_numpy(mask))


def in_order(coded: Sequence[Coded], size: int) -> Iterator[tuple[list[int], Batch]]:
    """Yield every example once, shortest first, with the positions of the batch's rows."""
    order = sorted(range(len(coded)), key=lambda position: len(coded[position].ids))
    for start in range(0, len(order), size):
        positions = order[start : start + size]
        yield positions, collate([coded[position] for position in positions])


def endless(coded: Sequence[Coded], weights: Sequence[float], size: int, seed: int) -> Iterator[Batch]:
    """Yield batches for ever: whole shuffled passes, in which an example of weight 2 comes twice."""
    chooser = random.Random(seed)
    while True:
        whole = [
            item
            for item, weight in zip(coded, weights, strict=True)
            for _ in range(int(weight) + (chooser.random() < weight % 1))
        ]
        chooser.shuffle(whole)
        batches: list[list[Coded]] = []
        for start in range(0, len(whole), size * POOL):
            pool = sorted(whole[start : start + size * POOL], key=lambda item: len(item.ids))
            batches.extend(pool[at : at + size] for at in range(0, len(pool), size))
        chooser.shuffle(batches)
        yield from (collate(batch) for batch in batches)
