"""Writes labels and corrections, takes corrections back, and keeps what counts now on the mention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

from models.tables import Correction, Label, Mention
from models.words import Addressee, CorrectedField, Sentiment, Stage, StatedField

Correctable = CorrectedField | StatedField
_EVEN = 0.5
"""The threshold of labels that do not say theirs."""
_COLUMNS: dict[Correctable, str] = {
    CorrectedField.STAGE: "stage",
    CorrectedField.SENTIMENT: "sentiment",
    CorrectedField.COMPLAINT: "is_complaint",
    CorrectedField.NEEDS_RESPONSE: "needs_response",
    CorrectedField.ADDRESSED_TO: "addressed_to",
    StatedField.HANDLED_AT: "handled_at",
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
    lock_mentions(session, ids)  # a correction that is being written is to be seen below
    session.execute(delete(Label).where(col(Label.mention_id).in_(ids), col(Label.model) == model))
    session.execute(insert(Label), [_label_row(label, model, now, threshold) for label in labels])
    shown = {label.mention_id: _shown(label, model, threshold) for label in labels}
    corrections = (
        select(Correction)
        .where(col(Correction.mention_id).in_(ids), col(Correction.undone_at).is_(None))
        .order_by(col(Correction.id))
    )
    for correction in session.exec(corrections):
        field = correctable(correction.field)
        if isinstance(field, CorrectedField):  # no label says anything else
            shown[correction.mention_id][_COLUMNS[field]] = _typed(field, correction.value)
    session.execute(update(Mention), list(shown.values()))


def lock_mentions(session: Session, mention_ids: Sequence[int]) -> None:
    """Wait for whoever is changing these, always in one order, so that no two wait for each other.

    SQLite has one writer at a time, and needs nothing of the kind.
    """
    if session.get_bind().dialect.name != "sqlite":
        query = select(Mention.id).where(col(Mention.id).in_(mention_ids)).order_by(col(Mention.id))
        session.exec(query.with_for_update()).all()


def correctable(name: str) -> Correctable:
    """The field of that name. Raises ValueError for one that nobody can correct."""
    return StatedField(name) if name in tuple(StatedField) else CorrectedField(name)


def save_correction(
    session: Session, mention: Mention, field: Correctable, value: str, author: str, now: datetime
) -> Correction:
    """Record what a person says of a mention and show it at once. Raises ValueError for a value that is no label.

    When it was answered elsewhere is a time between the post's own and ``now``, or the word ``now``.
    """
    if field is StatedField.HANDLED_AT:
        value = _handled(mention, value, now)
    setattr(mention, _COLUMNS[field], _typed(field, value))
    correction = Correction(mention_id=mention.id or 0, field=field.value, value=value, author=author, created_at=now)
    session.add_all([mention, correction])
    session.flush()
    return correction


def undo_correction(session: Session, correction: Correction, now: datetime) -> Mention:
    """Take a correction back: what counted before counts again, the correction before it or else the label of now.

    It stays on record. One that was taken back before stays as it is.
    """
    mention = session.get_one(Mention, correction.mention_id)
    if correction.undone_at is not None:
        return mention
    correction.undone_at = now
    session.add(correction)
    session.flush()
    field = correctable(correction.field)
    setattr(mention, _COLUMNS[field], _counting(session, mention, field))
    session.add(mention)
    session.flush()
    return mention


def _counting(session: Session, mention: Mention, field: Correctable) -> str | bool | datetime | None:
    """What counts of a field: the last correction that stands, else what the label says, else nothing."""
    standing = (
        select(Correction.value)
        .where(Correction.mention_id == mention.id, Correction.field == field.value)
        .where(col(Correction.undone_at).is_(None))
        .order_by(col(Correction.id).desc())
    )
    value = session.exec(standing.limit(1)).first()
    if value is not None:
        return _typed(field, value)
    said = select(Label).where(Label.mention_id == mention.id, Label.model == mention.model)
    label = session.exec(said).first()
    if label is None or isinstance(field, StatedField):
        return None
    found: str | float = getattr(label, field.value)
    if isinstance(found, str):
        return found
    return found >= (_EVEN if label.threshold is None else label.threshold)


def _label_row(label: LabelData, model: str, now: datetime, threshold: float) -> dict[str, object]:
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
        "threshold": threshold,
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


def _handled(mention: Mention, value: str, now: datetime) -> str:
    """The time that is meant, as it is recorded: UTC in ISO 8601."""
    at = now if value == "now" else datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError(f"{value!r} says no zone: write 2026-11-01T09:30:00Z, or now")
    if at > now or (mention.published_at is not None and at < mention.published_at):
        raise ValueError(f"{value!r} lies before the post or in the future")
    return at.astimezone(UTC).isoformat()


def _typed(field: Correctable, value: str) -> str | bool | datetime:
    """Check a corrected value against its words; booleans are written ``true`` and ``false``."""
    if field is StatedField.HANDLED_AT:
        return datetime.fromisoformat(value)
    if field is CorrectedField.STAGE:
        return Stage(value).value
    if field is CorrectedField.SENTIMENT:
        return Sentiment(value).value
    if field is CorrectedField.ADDRESSED_TO:
        return Addressee(value).value
    if value not in ("true", "false"):
        raise ValueError(f"{value!r} is not true or false")
    return value == "true"
