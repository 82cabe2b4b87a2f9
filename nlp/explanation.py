"""Says which words moved a classifier's decision: each is left out in turn, and what the label loses is its effect.

It needs no gradients, so that it works with anything that implements ``Classifier``. An effect is what the model does
with a word in this text; it is no statement on what the word means, and two words that say the same hide one another.
"""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Protocol, runtime_checkable

from models.errors import InputError
from models.words import CorrectedField
from nlp.cleaning import HANDLE, URL
from nlp.moments import Classifier, MomentLabel

WORD_BY_WORD = 60
"""Up to this many units each is left out by itself; longer texts are searched from passages down to words."""
PASSAGES = 40
PARTS = 5
ROUNDS = 3
ROUND_VARIANTS = 35
"""At most 1 + PASSAGES + ROUNDS * (1 + ROUND_VARIANTS) = 149 texts are classified."""
LEAST_DOUBT = 1e-6
"""Keeps the log-odds of a certain label finite."""

_IDEOGRAPHS = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
_LETTER = rf"[^\W{_IDEOGRAPHS}{_UNSPACED}]"
_PICTURES = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff"
)
_PICTURE = f"[{_PICTURES}][\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_UNIT = re.compile(
    rf"(?P<whole>{URL.pattern}|{HANDLE.pattern}|\#\w+|[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3"
    rf"|{_PICTURE}(?:\u200d{_PICTURE})*)"
    rf"|(?P<ideographs>[{_IDEOGRAPHS}]{{1,200}})"  # jieba takes long over long runs
    rf"|(?P<unspaced>[{_UNSPACED}]+)"
    rf"|{_LETTER}+(?:(?:['’׳״&-]|(?<=\d)[.,:](?=\d)|(?<=[א-ת])\"(?=[א-ת])){_LETTER}+)*"
    rf"|[^\w\s@#{_PICTURES}]{{2,}}|[?!？！؟]",  # emoticons and what is exclaimed or asked; a lone comma says nothing
    re.IGNORECASE,
)
_CHUNK = 4
"""Characters of a script that writes no spaces, where no dictionary is at hand."""
_BOUND_BEFORE = frozenset("ะาำๆฯะາຳー")
_BOUND_AFTER = frozenset("เแโใไເແໂໃໄ")


@dataclass(frozen=True, slots=True)
class WordEffect:
    """A word, or in a long text a passage, at ``start`` to ``end`` (characters of the text given).

    ``effect`` is by how much the log-odds of the label fall when it is left out: positive speaks for the label,
    negative against it. Where a classifier gives no probability it is 1 if the label changes, else 0.
    """

    start: int
    end: int
    text: str
    effect: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A label with its probability (None where the classifier gives none) and what each word did for it."""

    task: CorrectedField
    label: str
    """A word of the task's enum; ``true`` or ``false`` for complaint and needs_response."""
    probability: float | None
    model: str
    words: tuple[WordEffect, ...]
    """In reading order; they never overlap."""

    def probability_without(self, word: WordEffect) -> float | None:
        """The label's probability in the text without the word."""
        if self.probability is None:
            return None
        return 1 / (1 + math.exp(word.effect - _log_odds(self.probability)))


@runtime_checkable
class _Graded(Protocol):
    """A classifier that also gives each task's probabilities, as ``Addressee`` is not graded in ``MomentLabel``."""

    def probabilities(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """For each task an array (texts, classes) whose greatest value stands at the label."""
        ...


@dataclass(frozen=True, slots=True)
class _Span:
    first: int
    last: int
    """Units, the last one not included."""
    effect: float = 0.0


def explain(text: str, classifier: Classifier, task: str = "stage") -> Explanation:
    """Say what moved the label of ``task`` (a ``CorrectedField``). Raises InputError for another task.

    Classifies at most 149 texts, in one batch where there are up to 60 words and in at most four where there are more.
    """
    if task not in tuple(CorrectedField):
        raise InputError(f"no task {task!r}; known: {', '.join(CorrectedField)}")
    chosen = CorrectedField(task)
    units = list(units_of(text))
    is_graded = chosen is not CorrectedField.ADDRESSED_TO or isinstance(classifier, _Graded)
    value = _log_odds if is_graded else float

    def measured(parts: list[_Span]) -> tuple[str, float, list[_Span]]:
        texts = [text, *_variants(text, units, parts)]
        label, (whole, *others) = _probabilities(classifier, chosen, texts)
        effects = [value(whole) - value(other) for other in others]
        return label, whole, [_Span(part.first, part.last, effect) for part, effect in zip(parts, effects, strict=True)]

    label, whole, spans = measured(_parts(_Span(0, len(units)), len(units) if len(units) <= WORD_BY_WORD else PASSAGES))
    for _ in range(ROUNDS):
        kept, parts = _next_round(spans)
        if not parts:
            break
        spans = kept + measured(parts)[2]
    places = sorted((units[span.first][0], units[span.last - 1][1], span.effect) for span in spans)
    words = tuple(WordEffect(start, end, text[start:end], effect) for start, end, effect in places)
    return Explanation(chosen, label, whole if is_graded else None, classifier.model, words)


def units_of(text: str) -> Iterator[tuple[int, int]]:
    """Where the words of a text start and end, in order: handles, links, hashtags and emoji are one word each.

    Chinese is cut by jieba; Japanese, Thai and their like into runs of a few characters.
    """
    for found in _UNIT.finditer(_shadow(text)):
        at = found.start()
        for length in _lengths(text[at : found.end()], found.lastgroup):
            yield at, at + length
            at += length


def _shadow(text: str) -> str:
    """The text with each mark or joiner replaced by the letter that it belongs to: Python's ``\\w`` knows no marks."""
    if text.isascii():
        return text
    shadow: list[str] = []
    for char in text:
        category = unicodedata.category(char)
        is_bound = category in ("Mn", "Mc", "Me", "Cf") and char not in "\ufe0e\ufe0f\u20e3"
        shadow.append(shadow[-1] if is_bound and shadow and shadow[-1].isalnum() else char)
    return "".join(shadow)


def _lengths(piece: str, script: str | None) -> Iterator[int]:
    if script == "ideographs" and not any("\u3040" <= char <= "\u30ff" for char in piece):
        from nlp.terms import _segmenter  # reads jieba's dictionary, which takes a second

        yield from map(len, _segmenter().cut(piece))
    elif script == "ideographs":
        for _, run in groupby(piece, lambda char: "kana" if "\u3040" <= char <= "\u309f" else "other"):
            yield from _chunks("".join(run))
    elif script == "unspaced":
        yield from _chunks(piece)
    else:
        yield len(piece)


def _chunks(run: str) -> Iterator[int]:
    """Lengths of about four, cut neither before a mark nor within a syllable."""
    start = 0
    for at in range(1, len(run)):
        bound = unicodedata.category(run[at])[0] == "M" or run[at] in _BOUND_BEFORE or run[at - 1] in _BOUND_AFTER
        if at - start >= _CHUNK and not bound:
            yield at - start
            start = at
    yield len(run) - start


def _parts(span: _Span, count: int) -> list[_Span]:
    """A span in at most ``count`` parts of like size."""
    size = span.last - span.first
    count = min(count, size)
    edges = [span.first + size * at // count for at in range(count + 1)] if count else []
    return [_Span(first, last) for first, last in pairwise(edges)]


def _next_round(spans: list[_Span]) -> tuple[list[_Span], list[_Span]]:
    """What stays as it is, and the parts of the strongest passages."""
    kept: list[_Span] = []
    parts: list[_Span] = []
    for span in sorted(spans, key=lambda span: (-abs(span.effect), span.first)):
        found = _parts(span, PARTS)
        if span.effect and len(found) > 1 and len(parts) + len(found) <= ROUND_VARIANTS:
            parts += found
        else:
            kept.append(span)
    return kept, parts


def _variants(text: str, units: list[tuple[int, int]], spans: list[_Span]) -> Iterator[str]:
    """The text without each span; neither two spaces nor two words grown together are left behind."""
    for span in spans:
        start, end = units[span.first][0], units[span.last - 1][1]
        before, after = text[:start], text[end:]
        if before[-1:] == " " and (not after or after[0].isspace()):
            before = before[:-1]
        elif after[:1] == " " and (not before or before[-1].isspace()):
            after = after[1:]
        elif before[-1:].isalnum() and after[:1].isalnum() and not text[start].isalnum():
            before += " "
        yield before + after


def _probabilities(classifier: Classifier, task: CorrectedField, texts: list[str]) -> tuple[str, list[float]]:
    """The label of the first text, and how probable it is for each of them."""
    if task is CorrectedField.ADDRESSED_TO and isinstance(classifier, _Graded):
        rows = classifier.probabilities(texts)[task]
        label: str = classifier.classify(texts[:1])[0].addressed_to
        return str(label), [float(row[rows[0].argmax()]) for row in rows]
    said = [_said(found, task, classifier.threshold) for found in classifier.classify(texts)]
    label = said[0][0]
    return str(label), [float(probabilities.get(label, 0.0)) for _, probabilities in said]


def _said(label: MomentLabel, task: CorrectedField, threshold: float) -> tuple[str, Mapping[Any, float]]:
    if task is CorrectedField.STAGE:
        return label.stage, label.stage_probabilities
    if task is CorrectedField.SENTIMENT:
        return label.sentiment, label.sentiment_probabilities
    if task is CorrectedField.ADDRESSED_TO:
        return label.addressed_to, {label.addressed_to: 1.0}
    yes = label.complaint if task is CorrectedField.COMPLAINT else label.needs_response
    return ("true" if yes >= threshold else "false"), {"true": yes, "false": 1 - yes}


def _log_odds(probability: float) -> float:
    sure = min(max(probability, LEAST_DOUBT), 1 - LEAST_DOUBT)
    return math.log(sure / (1 - sure))
