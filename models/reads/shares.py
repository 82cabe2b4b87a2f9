"""Reads what shares of stages and sentiments are counted and estimated from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.reads.mentions import by_customers
from models.tables import Author, Correction, Label, Mention, Post
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


def labelled_posts(
    session: Session, brand_id: int, as_of: datetime, since: datetime | None, until: datetime | None
) -> Iterator[LabelledPost]:
    """Customers' posts of a period, ``since`` included and ``until`` not, without repetitions, by rising mention id."""
    corrected = _corrected(session, brand_id)
    query = (
        select(  # type: ignore[call-overload]
            Mention.id,
            Mention.stage,
            Mention.sentiment,
            Mention.model,
            Label.stage_probabilities,
            Label.sentiment_probabilities,
        )
        .select_from(Mention)
        .join(Post, Post.id == Mention.post_id)
        .outerjoin(Author, Author.id == Post.author_id)
        .outerjoin(Label, (Label.mention_id == Mention.id) & (Label.model == Mention.model))
        .where(Mention.brand_id == brand_id, by_customers())
        .where(Post.published_at <= as_of, col(Post.duplicate_of_id).is_(None))
        .order_by(Mention.id)
    )
    if since is not None:
        query = query.where(Post.published_at >= since)
    if until is not None:
        query = query.where(Post.published_at < until)
    for id, stage, sentiment, model, of_stage, of_sentiment in session.exec(query):
        people = corrected.get(id, frozenset())
        yield LabelledPost(stage, sentiment, model, of_stage, of_sentiment, people)


def _corrected(session: Session, brand_id: int) -> dict[int, frozenset[str]]:
    query = (
        select(Correction.mention_id, Correction.field)
        .join(Mention, col(Mention.id) == col(Correction.mention_id))
        .where(Mention.brand_id == brand_id, col(Correction.undone_at).is_(None))
        .where(col(Correction.field).in_((CorrectedField.STAGE.value, CorrectedField.SENTIMENT.value)))
    )
    found: dict[int, set[str]] = {}
    for mention_id, field in session.exec(query):
        found.setdefault(mention_id, set()).add(field)
    return {mention_id: frozenset(fields) for mention_id, fields in found.items()}
