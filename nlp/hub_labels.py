"""Maps the words of a brought model to ours; pure: no model is opened here. What is not certain is refused."""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TypeVar

from models.errors import ModelError
from models.words import Sentiment, Stage

Word = TypeVar("Word", Sentiment, Stage)

HYPOTHESES: Mapping[Stage, str] = {
    Stage.ZMOT: "The writer has not bought yet and is searching, asking for advice or comparing products.",
    Stage.FMOT: "The writer is about to pay, at the shelf or the checkout, and asks about price, stock or payment.",
    Stage.SMOT: "The writer has already paid and speaks of the delivery, the use or the service, or asks for help.",
    Stage.UMOT: "The writer shares an experience with other people: a review, a recommendation or a warning.",
    Stage.NONE: "The writer is no customer: this is news, advertising, spam or about something else.",
}
"""What a zero-shot model is asked of a text, one sentence a stage."""

_OBVIOUS = {
    "negative": Sentiment.NEGATIVE,
    "neg": Sentiment.NEGATIVE,
    "neutral": Sentiment.NEUTRAL,
    "neu": Sentiment.NEUTRAL,
    "positive": Sentiment.POSITIVE,
    "pos": Sentiment.POSITIVE,
}
_STARS = re.compile(r"([1-5])[ _-]?stars?")
_OF_STARS = {
    "1": Sentiment.NEGATIVE,
    "2": Sentiment.NEGATIVE,
    "3": Sentiment.NEUTRAL,
    "4": Sentiment.POSITIVE,
    "5": Sentiment.POSITIVE,
}


def map_sentiments(model: str, labels: Sequence[str], declared: Mapping[str, str]) -> dict[str, Sentiment]:
    """Our sentiment for each of the model's labels: as declared, else by their names where these are obvious.

    Raises ModelError, with the table to write, if a label is left over, unknown or mapped to an unknown word.
    """
    if not declared:
        found = _by_name(labels)
        if found is None:
            listed = ", ".join(map(repr, labels))
            raise ModelError(f"{model}: its labels ({listed}) do not say which sentiment they are; {_table(labels)}")
        return found
    words = [sentiment.value for sentiment in Sentiment]
    for label, word in declared.items():
        if label not in labels:
            raise ModelError(f"{model}: sentiment_labels names {label!r}, no label of this model{_near(label, labels)}")
        if word not in words:
            said = f"{model}: sentiment_labels maps {label!r} to {word!r}"
            raise ModelError(f"{said}: to be negative, neutral or positive{_near(word, words)}")
    missing = [label for label in labels if label not in declared]
    if missing:
        listed = ", ".join(map(repr, missing))
        raise ModelError(f"{model}: sentiment_labels does not map {listed}; {_table(labels, declared)}")
    return {label: Sentiment(declared[label]) for label in labels}


def sum_sentiments(mapping: Mapping[str, Sentiment], scores: Iterable[tuple[str, float]]) -> dict[Sentiment, float]:
    """Probabilities by sentiment, summing to 1, from the model's score of each of its labels.

    Raises ModelError where the scores are no numbers, as when half precision overflows.
    """
    sums = dict.fromkeys(Sentiment, 0.0)
    for label, score in scores:
        sums[mapping[label]] += score
    return normalised(sums)


def normalised(scores: Mapping[Word, float]) -> dict[Word, float]:
    """The same, summing to 1. Raises ModelError where they are no numbers."""
    total = sum(scores.values())
    if not (math.isfinite(total) and total > 0):
        raise ModelError("the brought model gives no probabilities (not a number); try another model or device")
    return {word: score / total for word, score in scores.items()}


def check_entailment(model: str, labels: Sequence[str]) -> None:
    """Raise ModelError unless the model can say that a sentence follows from a text."""
    if not any(label.lower().startswith("entail") for label in labels):
        listed = ", ".join(map(repr, labels))
        raise ModelError(f"{model}: none of its labels ({listed}) is entailment; stages need a model trained on NLI")


def complete_hypotheses(declared: Mapping[Stage, str]) -> dict[Stage, str]:
    """One sentence a stage, ours where none is declared. Raises ModelError if two stages share one."""
    whole = {stage: declared.get(stage, HYPOTHESES[stage]).strip() for stage in Stage}
    if not all(whole.values()) or len(set(whole.values())) < len(whole):
        raise ModelError("stage_hypotheses: each stage needs a sentence of its own")
    return whole


def _by_name(labels: Sequence[str]) -> dict[str, Sentiment] | None:
    names = {label: label.strip().lower() for label in labels}
    if all(name in _OBVIOUS for name in names.values()):
        return {label: _OBVIOUS[name] for label, name in names.items()}
    stars = {label: match[1] for label, name in names.items() if (match := _STARS.fullmatch(name))}
    if len(stars) == len(names) and set(stars.values()) == set(_OF_STARS):  # of three stars, the third is no middle
        return {label: _OF_STARS[star] for label, star in stars.items()}
    return None


def _table(labels: Sequence[str], declared: Mapping[str, str] | None = None) -> str:
    """The table as one line of TOML, a ``?`` for every word that is still to be chosen."""
    known = declared or {}
    pairs = ", ".join(f"{_quoted(label)} = {_quoted(known.get(label, '?'))}" for label in labels)
    return (
        f"write under [classifier] in listener.toml: sentiment_labels = {{ {pairs} }}"
        " (that is the table [classifier.sentiment_labels]) with negative, neutral or positive for each ?"
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string is a TOML string


def _near(word: str, known: Sequence[str]) -> str:
    lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), list(lower), 1)
    return f"; did you mean {lower[near[0]]!r}?" if near else ""
