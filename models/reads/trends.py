"""Reads what trends are measured from: narrow rows of posts, probabilities of a sample, stretches that were heard."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Text, case, cast, func, select
from sqlmodel import Session, col

from models.reads.customers import MentionFilter, customers
from models.reads.rows import in_portions, parsed_objects, raw_rows
from models.tables import Coverage, Label, Mention, Run
from models.words import RunKind, Sentiment, Stage, Standing

_Number = TypeVar("_Number", bound=Any)


class Said(NamedTuple):
    """What a model gave each class of the two tasks."""

    stage: dict[str, float]
    sentiment: dict[str, float]


def trend_posts(
    session: Session, brand_id: int, as_of: datetime, filters: MentionFilter, model: str
) -> list[tuple[int, int, int]]:
    """The customers' posts asked for, without repetitions, in no order: three numbers a post.

    They are the mention's id; the author's id, or less than 0 and the post's own where nobody knows who wrote it; and
    what is said of it, see ``unpacked``; ``model`` is the one whose labels are usual. Few plain numbers, without a day,
    since anything more for each post takes longer than finding the posts: ask once for each bucket.
    """
    about = _place(col(Mention.stage), Stage) * 8 + _place(col(Mention.sentiment), Sentiment)
    strange = case((col(Mention.model) != model, 1), else_=0)
    columns = (Mention.id, func.coalesce(Mention.author_id, -col(Mention.id)), about * 2 + strange)
    # Of two upper ends SQLite searches by the one it likes, which may be the later.
    end = min(as_of, filters.until) if filters.until else as_of
    return raw_rows(session, customers(brand_id, end, *columns, filters=filters))


def unpacked(said: _Number) -> tuple[_Number, _Number, _Number]:
    """The place of a post's stage in ``Stage`` and of its sentiment in ``Sentiment``, from 1, 0 without one; and 1
    where another model has labelled it. Takes a number or an array of them.
    """
    return said // 16, said // 2 % 8, said % 2


def labelling_models(session: Session, mention_ids: Iterable[int]) -> list[str]:
    """The models that have labelled some mentions, by name."""
    query = select(col(Mention.model)).where(col(Mention.id).in_(list(mention_ids))).distinct()
    return sorted(str(name) for (name,) in session.execute(query) if name)


def _place(column: Any, names: type[StrEnum]) -> ColumnElement[int]:
    return case({name.value: at for at, name in enumerate(names, 1)}, value=column, else_=0)


def probabilities_of(session: Session, mention_ids: Iterable[int], model: str) -> dict[int, Said]:
    """What a model said of these mentions, by mention; those that it has not labelled are left out."""
    found: dict[int, Said] = {}
    stages, sentiments = cast(col(Label.stage_probabilities), Text), cast(col(Label.sentiment_probabilities), Text)
    for among in in_portions(Label.mention_id, mention_ids):
        query = select(col(Label.mention_id), stages, sentiments).where(among, col(Label.model) == model)
        rows = raw_rows(session, query)
        parsed = zip(parsed_objects(row[1] for row in rows), parsed_objects(row[2] for row in rows), strict=True)
        found.update({row[0]: Said(*said) for row, said in zip(rows, parsed, strict=True)})
    return found


def last_of_files(session: Session, brand_id: int, without: Sequence[str], source: str | None) -> datetime | None:
    """Up to when the brand's sources were seen that no stream listens to (``without`` names those that one does)."""
    query = select(func.max(Coverage.covers_until)).where(
        col(Coverage.brand_id) == brand_id, col(Coverage.source).not_in(without)
    )
    last: datetime | None = session.execute(
        query if source is None else query.where(col(Coverage.source) == source)
    ).scalar_one()
    return last


def first_post(
    session: Session, brand_id: int, since: datetime, until: datetime, sources: Sequence[str], *, besides: bool
) -> datetime | None:
    """When the brand's first post at ``sources`` (``besides`` them, if so) was published, but ``since`` if earlier.

    None if there is none before ``until``.
    """
    named = col(Mention.source).not_in(sources) if besides else col(Mention.source).in_(sources)
    query = select(col(Mention.published_at)).where(
        col(Mention.brand_id) == brand_id, col(Mention.standing).in_(list(map(int, Standing))), named
    )
    if session.execute(query.where(col(Mention.published_at) < since).limit(1)).first():
        return since
    in_it = query.where(col(Mention.published_at) >= since, col(Mention.published_at) < until)
    first = session.execute(in_it.order_by(col(Mention.published_at)).limit(1)).first()
    return first[0] if first else None


def was_imported(session: Session) -> bool:
    """Whether any file was ever imported, for whatever brand: an import's run does not name one."""
    query = select(col(Run.id)).where(col(Run.kind) == RunKind.IMPORT.value)
    return session.execute(query.limit(1)).first() is not None
