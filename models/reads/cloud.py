"""Reads samples of posts with their stored terms: those that a word cloud is asked for, and the rest beside them.

A sample is the same each time: its posts are drawn by a hash of their ids, from all of the time alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.reads.customers import MentionFilter, customers
from models.reads.rows import in_portions, raw_rows
from models.reads.sampling import GOLDEN, draw_column
from models.tables import Brand, Mention, OwnedAuthor, Post, PostTerms
from models.words import Standing

_ODD = 40_503
_MOST_DRAWN = 64_000


@dataclass(frozen=True, slots=True)
class CloudRow:
    """A post of a sample; ``terms`` are as ``nlp.stored_terms`` writes them, None where they are not stored yet."""

    post_id: int
    terms: str | None
    language: str
    sentiment: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """The posts drawn, the newest first, of so many that were asked for."""

    rows: Sequence[CloudRow]
    of: int


def chosen_posts(
    session: Session, brand_id: int, as_of: datetime, filters: MentionFilter, version: str, most: int, seed: int = 0
) -> Sample:
    """At most ``most`` of a brand's customers' posts, without repetitions; ``of`` is how many there are in all.

    ``version`` is that of the terms wanted; another ``seed`` draws others.
    """
    hashed = draw_column(col(Mention.post_id), seed)
    columns = (Mention.post_id, Mention.published_at, Mention.language, Mention.sentiment, func.count().over())
    query = customers(brand_id, as_of, *columns, filters=filters).order_by(hashed, col(Mention.post_id)).limit(most)
    rows = session.execute(query).all()
    rows = sorted(rows, key=lambda row: (row[1], row[0]), reverse=True)
    terms = _terms(session, [row[0] for row in rows], version)
    found = [CloudRow(id, terms.get(id), language, sentiment) for id, _, language, sentiment, _ in rows]
    return Sample(found, rows[0][4] if rows else 0)


def rest_posts(
    session: Session, brand_id: int, as_of: datetime, filters: MentionFilter, version: str, most: int, seed: int = 0
) -> Sample:
    """Of all other posts by customers in the language asked for, other brands' and this one's rest, at most ``most``.

    They are drawn from all stored posts, one of every so many in the order of arrival, in turns until half of ``most``
    are found or 64,000 ids were tried; so their number in all, ``of``, is an estimate unless every post was drawn.
    """
    last = session.exec(select(func.max(Post.id))).one() or 0
    step = _step(last, most // 2)
    found: dict[int, CloudRow] = {}
    drawn = turn = 0
    while len(found) < most // 2 and turn < step and drawn < _MOST_DRAWN:
        ids = _one_of_each(last, step, turn, seed)
        for among in in_portions(Mention.post_id, ids):
            rows = _rest_of(session, brand_id, as_of, filters, version, among)
            found.update((row.post_id, row) for row in rows)
        drawn, turn = drawn + len(ids), turn + 1
    return Sample(list(found.values()), round(len(found) * last / drawn) if drawn else 0)


def _rest_of(
    session: Session, brand_id: int, as_of: datetime, filters: MentionFilter, version: str, among: ColumnElement[bool]
) -> Iterator[CloudRow]:
    asked = customers(brand_id, as_of, Mention.post_id, filters=filters).where(among)
    chosen = set(session.scalars(asked))
    query = (
        select_columns(Mention.post_id, PostTerms.terms, Mention.language)  # type: ignore[call-overload]
        .select_from(Mention)
        .outerjoin(PostTerms, (col(PostTerms.post_id) == col(Mention.post_id)) & (col(PostTerms.version) == version))
        .where(among, col(Mention.standing) == int(Standing.COUNTED))
        .where(col(Mention.published_at) <= as_of)
    )
    if filters.language is not None:
        query = query.where(col(Mention.language) == filters.language)
    for id, terms, language in session.execute(query):
        if id not in chosen:
            yield CloudRow(id, terms, language, None)


def _step(last: int, wanted: int) -> int:
    """One of so many in a row makes at least ``wanted``; a power of two, so that few draws change as posts come."""
    step = 1
    while last // (step * 2) >= wanted:
        step *= 2
    return step


def _one_of_each(last: int, step: int, turn: int, seed: int) -> list[int]:
    """An id of each ``step`` in a row up to ``last``, the newest first; over ``step`` turns each id comes once."""
    places = ((block, ((block + seed + 1) * GOLDEN >> 16) + turn * _ODD) for block in range(-(-last // step)))
    ids = (block * step + 1 + place % step for block, place in places)
    return sorted((id for id in ids if id <= last), reverse=True)


def _terms(session: Session, ids: Sequence[int], version: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for among in in_portions(PostTerms.post_id, ids):
        query = select_columns(PostTerms.post_id, PostTerms.terms).where(among, PostTerms.version == version)  # type: ignore[call-overload]
        found.update(raw_rows(session, query))
    return found


def names_of(session: Session, brand_id: int) -> set[str]:
    """What a brand is called: its name, slug and accounts."""
    brand = session.get_one(Brand, brand_id)
    accounts = session.exec(select(OwnedAuthor.account).where(OwnedAuthor.brand_id == brand_id))
    return {brand.name, brand.slug, *accounts}
