"""Writes labels and corrections, and keeps what counts now on the mention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

from models.tables import Correction, Label, Mention
from models.words import Addressee, CorrectedField, Sentiment, Stage

_COLUMNS = {
    CorrectedField.STAGE: "stage",
    CorrectedField.SENTIMENT: "sentiment",
    CorrectedField.COMPLAINT: "is_complaint",
    CorrectedField.NEEDS_RESPONSE: "needs_response",
    CorrectedField.ADDRESSED_TO: "addressed_to",
}


@dataclass(frozen=True, slots=True)
class LabelData:
    """A classifier's statement on one mention; ``complaint`` and ``needs_response`` are probabilities."""

    mention_id: int
    stage: Stage
    stage_probabilities: dict[str, float]
    sentiment: Sentiment
    sentiment_probabilities: dict[str, float]
    complaint: float
    needs_response: float
    addressed_to: Addressee
    is_confident: bool


def save_labels(session: Session, labels: Sequence[LabelData], model: str, now: datetime, threshold: float) -> None:
    """Store one label a mention and model, and show it on the mention where no person has said otherwise.

    ``threshold`` is the probability from which a post is a complaint or needs a response.
    """
    if not labels:
        return
    ids = [label.mention_id for label in labels]
    session.execute(delete(Label).where(col(Label.mention_id).in_(ids), col(Label.model) == model))
    session.execute(insert(Label), [_label_row(label, model, now) for label in labels])
    shown = {label.mention_id: _shown(label, model, threshold) for label in labels}
    corrections = (
        select(Correction)
        .where(col(Correction.mention_id).in_(ids), col(Correction.undone_at).is_(None))
        .order_by(col(Correction.id))
    )
    for correction in session.exec(corrections):
        field = CorrectedField(correction.field)
        shown[correction.mention_id][_COLUMNS[field]] = _typed(field, correction.value)
    session.execute(update(Mention), list(shown.values()))


def save_correction(
    session: Session, mention: Mention, field: CorrectedField, value: str, author: str, now: datetime
) -> Correction:
    """Record what a person says of a mention and show it at once. Raises ValueError for a value that is no label."""
    setattr(mention, _COLUMNS[field], _typed(field, value))
    correction = Correction(mention_id=mention.id or 0, field=field.value, value=value, author=author, created_at=now)
    session.add_all([mention, correction])
    session.flush()
    return correction


def _label_row(label: LabelData, model: str, now: datetime) -> dict[str, object]:
    return {
        "mention_id": label.mention_id,
        "model": model,
        "created_at": now,
        "stage": label.stage.value,
        "stage_probabilities": label.stage_probabilities,
        "sentiment": label.sentiment.value,
        "sentiment_probabilities": label.sentiment_probabilities,
        "complaint": label.complaint,
        "needs_response": label.needs_response,
        "addressed_to": label.addressed_to.value,
        "is_confident": label.is_confident,
    }


def _shown(label: LabelData, model: str, threshold: float) -> dict[str, object]:
    return {
        "id": label.mention_id,
        "stage": label.stage.value,
        "sentiment": label.sentiment.value,
        "is_complaint": label.complaint >= threshold,
        "needs_response": label.needs_response >= threshold,
        "addressed_to": label.addressed_to.value,
        "is_confident": label.is_confident,
        "model": model,
    }


def _typed(field: CorrectedField, value: str) -> str | bool:
    """Check a corrected value against its words; booleans are written ``true`` and ``false``."""
    if field is CorrectedField.STAGE:
        return Stage(value).value
    if field is CorrectedField.SENTIMENT:
        return Sentiment(value).value
    if field is CorrectedField.ADDRESSED_TO:
        return Addressee(value).value
    if value not in ("true", "false"):
        raise ValueError(f"{value!r} is not true or false")
    return value == "true"
