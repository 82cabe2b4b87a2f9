"""Reads alerts, and what they are looked for in: who wrote when at which stage, and who took up a shared experience."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.alert_tables import Alert
from models.headings import with_title
from models.reads.customers import MentionFilter, customers
from models.reads.days import epoch_seconds
from models.reads.loop import STAGES
from models.reads.rows import in_portions, raw_rows
from models.tables import Brand, Mention, Post, PostLink
from models.words import AlertKind, LinkKind, Stage, Standing


class Uptake(NamedTuple):
    """Somebody answered, quoted or shared a post: whose post, who (less than 0: nobody knows), when, by which post."""

    shared_id: int
    author: int
    seconds: int
    post_id: int


def going(session: Session, brand_id: int, kinds: Iterable[AlertKind]) -> list[Alert]:
    """The brand's alerts of these kinds that have not ended, the oldest first."""
    query = select(Alert).where(Alert.brand_id == brand_id, col(Alert.ended_at).is_(None))
    return list(session.exec(query.where(col(Alert.kind).in_([kind.value for kind in kinds])).order_by(col(Alert.id))))


def last_episodes(session: Session, brand_id: int, subjects: Iterable[str]) -> dict[str, Alert]:
    """The newest alert on each of these subjects."""
    query = select(Alert).where(Alert.brand_id == brand_id, col(Alert.subject).in_(list(subjects)))
    return {alert.subject: alert for alert in session.exec(query.order_by(col(Alert.episode)))}


def list_alerts(
    session: Session,
    *,
    brand: str | None = None,
    kind: AlertKind | None = None,
    is_open: bool | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[tuple[Alert, Brand]]:
    """Alerts with their brands, the newest first; ``before`` is the id of the last one of the page before."""
    query = select(Alert, Brand).join(Brand, col(Brand.id) == col(Alert.brand_id))
    if brand is not None:
        query = query.where(Brand.slug == brand)
    if kind is not None:
        query = query.where(Alert.kind == kind.value)
    if is_open is not None:
        is_closed = col(Alert.closed_at).is_not(None)
        query = query.where(~is_closed if is_open else is_closed)
    if before is not None:
        query = query.where(col(Alert.id) < before)
    return list(session.exec(query.order_by(col(Alert.id).desc()).limit(limit)))


def voices(session: Session, brand_id: int, since: datetime, until: datetime) -> list[tuple[int, int, int, int]]:
    """The customers' posts of a period, in no order: seconds since 1970, author, stage, post id.

    The author is less than 0 where nobody knows who wrote it, another number each time; the stage is its place in
    ``models.reads.loop.STAGES``, from 1, 0 for another or none.
    """
    columns = (
        epoch_seconds(col(Mention.published_at)),
        func.coalesce(Mention.author_id, -col(Mention.id)),
        case({stage.value: at for at, stage in enumerate(STAGES, 1)}, value=col(Mention.stage), else_=0),
        Mention.post_id,
    )
    return raw_rows(session, customers(brand_id, until, *columns, filters=MentionFilter(since=since, until=until)))


def experiences(session: Session, brand_id: int, since: datetime, until: datetime) -> list[tuple[int, str | None]]:
    """(post id, address) of the experiences that customers shared in a period, by rising id."""
    filters = MentionFilter(since=since, until=until, stage=Stage.UMOT.value)
    query = customers(brand_id, until, Mention.post_id, Post.url, filters=filters)
    query = query.join(Post, col(Post.id) == col(Mention.post_id)).order_by(col(Mention.post_id))
    return [(id, url) for id, url in session.execute(query)]


def answers_and_quotes(session: Session, shared_ids: Sequence[int]) -> list[Uptake]:
    """Who answered or quoted these posts, other than their authors, the brands and those that are gone."""
    by, shared = aliased(Post), aliased(Post)
    answers = _uptakes(by, col(by.parent_id)).join(shared, col(shared.id) == by.parent_id)
    quotes = (
        _uptakes(by, col(shared.id))
        .join(PostLink, (col(PostLink.post_id) == by.id) & (col(PostLink.kind) == LinkKind.QUOTE.value))
        .join(shared, (col(shared.source) == by.source) & (col(shared.source_id) == PostLink.target))
    )
    found: list[Uptake] = []
    for query in (answers, quotes):
        another = func.coalesce(by.author_id, 0) != func.coalesce(shared.author_id, -1)
        for among in in_portions(shared.id, shared_ids):
            found += [Uptake(*row) for row in raw_rows(session, query.where(among, another))]
    return found


def shared_by(session: Session, targets: Sequence[str]) -> list[tuple[str, int, int, int]]:
    """(address, author, seconds, post id) of posts that share one of these addresses, in their plainest form."""
    by = aliased(Post)
    link = (col(PostLink.post_id) == by.id) & (col(PostLink.kind) == LinkKind.URL.value)
    query = _uptakes(by, col(PostLink.target)).join(PostLink, link)
    found: list[tuple[str, int, int, int]] = []
    for start in range(0, len(targets), 500):
        rows = raw_rows(session, query.where(col(PostLink.target).in_(targets[start : start + 500])))
        found += [(str(row[0]), int(row[1]), int(row[2]), int(row[3])) for row in rows]
    return found


def _uptakes(by: Any, of: Any) -> Any:
    """Posts said by customers (of whatever brand, or none), with what each takes up."""
    is_other = (col(Mention.post_id) == by.id) & (col(Mention.standing) == int(Standing.LEFT_OUT))
    left_out = select(Mention.id).where(is_other).exists()
    author = func.coalesce(by.author_id, -by.id)
    return select(of, author, epoch_seconds(by.published_at), by.id).where(by.gone_at.is_(None), ~left_out)


def published_seconds(session: Session, post_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(post id, seconds since 1970 at which it was published) of these posts, by rising id."""
    found: list[tuple[int, int]] = []
    for among in in_portions(Post.id, post_ids):
        query = select(Post.id, epoch_seconds(col(Post.published_at))).where(among).order_by(col(Post.id))
        found += [(int(row[0]), int(row[1])) for row in raw_rows(session, query)]
    return found


def words_of(session: Session, post_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """``id``, ``source``, ``text`` (with its title) and ``url`` of these posts by id, but for those that are gone."""
    columns: tuple[Any, ...] = (Post.id, Post.source, Post.title, Post.text, Post.url)
    found: dict[int, dict[str, Any]] = {}
    for among in in_portions(Post.id, post_ids):
        for id, source, title, text, url in session.execute(
            select_columns(*columns).where(among, col(Post.gone_at).is_(None))
        ):
            found[id] = {"id": id, "source": source, "text": with_title(title, text), "url": url}
    return found
