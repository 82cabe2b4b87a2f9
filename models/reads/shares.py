"""Reads what shares of stages and sentiments are counted and estimated from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.reads.customers import MentionFilter, customers
from models.tables import Correction, Label, Mention
from models.words import CorrectedField


@dataclass(frozen=True, slots=True)
class LabelledPost:
    """What is said of one customer's post. ``corrected`` are fields that people have set."""

    stage: str | None
    sentiment: str | None
    model: str | None
    stage_probabilities: dict[str, float] | None
    sentiment_probabilities: dict[str, float] | None
    corrected: frozenset[str]


def labelled_posts(session: Session, brand_id: int, as_of: datetime, filters: MentionFilter) -> Iterator[LabelledPost]:
    """The customers' posts asked for, without repetitions, by rising mention id."""
    corrected = corrected_fields(session)
    columns = (
        Mention.id, Mention.stage, Mention.sentiment, Mention.model, Label.stage_probabilities,
        Label.sentiment_probabilities,
    )  # fmt: skip
    query = (
        customers(brand_id, as_of, *columns, filters=filters)
        .outerjoin(Label, (col(Label.mention_id) == Mention.id) & (col(Label.model) == Mention.model))
        .order_by(col(Mention.id))
    )
    for id, stage, sentiment, model, of_stage, of_sentiment in session.execute(query):
        people = corrected.get(id, frozenset())
        yield LabelledPost(stage, sentiment, model, of_stage, of_sentiment, people)


def corrected_fields(session: Session) -> dict[int, frozenset[str]]:
    """Which of ``stage`` and ``sentiment`` people have set, by mention, of whatever brand."""
    query = (
        select(Correction.mention_id, Correction.field)
        .where(col(Correction.undone_at).is_(None))
        .where(col(Correction.field).in_((CorrectedField.STAGE.value, CorrectedField.SENTIMENT.value)))
    )
    found: dict[int, set[str]] = {}
    for mention_id, field in session.exec(query):
        found.setdefault(mention_id, set()).add(field)
    return {mention_id: frozenset(fields) for mention_id, fields in found.items()}
