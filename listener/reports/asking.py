"""What a report is asked for: one shape for all reports, so that commands, routes and mails ask alike."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.reads.customers import MentionFilter


class Bucket(StrEnum):
    """How a period is cut, in the brand's time zone; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Segment(StrEnum):
    """By what a map is cut into groups of people who may walk differently."""

    LANGUAGE = "language"
    SOURCE = "source"
    RELATION = "relation"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """Whose report, over which posts, as of when. A report ignores what it has no use for.

    ``since`` is included, ``until`` is not; both are UTC and aware, as ``as_of`` is. None does not filter.
    ``against_since`` and ``against_until``: the period to compare with; None for the one of the same length before.
    """

    brand: str
    as_of: datetime
    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    stage: str | None = None
    sentiment: str | None = None
    language: str | None = None
    relation: str | None = None
    theme_id: int | None = None
    limit: int | None = None
    by: Bucket = Bucket.WEEK
    journey: str = "customer"
    segment: Segment | None = None
    against_since: datetime | None = None
    against_until: datetime | None = None

    @property
    def filters(self) -> MentionFilter:
        """The filter that the brand's posts are read by."""
        return MentionFilter(
            since=self.since,
            until=self.until,
            source=self.source,
            stage=self.stage,
            sentiment=self.sentiment,
            language=self.language,
            relation=self.relation,
            theme_id=self.theme_id,
        )
