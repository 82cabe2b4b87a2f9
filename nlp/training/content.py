"""Ship the map from the encoder's middle states to contents: measured on labelled posts of known languages.

python -m nlp.training.content --artefact nlp/weights/moments-e5 --posts train.jsonl
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from nlp.content import FEWEST, FILE, measure_space
from nlp.encoder import EncoderClassifier

MOST: Final = 400
"""Posts a language: with more of one the others would hardly count."""


def write_space(artefact: Path, posts: Path) -> None:
    """Write FILE into the artefact."""
    rows = [json.loads(line) for line in posts.read_text(encoding="utf-8").splitlines()]
    order = np.random.default_rng(0).permutation(len(rows))
    seen: Counter[str] = Counter()
    chosen = []
    for row in (rows[at] for at in order):
        seen[row["lang"]] += 1
        if seen[row["lang"]] <= MOST:
            chosen.append(row)
    chosen = [row for row in chosen if seen[row["lang"]] >= FEWEST]
    classifier = EncoderClassifier.load(artefact)
    states = classifier.middle_states([row["text"] for row in chosen])
    measure_space(classifier.encoder, states, np.array([row["lang"] for row in chosen])).save(artefact / FILE)
    print(f"{len(chosen)} posts in {len({row['lang'] for row in chosen})} languages", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the map of an artefact that lies there already."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--artefact", type=Path, required=True)
    parser.add_argument("--posts", type=Path, required=True)
    options = parser.parse_args(arguments)
    write_space(options.artefact, options.posts)


if __name__ == "__main__":
    main()
