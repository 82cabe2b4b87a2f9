"""Reads what a word cloud needs and measures it."""

from datetime import datetime

from sqlmodel import Session

from listener.reports.word_cloud import CloudPost, WordCloudData
from listener.reports.word_cloud import measure as measure_cloud
from models.reads.brands import brand_by_slug
from models.reads.cloud import CloudRow, cloud_rows, names_of


def build_word_cloud(
    session: Session,
    slug: str,
    as_of: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    language: str | None = None,
    stage: str | None = None,
    sentiment: str | None = None,
    limit: int = 100,
) -> WordCloudData:
    """What sets the chosen posts of a brand apart from the rest. Raises NotFoundError for an unknown brand.

    The rest is the other brands' posts and those of the brand that were not chosen; by language alone nothing is
    set apart, since each language is compared with itself.
    """
    brand = brand_by_slug(session, slug)
    brand_id = brand.id or 0

    def is_chosen(row: CloudRow) -> bool:
        _, _, _, said_sentiment, said_stage, at = row
        in_period = (since is None or at >= since) and (until is None or at < until)
        return in_period and stage in (None, said_stage) and sentiment in (None, said_sentiment)

    own = [row for row in cloud_rows(session, brand_id, as_of, of_brand=True) if language in (None, row[2])]
    others = [row for row in cloud_rows(session, brand_id, as_of, of_brand=False) if language in (None, row[2])]
    chosen = [_post(row) for row in own if is_chosen(row)]
    rest = [_post(row) for row in own if not is_chosen(row)] + [_post(row) for row in others]
    return measure_cloud(chosen, rest, drop=names_of(session, brand_id), limit=limit)


def _post(row: CloudRow) -> CloudPost:
    return CloudPost(row[0], row[1], row[2], row[3])
