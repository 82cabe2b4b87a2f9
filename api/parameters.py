"""The query parameters that routes share, and how they become filters and times."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.cursors import decode_cursor
from api.dependencies import Clock
from api.problems import ParameterError
from listener.reports.asking import ReportRequest
from listener.times import when
from models.errors import InputError
from models.postdata import Text
from models.reads.customers import MentionFilter
from models.tables import Brand
from models.words import Relation, ResponseState, Sentiment, Stage


def _blank_is_none(value: object) -> object:
    """A form sends every field, empty ones too."""
    return None if value == "" else value


Blank = BeforeValidator(_blank_is_none)
"""Put to a parameter that a form may send empty."""
Word = Annotated[Annotated[Text, Field(max_length=200)] | None, Blank]
Moment = Annotated[Annotated[Text, Field(max_length=40)] | None, Blank]
_Cursor = Annotated[Annotated[str, Field(max_length=300)] | None, Blank]
Slug = Annotated[str, Field(max_length=100, description="The brand, by its slug.", examples=["amber-roast"])]


class PeriodQuery(BaseModel):
    """A period and a time of view. Dates and times without zone are the brand's."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    since: Moment = Field(
        None, alias="from", description="First day or time, included.", examples=["2026-11-01", "2026-11-01T09:30:00Z"]
    )
    until: Moment = Field(None, alias="to", description="Last day or time, not included.", examples=["2026-12-01"])
    as_of: Moment = Field(None, description="As it was at that time; now if left out.", examples=["2026-11-20"])


class ReportQuery(PeriodQuery):
    """Whose posts of a period are measured, and which of them."""

    brand: Slug
    source: Word = Field(None, description="Posts from this source only.", examples=["mastodon"])
    stage: Annotated[Stage | None, Blank] = Field(None, description="Posts of this stage only.")
    sentiment: Annotated[Sentiment | None, Blank] = Field(None, description="Posts of this sentiment only.")
    language: Word = Field(None, description="Posts in this language only (ISO 639-1, or und).", examples=["he"])
    relation: Annotated[Relation | None, Blank] = Field(None, description="Put to the brand, or only naming it.")
    theme: Annotated[int | None, Blank] = Field(None, description="Posts on this theme only, by its id.")


class CloudQuery(ReportQuery):
    """What a word cloud is made of."""

    limit: int = Field(100, ge=1, le=500, description="How many terms.")


class CloudImageQuery(CloudQuery):
    """A word cloud, drawn."""

    dark: bool = Field(False, description="For a dark background.")


class GapQuery(ReportQuery):
    """What a response gap is measured on."""

    limit: int = Field(100, ge=0, le=10_000, description="How many waiting posts to list; all are counted.")


class FilterQuery(PeriodQuery):
    """Which posts of a brand's customers to list."""

    source: Word = Field(None, description="Posts from this source only.", examples=["mastodon"])
    stage: Annotated[Stage | None, Blank] = None
    sentiment: Annotated[Sentiment | None, Blank] = None
    language: Word = Field(None, description="ISO 639-1, or und.", examples=["he"])
    complaint: Annotated[bool | None, Blank] = None
    state: Annotated[ResponseState | None, Blank] = Field(None, description="The response state, as of the time.")
    relation: Annotated[Relation | None, Blank] = None
    theme: Annotated[int | None, Blank] = Field(None, description="Posts on this theme only, by its id.")
    q: Word = Field(None, description="Text or title holds this.", examples=["voucher"])
    cursor: _Cursor = Field(None, description="next_cursor of the page before; keep the filters as they were.")
    limit: int = Field(50, ge=1, le=200, description="Posts a page.")


class PostQuery(FilterQuery):
    """A list of posts."""

    brand: Slug


@dataclass(frozen=True, slots=True)
class Period:
    """UTC and aware; ``since`` is included, ``until`` is not."""

    since: datetime | None
    until: datetime | None
    as_of: datetime


def period_of(query: PeriodQuery, brand: Brand, clock: Clock) -> Period:
    """Read the times in the brand's zone. Raises ParameterError."""
    now = clock()
    since, until = _moment("from", query.since, brand, now), _moment("to", query.until, brand, now)
    as_of = _moment("as_of", query.as_of, brand, now) or now
    if as_of > now:
        raise ParameterError("as_of", f"as_of {query.as_of!r} lies in the future")
    if since is not None and until is not None and since >= until:
        raise ParameterError("from", f"from {query.since!r} is not before to {query.until!r}")
    return Period(since, until, as_of)


def request_of(query: ReportQuery, period: Period, **more: Any) -> ReportRequest:
    """The request as reports take it; ``more`` are the fields that only some reports know."""
    return ReportRequest(
        query.brand,
        period.as_of,
        since=period.since,
        until=period.until,
        source=query.source,
        stage=query.stage,
        sentiment=query.sentiment,
        language=query.language,
        relation=query.relation,
        theme_id=query.theme,
        **more,
    )


def page_of(query: FilterQuery, period: Period) -> tuple[datetime, tuple[datetime, int] | None]:
    """As of when the list is, and after which post it goes on. Raises CursorError."""
    if query.cursor is None:
        return period.as_of, None
    cursor = decode_cursor(query.cursor)
    return cursor.as_of, (cursor.published_at, cursor.post_id)


def filter_of(query: FilterQuery, period: Period) -> MentionFilter:
    """The filter as reads take it."""
    return MentionFilter(
        since=period.since,
        until=period.until,
        source=query.source,
        stage=query.stage,
        sentiment=query.sentiment,
        language=query.language,
        complaint=query.complaint,
        relation=query.relation,
        theme_id=query.theme,
        state=query.state,
        text=query.q,
    )


def _moment(name: str, value: str | None, brand: Brand, now: datetime) -> datetime | None:
    if value == "now":
        return now
    try:
        return when(value, brand.timezone)
    except (InputError, OverflowError) as error:
        raise ParameterError(name, str(error)) from None
