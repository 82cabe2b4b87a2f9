"""Which forms of a word each method folds together, against hand-made lists of forms and lemmas; speed and memory.

python benchmarks/lemmas.py [--language pl ...]

The lists (benchmarks/lemmas/*.tsv) hold content words of posts about brands: the form, its lemma, and whether our own
posts hold the form ("post") or it was added by hand ("written"). Cases, numbers, genders, degrees and tenses share a
lemma; a noun made of a verb, the other aspect, a negated verb ("neveikia") and a woman's trade do not; a Hebrew form
behind attached prefixes belongs to the bare word. A pair of forms counts as found if a method gives both the same
base. "rules" are those of version 0.1, "shipped" is nlp.lemmas; both may see which words occur, here the list and our
posts. The interval is a bootstrap over lemmas. Snowball is compared where snowballstemmer is installed.
"""

import argparse
import csv
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import numpy as np

from nlp.lemmas import base_form

LISTS = Path(__file__).parent / "lemmas"
SNOWBALL = {"en": "english", "pl": "polish", "lt": "lithuanian"}
SAMPLES = 1000
Fold = Callable[[str], str]


def main() -> None:
    """Print a row for each language and method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", nargs="+", default=["en", "pl", "lt", "he"])
    parser.add_argument("--memory", help=argparse.SUPPRESS)  # a method, run alone in a process of its own
    options = parser.parse_args()
    if options.memory:
        print(memory_of(options.memory, options.language))
        return
    print("| language | method | forms | pairs | precision | recall | F1 (95 % interval) | words/s |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for language in options.language:
        pairs = read(language)
        known = {form for form, _ in pairs} | words_of_posts(language)
        for method in methods():
            fold = fold_of(method, language, known)
            if fold is not None:
                print(f"| {language} | {method} | {len(pairs)} | {row(pairs, fold)} |")
    print("\nPeak memory with these languages loaded, above a bare Python, and time to the first words:")
    bare = int(memory("none", options.language)[0])
    for method in methods()[1:]:
        peak, seconds = memory(method, options.language)
        print(f"- {method}: {(int(peak) - bare) / 1024:.0f} MiB, {float(seconds):.2f} s")


def methods() -> list[str]:
    """The methods that can run here."""
    if find_spec("snowballstemmer") is None:
        print("snowballstemmer is not installed, so it is left out", file=sys.stderr)
        return ["none", "rules", "simplemma", "simplemma low memory", "shipped"]
    return ["none", "rules", "snowball", "simplemma", "simplemma low memory", "shipped"]


def fold_of(method: str, language: str, known: Collection[str]) -> Fold | None:
    """What gives a form's base; None where the method lacks the language."""
    if method == "none":
        return str
    if method == "rules":
        return lambda word: by_rules(word, language, known)
    if method == "snowball":
        import snowballstemmer

        return snowballstemmer.stemmer(SNOWBALL[language]).stemWord if language in SNOWBALL else None
    if method == "shipped":
        return lambda word: base_form(word, language, known)
    import simplemma

    frugal = method.endswith("low memory")
    return lambda word: simplemma.lemmatize(word, language, low_memory=frugal)


def by_rules(word: str, language: str, known: Collection[str]) -> str:
    """The word cloud's rules of version 0.1: an English plural -s and a Hebrew article, if the bare word occurs."""
    if language == "en" and len(word) > 3 and word.endswith("s") and not word.endswith("ss") and word[:-1] in known:
        return word[:-1]
    if language == "he" and len(word) > 3 and word.startswith("ה") and word[1:] in known:
        return word[1:]
    return word


def row(pairs: list[tuple[str, str]], fold: Fold) -> str:
    """Gold pairs, precision, recall, F1 and speed, as the cells of a table."""
    base = {form: fold(form) for form, _ in pairs}
    hits, misses, wrong = [], [], []
    for (form, lemma), (other, other_lemma) in combinations(pairs, 2):
        if lemma == other_lemma:
            (hits if base[form] == base[other] else misses).append((lemma, other_lemma))
        elif base[form] == base[other]:
            wrong.append((lemma, other_lemma))
    found, missed, false = len(hits), len(misses), len(wrong)
    low, high = interval(pairs, hits, misses, wrong)
    precision = f"{found / (found + false):.3f}" if found + false else "-"
    f1 = 2 * found / (2 * found + missed + false)
    figures = f"{precision} | {found / (found + missed):.3f} | {f1:.3f} ({low:.2f}-{high:.2f})"
    return f"{found + missed} | {figures} | {speed([form for form, _ in pairs], fold):,.0f}"


def interval(pairs: list[tuple[str, str]], *kinds: list[tuple[str, str]]) -> tuple[float, float]:
    """The 95 % interval of F1 if the lemmas were drawn anew; hits, misses and wrong pairs are given by their lemmas."""
    place = {lemma: at for at, lemma in enumerate(dict.fromkeys(lemma for _, lemma in pairs))}
    random = np.random.default_rng(0)
    weights = random.multinomial(len(place), np.full(len(place), 1 / len(place)), size=SAMPLES).astype(float)
    found, missed, false = (
        sum((weights[:, place[a]] * (weights[:, place[b]] if a != b else 1.0) for a, b in kind), np.zeros(SAMPLES))
        for kind in kinds
    )
    f1 = 2 * found / np.maximum(2 * found + missed + false, 1)
    low, high = np.quantile(f1, [0.025, 0.975])
    return float(low), float(high)


def speed(forms: list[str], fold: Fold) -> float:
    """Words a second, of words in varying spelling so that no cache of whole words answers."""
    words = [form + ending for ending in ("", "a", "as", "em", "ų", "s") for form in forms]
    started = time.perf_counter()
    for word in words:
        fold(word)
    return len(words) / (time.perf_counter() - started)


def read(language: str) -> list[tuple[str, str]]:
    """The forms of a language's list and their lemmas."""
    with (LISTS / f"{language}.tsv").open(encoding="utf-8", newline="") as file:
        return [(line["form"], line["lemma"]) for line in csv.DictReader(file, delimiter="\t")]


def words_of_posts(language: str) -> set[str]:
    """The case-folded words of the demo's posts and of those written for training."""
    room = Path(__file__).parents[1]
    files = (room / "listener/demo/data" / f"{language}.jsonl", room / "nlp/training/written" / f"{language}.jsonl")
    texts = [json.loads(line)["text"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return {word for text in texts for word in re.findall(r"[^\W\d_]+", text.casefold())}


def memory(method: str, languages: Iterable[str]) -> list[str]:
    """Peak memory (KiB) and seconds of a fresh process that folds the lists."""
    command = [sys.executable, __file__, "--memory", method, "--language", *languages]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def memory_of(method: str, languages: Iterable[str]) -> str:
    """The same of this process."""
    lists = {language: sorted({form for form, _ in read(language)}) for language in languages}
    started = time.perf_counter()
    for language, forms in lists.items():
        fold = fold_of(method, language, set(forms))
        for form in forms if fold else ():
            fold(form)  # type: ignore[misc]
    seconds = time.perf_counter() - started
    status = Path("/proc/self/status").read_text(encoding="ascii")  # getrusage would give the parent's peak (Linux)
    return f"{status.split('VmHWM:')[1].split()[0]} {seconds:.3f}"


if __name__ == "__main__":
    main()
