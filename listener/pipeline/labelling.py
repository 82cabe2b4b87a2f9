"""Labels the lines of a file of posts: a model and streams, no database, so that a pipe starts at once."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from listener.formats import BadLine
from listener.formats.jsonl import read_objects
from listener.pipeline.batches import batched
from models.headings import with_title
from nlp.cleaning import clean
from nlp.language import detect_language
from nlp.moments import Classifier, MomentLabel

BATCH = 256


def classify_lines(stream: Any, classifier: Classifier) -> Iterator[str | BadLine]:
    """Yield one line of labels.jsonl for each line of posts, in order and in constant memory; bad lines as such."""
    for batch in batched(_objects(stream), BATCH):
        texts = [text_of(entry) for entry in batch if not isinstance(entry, BadLine)]
        labels = iter(classifier.classify(texts))
        for entry in batch:
            if isinstance(entry, BadLine):
                yield entry
            else:
                yield json.dumps(label_object(entry, next(labels), classifier), ensure_ascii=False)


def label_object(post: dict[str, Any], label: MomentLabel, classifier: Classifier) -> dict[str, Any]:
    """One object of labels.jsonl."""
    keys = ("source", "source_id") if "source_id" in post else ("id",)
    identity: dict[str, Any] = {key: post[key] for key in keys}
    return identity | {
        "language": detect_language(clean(str(post["text"])), str(post.get("language") or "")),
        "stage": label.stage,
        "stage_probabilities": rounded(label.stage_probabilities),
        "sentiment": label.sentiment,
        "sentiment_probabilities": rounded(label.sentiment_probabilities),
        "complaint": round(label.complaint, 4),
        "needs_response": round(label.needs_response, 4),
        "addressed_to": label.addressed_to,
        "confident": label.is_confident,
        "model": classifier.model,
    }


def _objects(stream: Any) -> Iterable[dict[str, Any] | BadLine]:
    for entry in read_objects(stream):
        if isinstance(entry, BadLine):
            yield entry
            continue
        number, data = entry
        if not isinstance(data.get("text"), str):
            yield BadLine(number, "text is missing or no text")
        elif "id" not in data and not ("source" in data and "source_id" in data):
            yield BadLine(number, "has neither id nor source and source_id")
        elif not _is_encodable(data):
            yield BadLine(number, "its id holds a lone surrogate (half of a broken emoji?)")
        else:
            yield data


def _is_encodable(post: dict[str, Any]) -> bool:
    try:
        json.dumps([post.get(key) for key in ("id", "source", "source_id")], ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def text_of(post: dict[str, Any]) -> str:
    """What is classified of a line's object: the title, if there is one, before the clean text."""
    return with_title(post.get("title"), clean(str(post["text"])))


def rounded(probabilities: dict[Any, float]) -> dict[str, float]:
    """Probabilities as they are written and stored, by the name of the class."""
    return {str(name): round(value, 6) for name, value in probabilities.items()}
