"""Word clouds as routes and pages need them: measured once a minute, though asked for as a table and as a picture."""

from dataclasses import dataclass
from urllib.parse import quote

from sqlmodel import Session

from api.caching import Cache
from api.parameters import CloudQuery, Period
from listener.reports.building import build_word_cloud
from listener.reports.word_cloud import CloudTerm, WordCloudData


@dataclass(frozen=True, slots=True)
class CloudKey:
    """Everything a cloud depends on besides the database."""

    brand: str
    period: Period
    language: str | None = None
    stage: str | None = None
    sentiment: str | None = None
    limit: int = 100


def cloud_key(query: CloudQuery, period: Period) -> CloudKey:
    """The key of what was asked for."""
    return CloudKey(query.brand, period, query.language, query.stage, query.sentiment, query.limit)


def cloud_of(session: Session, cache: Cache, key: CloudKey) -> WordCloudData:
    """The cloud of a key, kept or measured. Raises NotFoundError."""

    def measured() -> WordCloudData:
        return build_word_cloud(
            session,
            key.brand,
            key.period.as_of,
            since=key.period.since,
            until=key.period.until,
            language=key.language,
            stage=key.stage,
            sentiment=key.sentiment,
            limit=key.limit,
        )

    return cache.get(key, measured)


def term_link(slug: str, term: CloudTerm) -> str:
    """The page that lists the posts with a term."""
    return f"/brands/{quote(slug)}/posts?q={quote(term.term, safe='')}"
