"""Reads how many posts each source gave in each hour: what a silence is told from."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.reads.days import epoch_seconds
from models.tables import Mention
from models.words import Standing


def posts_by_hour(session: Session, brand_id: int, since: datetime, until: datetime) -> dict[str, dict[int, int]]:
    """By source, the brand's posts (its own included) in each hour since 1970 (UTC) in which there were any."""
    hour = epoch_seconds(col(Mention.published_at)) / 3600
    hour = func.floor(hour) if session.get_bind().dialect.name == "postgresql" else hour
    query = (
        select(col(Mention.source), hour, func.count())
        .where(col(Mention.brand_id) == brand_id, col(Mention.standing).in_(list(map(int, Standing))))
        .where(col(Mention.published_at) >= since, col(Mention.published_at) <= until)
        .group_by(col(Mention.source), hour)
    )
    found: dict[str, dict[int, int]] = {}
    for source, at, count in session.execute(query):
        by_hour = found.setdefault(source or "", {})
        by_hour[int(at)] = by_hour.get(int(at), 0) + count
    return found
