"""Labels posts: those in the database that lack a label of the current model, or the lines of a file."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from listener.formats import BadLine
from listener.formats.jsonl import read_objects
from listener.pipeline.importing import batched
from listener.progress import Progress, silent
from models.database import session_of
from models.reads.mentions import count_unlabelled, unlabelled
from models.store.labels import LabelData, save_labels
from models.store.runs import finish_run, start_run
from models.words import RunKind
from nlp.cleaning import clean
from nlp.language import detect_language
from nlp.moments import Classifier, MomentLabel

BATCH = 256


def classify_stored(
    engine: Engine,
    classifier: Classifier,
    clock: Callable[[], datetime],
    *,
    brand_id: int | None = None,
    progress: Progress = silent,
) -> int:
    """Label every mention that has no label of this model; return how many. Commits after each batch."""
    with session_of(engine) as session:
        total = count_unlabelled(session, classifier.model, brand_id)
        if not total:
            return 0
        run = start_run(session, RunKind.CLASSIFY, clock(), brand_id=brand_id)
    last = 0
    with progress("classifying", total) as advance:
        while True:
            with session_of(engine) as session:
                rows = unlabelled(session, classifier.model, brand_id=brand_id, after=last, limit=BATCH * 4)
                if not rows:
                    break
                labels = classifier.classify([text for _, text in rows])
                stored = [_stored(id, label) for (id, _), label in zip(rows, labels, strict=True)]
                save_labels(session, stored, classifier.model, clock(), classifier.threshold)
                last = rows[-1][0]
            advance(len(rows))
    with session_of(engine) as session:
        finish_run(session, run, clock(), {"new": total})
    return total


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
        "stage_probabilities": _rounded(label.stage_probabilities),
        "sentiment": label.sentiment,
        "sentiment_probabilities": _rounded(label.sentiment_probabilities),
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
    text = clean(str(post["text"]))
    return f"{post['title']}\n{text}" if post.get("title") else text


def _rounded(probabilities: dict[Any, float]) -> dict[str, float]:
    return {str(name): round(value, 6) for name, value in probabilities.items()}


def _stored(mention_id: int, label: MomentLabel) -> LabelData:
    return LabelData(
        mention_id=mention_id,
        stage=label.stage,
        stage_probabilities=_rounded(label.stage_probabilities),
        sentiment=label.sentiment,
        sentiment_probabilities=_rounded(label.sentiment_probabilities),
        complaint=label.complaint,
        needs_response=label.needs_response,
        addressed_to=label.addressed_to,
        is_confident=label.is_confident,
    )
