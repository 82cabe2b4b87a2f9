"""Measures the shipped model beside two floors: ``python -m nlp.training.floors dev.jsonl``.

The floors are the majority class and a keyword list.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlp.cleaning import clean
from nlp.metrics import confusion, macro_f1
from nlp.moments import MomentLabel, load_classifier
from nlp.tasks import CLASSES, YES_OR_NO

# What somebody would write in an afternoon who has no model: one list a label, the first that matches wins.
KEYWORDS: dict[str, list[tuple[str, str]]] = {
    "stage": [
        (
            "zmot",
            r"which|should i|worth|recommend me|thinking of|any good|compare|verta|czy warto|כדאי|推薦|推荐|請問",
        ),
        (
            "fmot",
            r"just (?:bought|ordered)|checkout|in stock|sold out|voucher|basket|koszyk|krepšel|קופון|結帳|缺貨|下單",
        ),
        ("smot", r"@|help|please|fix|not working|delay|where is|nie działa|neveikia|לא עובד|壞|等了|客服"),
        ("umot", r"never again|recommend|best|worst|love|stars|polecam|rekomenduoj|ממליצ|很棒|好吃|失望"),
    ],
    "sentiment": [
        ("negative", r"not |n't|never|worst|bad|terrible|hate|broken|nie |ne|źle|blog|לא |גרוע|爛|差|失望|😡|😠"),
        ("positive", r"love|great|good|best|thank|awesome|super|polecam|puik|geras|מעולה|תודה|很棒|喜歡|好|❤|😍|👍"),
    ],
    "complaint": [("1", r"not |n't|never|worst|broken|delay|refund|nie działa|neveikia|לא |爛|差|壞")],
    "needs_response": [("1", r"\?|help|please|fix|why|proszę|prašau|למה|請|为什么|為什麼")],
    "addressed_to": [("brand", r"@|\byou\b|\byour\b|wasz|jūs|אתם|你們|貴公司")],
}
REST = {"stage": "none", "sentiment": "neutral", "complaint": "0", "needs_response": "0", "addressed_to": "people"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a Markdown table of macro-F1 a task."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    options = parser.parse_args(arguments)
    rows = [json.loads(line) for line in options.labels.read_text(encoding="utf-8").splitlines()]
    print(f"macro-F1 on {len(rows)} posts\n\n| task | majority | keywords | {load_classifier().model} |")
    print("| --- | ---: | ---: | ---: |")
    for task, scores in compare(rows).items():
        print(f"| {task} | " + " | ".join(f"{score:.3f}" for score in scores) + " |")


def compare(rows: Sequence[dict[str, Any]]) -> dict[str, tuple[float, float, float]]:
    """For each task the macro-F1 of the majority class, the keyword list and the shipped model."""
    texts = [clean(row["text"]) for row in rows]
    labels = load_classifier().classify(texts)
    scores = {}
    for task in CLASSES:
        truth = [str(row[task]) for row in rows]
        most = Counter(truth).most_common(1)[0][0]
        guesses = ([most] * len(rows), [keyword(task, text) for text in texts], [said(label, task) for label in labels])
        scores[task] = tuple(_score(truth, guess) for guess in guesses)
    return scores  # type: ignore[return-value]


def _score(truth: list[str], guess: list[str]) -> float:
    names = sorted({*truth, *guess})
    at = [np.array([names.index(name) for name in said], np.int64) for said in (truth, guess)]
    return macro_f1(confusion(at[0], at[1], len(names)))


def keyword(task: str, text: str) -> str:
    """What the keyword list says of a text."""
    for label, pattern in KEYWORDS[task]:
        if re.search(pattern, text, re.IGNORECASE):
            return label
    return REST[task]


def said(label: MomentLabel, task: str) -> str:
    """A model's answer to one task, as the labelled files write it."""
    if task in YES_OR_NO:
        return "1" if getattr(label, task) >= load_classifier().threshold else "0"
    return str(getattr(label, task))


if __name__ == "__main__":
    main()
