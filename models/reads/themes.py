"""Reads themes: the stored ones, the posts to find them in, and what a report counts of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, literal, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.headings import with_title
from models.reads.customers import EVERYTHING, MentionFilter, customers, with_posts
from models.reads.rows import in_portions
from models.reads.sampling import draw_column
from models.reads.states import ResponseClock, state_of
from models.tables import Mention, Post, Theme
from models.words import Sentiment, Stage, Standing

CHOOSING = "choosing"


@dataclass(frozen=True, slots=True)
class ThemedPost:
    """A customer's post that complains, praises or chooses (``polarity``), and the theme that it lies in so far."""

    mention_id: int
    post_id: int
    text: str
    language: str
    polarity: str
    theme_id: int | None


class ThemeCount(NamedTuple):
    """So many posts alike in all that a report tells apart; ``theme_id`` None is near no theme."""

    theme_id: int | None
    polarity: str
    sentiment: str | None
    stage: str | None
    language: str
    state: str | None
    posts: int
    first_at: datetime
    last_at: datetime


class QuotablePost(NamedTuple):
    """A post of a theme that may be quoted."""

    post_id: int
    text: str
    language: str
    author_id: int | None
    published_at: datetime


def themes_of(session: Session, brand_id: int, with_retired: bool = False) -> Sequence[Theme]:
    """A brand's themes by id; retired ones, in which older posts may lie, only if asked for."""
    query = select(Theme).where(Theme.brand_id == brand_id).order_by(col(Theme.id))
    return session.exec(query if with_retired else query.where(col(Theme.retired_at).is_(None))).all()


def theme_names(session: Session, brand_id: int) -> dict[int, str]:
    """The names of a brand's themes by id, retired ones included."""
    return {id or 0: name for id, name in session.exec(select(Theme.id, Theme.name).where(Theme.brand_id == brand_id))}


def polarity_column() -> ColumnElement[str | None]:
    """Whether ``Mention`` complains or praises, as ``nlp.themes.polarity_of`` says; NULL for neither."""
    is_complaint = or_(col(Mention.is_complaint).is_(True), col(Mention.sentiment) == Sentiment.NEGATIVE.value)
    lived = col(Mention.stage).in_((Stage.SMOT.value, Stage.UMOT.value))
    is_praise = and_(col(Mention.sentiment) == Sentiment.POSITIVE.value, lived)
    return case((is_complaint, literal("complaint")), (is_praise, literal("praise")), else_=None)


def kind_column() -> ColumnElement[str | None]:
    """``polarity_column``, and ``choosing`` for what else is said before buying: questions have themes, but make none.

    So it can be seen whether what customers share is asked about by those who are still to choose.
    """
    is_choosing = col(Mention.stage).in_((Stage.ZMOT.value, Stage.FMOT.value))
    return func.coalesce(polarity_column(), case((is_choosing, literal(CHOOSING)), else_=None))


def themed_count(session: Session, brand_id: int) -> int:
    """How many labelled posts of a brand's customers complain or praise, repetitions left out."""
    return session.exec(_posts(brand_id, func.count())).one()  # type: ignore[no-any-return]


def theme_sample(session: Session, brand_id: int, most: int) -> list[ThemedPost]:
    """At most ``most`` of them, drawn from all of the time by a hash of their ids, by rising mention id."""
    drawn = draw_column(col(Mention.post_id))
    query = _posts(brand_id, *_COLUMNS).order_by(drawn, col(Mention.id)).limit(most)
    return sorted(map(_themed, session.exec(query)), key=lambda post: post.mention_id)


def outside_themes(session: Session, brand_id: int, after: int, limit: int) -> list[ThemedPost]:
    """Those, and what is said by people who choose, in no theme or a retired one, by rising id from ``after`` on."""
    retired = select(Theme.id).where(Theme.brand_id == brand_id, col(Theme.retired_at).is_not(None))
    unthemed = or_(col(Mention.theme_id).is_(None), col(Mention.theme_id).in_(retired))
    query = _posts(brand_id, *_COLUMNS[:-2], kind_column(), Mention.theme_id, of=kind_column())
    query = query.where(unthemed, col(Mention.id) > after)
    return list(map(_themed, session.exec(query.order_by(col(Mention.id)).limit(limit))))


def polarities(session: Session, mention_ids: Sequence[int]) -> dict[int, str | None]:
    """Whether each of these mentions complains, praises or chooses now, corrections of people included."""
    found: dict[int, str | None] = {}
    for among in in_portions(Mention.id, mention_ids):
        found.update(session.exec(select(Mention.id, kind_column()).where(among)).all())  # type: ignore[arg-type]
    return found


def brands_of(session: Session, mention_ids: Sequence[int]) -> dict[int, int]:
    """The brand of each mention, in the order given."""
    found: dict[int, int] = {}
    for among in in_portions(Mention.id, mention_ids):
        found.update(session.exec(select(Mention.id, Mention.brand_id).where(among)).all())  # type: ignore[arg-type]
    return {id: found[id] for id in mention_ids}


def theme_counts(
    session: Session, brand_id: int, clock: ResponseClock, filters: MentionFilter = EVERYTHING
) -> list[ThemeCount]:
    """The customers' posts asked for that complain or praise, counted by all that a report of themes shows."""
    kinds: tuple[Any, ...] = (
        col(Mention.theme_id), polarity_column().label("polarity"), col(Mention.sentiment), col(Mention.stage),
        col(Mention.language), state_of(clock).label("state"),
    )  # fmt: skip
    at = col(Mention.published_at)
    base = customers(brand_id, clock.as_of, *kinds, at.label("at"), filters=filters)
    said = base.where(polarity_column().is_not(None)).subquery()
    columns = [said.c[name] for name in ("theme_id", "polarity", "sentiment", "stage", "language", "state")]
    query = select_columns(*columns, func.count(), func.min(said.c.at), func.max(said.c.at)).group_by(*columns)
    return [ThemeCount(*row) for row in session.execute(query)]


def counts_by_theme(session: Session, brand_id: int, as_of: datetime, filters: MentionFilter) -> dict[int, int]:
    """How many of the posts asked for lie in each theme."""
    query = customers(brand_id, as_of, Mention.theme_id, func.count(), filters=filters)
    query = query.where(col(Mention.theme_id).is_not(None), polarity_column().is_not(None))
    return {row[0]: row[1] for row in session.execute(query.group_by(col(Mention.theme_id)))}


def quotable(
    session: Session, brand_id: int, as_of: datetime, theme_id: int, filters: MentionFilter, limit: int
) -> list[QuotablePost]:
    """The newest posts asked for that lie in the theme."""
    columns = (Post.id, Post.text, Post.language, Post.author_id, Post.published_at)
    query = with_posts(customers(brand_id, as_of, *columns, filters=filters)).where(
        col(Mention.theme_id) == theme_id, polarity_column().is_not(None)
    )
    query = query.order_by(col(Mention.published_at).desc(), col(Mention.post_id).desc()).limit(limit)
    return [QuotablePost(*row) for row in session.execute(query)]


_COLUMNS = (Mention.id, Post.id, Post.title, Post.text, Post.language, polarity_column(), Mention.theme_id)


def _posts(brand_id: int, *columns: Any, of: ColumnElement[str | None] | None = None) -> Any:
    return (
        select(*columns)
        .select_from(Mention)
        .join(Post, col(Post.id) == col(Mention.post_id))
        .where(Mention.brand_id == brand_id, Mention.standing == int(Standing.COUNTED))
        .where((polarity_column() if of is None else of).is_not(None))
    )


def _themed(row: Any) -> ThemedPost:
    id, post_id, title, text, language, polarity, theme_id = row
    return ThemedPost(id, post_id, with_title(title, text), language, polarity, theme_id)
