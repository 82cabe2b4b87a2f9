"""Labels the posts in the database that lack a label of the current model, and puts them into themes."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from listener.pipeline.labelling import BATCH, rounded
from listener.pipeline.theming import LiveThemes, find_themes, needs_themes, place_mentions
from listener.progress import Progress, silent
from models.database import session_of
from models.reads.brands import all_brands
from models.reads.mentions import count_unlabelled, unlabelled
from models.reads.themes import brands_of
from models.store.labels import LabelData, save_labels
from models.store.runs import finish_run, start_run
from models.words import RunKind
from nlp.moments import Classifier, MomentLabel, Reader


def classify_stored(
    engine: Engine,
    classifier: Classifier,
    clock: Callable[[], datetime],
    *,
    brand_id: int | None = None,
    progress: Progress = silent,
) -> int:
    """Label every mention that has no label of this model; return how many. Commits after each batch.

    The encoder's one pass gives labels and vectors: complaints and praises go into the nearest theme with their label.
    A brand that has no themes yet gets them once there are posts enough.
    """
    reader = classifier if isinstance(classifier, Reader) else None
    with session_of(engine) as session:
        total = count_unlabelled(session, classifier.model, brand_id)
        if not total:
            _find_missing(engine, reader, clock, brand_id, progress)
            return 0
        live = _live(session, reader)
        run = start_run(session, RunKind.CLASSIFY, clock(), brand_id=brand_id)
    last = 0
    with progress("classifying", total) as advance:
        while True:
            with session_of(engine) as session:
                rows = unlabelled(session, classifier.model, brand_id=brand_id, after=last, limit=BATCH * 4)
                if not rows:
                    break
                texts = [text for _, text in rows]
                labels, vectors = reader.read(texts) if reader else (classifier.classify(texts), None)
                stored = [_stored(id, label) for (id, _), label in zip(rows, labels, strict=True)]
                save_labels(session, stored, classifier.model, clock(), classifier.threshold)
                if vectors is not None:
                    place_mentions(session, brands_of(session, [id for id, _ in rows]), vectors, live)
                last = rows[-1][0]
            advance(len(rows))
    with session_of(engine) as session:
        finish_run(session, run, clock(), {"new": total})
    _find_missing(engine, reader, clock, brand_id, progress)
    return total


def _live(session: Session, reader: Reader | None) -> dict[int, LiveThemes]:
    brands = [brand.id or 0 for brand in all_brands(session)] if reader else []
    return {id: LiveThemes.load(session, id, reader.encoder) for id in brands if reader}


def _find_missing(
    engine: Engine, reader: Reader | None, clock: Callable[[], datetime], brand_id: int | None, progress: Progress
) -> None:
    """Find the themes of the brands (or the one named) that have none and posts enough."""
    if reader is None:
        return
    with session_of(engine) as session:
        brands = [brand.id or 0 for brand in all_brands(session) if brand_id in (None, brand.id)]
        missing = [id for id in brands if needs_themes(session, id, reader.encoder)]
    for id in missing:
        find_themes(engine, reader, id, clock, progress)


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
