"""Reads what shares of stages and sentiments are counted and estimated from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.reads.customers import MentionFilter, customers
from models.reads.rows import in_portions, parsed_objects, raw_rows
from models.reads.sampling import draw_number
from models.tables import Correction, Label, Mention
from models.words import CorrectedField

MOST = 4_000
"""Posts whose probabilities are read: beyond, each post more costs time and moves no share by a tenth of a point."""


@dataclass(frozen=True, slots=True)
class LabelledPost:
    """What is said of one customer's post. ``corrected`` are fields that people have set.

    Of posts that are not ``is_sampled`` the probabilities are not read.
    """

    stage: str | None
    sentiment: str | None
    model: str | None
    stage_probabilities: dict[str, float] | None
    sentiment_probabilities: dict[str, float] | None
    corrected: frozenset[str]
    is_sampled: bool = True


def labelled_posts(session: Session, brand_id: int, as_of: datetime, filters: MentionFilter) -> Iterator[LabelledPost]:
    """The customers' posts asked for, without repetitions, by rising mention id; of more than ``MOST`` a sample."""
    corrected = corrected_fields(session)
    columns = (Mention.id, Mention.stage, Mention.sentiment, Mention.model)
    rows = raw_rows(session, customers(brand_id, as_of, *columns, filters=filters))
    sampled = set(sorted((row[0] for row in rows), key=draw_number)[:MOST])
    said = _probabilities(session, sorted(sampled))
    for id, stage, sentiment, model in sorted(rows, key=lambda row: int(row[0])):
        of_stage, of_sentiment = said.get((id, model), (None, None))
        people = corrected.get(id, frozenset())
        yield LabelledPost(stage, sentiment, model, of_stage, of_sentiment, people, id in sampled)


def _probabilities(
    session: Session, mention_ids: Sequence[int]
) -> dict[tuple[int, str | None], tuple[dict[str, float], dict[str, float]]]:
    """By mention and model, what it said of stage and sentiment."""
    columns = (
        col(Label.mention_id), col(Label.model), cast(col(Label.stage_probabilities), Text),
        cast(col(Label.sentiment_probabilities), Text),
    )  # fmt: skip
    found: dict[tuple[int, str | None], tuple[dict[str, float], dict[str, float]]] = {}
    for among in in_portions(Label.mention_id, mention_ids):
        rows = raw_rows(session, select_columns(*columns).where(among))
        said = zip(parsed_objects(row[2] for row in rows), parsed_objects(row[3] for row in rows), strict=True)
        found.update(((row[0], row[1]), of_tasks) for row, of_tasks in zip(rows, said, strict=True))
    return found


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
