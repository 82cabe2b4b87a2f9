"""Labels the posts in the database that lack a label of the current model."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from listener.pipeline.labelling import BATCH, rounded
from listener.progress import Progress, silent
from models.database import session_of
from models.reads.mentions import count_unlabelled, unlabelled
from models.store.labels import LabelData, save_labels
from models.store.runs import finish_run, start_run
from models.words import RunKind
from nlp.moments import Classifier, MomentLabel


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


def _stored(mention_id: int, label: MomentLabel) -> LabelData:
    return LabelData(
        mention_id=mention_id,
        stage=label.stage,
        stage_probabilities=rounded(label.stage_probabilities),
        sentiment=label.sentiment,
        sentiment_probabilities=rounded(label.sentiment_probabilities),
        complaint=label.complaint,
        needs_response=label.needs_response,
        addressed_to=label.addressed_to,
        is_confident=label.is_confident,
    )
