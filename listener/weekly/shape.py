"""The weekly report as data: figures, names and ids, without a sentence of any language; it is what is kept."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from listener.reports.change import Change
from listener.reports.coverage import SourceRow
from listener.reports.figures import Figure, Part
from listener.reports.influence_loop import LinkRow, SentimentRow, ThemeEcho
from listener.reports.journey_shape import Opportunity
from listener.reports.rivals import BrandGap
from listener.reports.trends import Trends
from listener.reports.word_cloud import WordCloudData
from models.words import ResponseState

VERSION = 1
"""Of the shape. A report that was kept in another one is read as it was, or not at all."""


class Volume(Part):
    """How much was said, and by how many; a count is None where nobody listened."""

    posts: int | None
    authors: int | None
    posts_before: int | None
    authors_before: int | None
    posts_weeks: list[int | None] = Field(description="the four weeks before, the oldest first")
    change: Figure = Field(description="authors of this week over those of the week before")


class ClassWeek(Part):
    """The share of one stage or sentiment: this week, the one before, and each of the four weeks before."""

    name: str
    count: int | None
    now: Figure
    corrected: Figure | None
    before: Figure
    weeks: list[Figure] = Field(description="the four weeks before, the oldest first")
    change: Change | None = Field(description="since the week before; None where the two cannot be compared")


class Gap(Part):
    """The response gap of the posts of a period, as of its end."""

    since: datetime
    until: datetime
    states: dict[ResponseState, int]
    response_rate: Figure
    answered_share: Figure
    median_wait: Figure
    within_day: Figure
    follow_ups: Figure = Field(description="share of follow-up turns that got a response")


class Quoted(Part):
    """A post that is shown. Words, author and address are never kept: they are read anew, and None once it is gone."""

    post_id: int
    language: str
    text: str | None = None
    author: str | None = None
    url: str | None = None


class Waiting(Quoted):
    """A post that nobody answered. ``weight`` is what the list is ordered by: see ``listener.weekly.waiting``."""

    source: str
    stage: str | None
    sentiment: str | None
    is_complaint: bool
    published_at: datetime
    open_seconds: float
    audience: int
    weight: float
    is_confident: bool | None = Field(None, description="false: the model is unsure of its labels")


class Response(Part):
    """The gap of this week, of the one before, and of the four weeks before, each as of its own end but the last."""

    now: Gap
    before: Gap
    weeks: Gap = Field(description="the four weeks before, as of the end of this one")
    rate_change: Figure = Field(description="response rate less that of the week before")
    waiting_count: int = Field(description="unanswered posts of these five weeks")
    waiting: list[Waiting] = Field(description="the five that matter most")


class Quoting(Part):
    """What quotes posts."""

    quotes: list[Quoted]


class ThemeWeek(Quoting):
    """One theme of the week."""

    id: int
    name: str
    polarity: str
    count: int
    previous_count: int | None
    share: Figure
    unanswered: Figure
    change: Figure = Field(description="its rate over that of the week before")
    p_value: float | None = Field(description="of no change, exact; None where nothing was heard in either week")
    adjusted_p_value: float | None = Field(description="for all themes of the list (Benjamini and Hochberg 1995)")


class Term(Part):
    """A word or phrase that sets the posts of a stage apart."""

    term: str
    count: int
    share: Figure


class MomentTheme(Part):
    """A theme at one stage."""

    name: str
    polarity: str | None
    count: int


class Moment(Quoting):
    """What one stage was about."""

    stage: str
    count: int
    themes: list[MomentTheme]
    terms: list[Term]


class Loop(Part):
    """The influence loop over the 90 days that end with the week."""

    since: datetime
    shared_count: int
    choosing_count: int
    links: list[LinkRow]
    sentiment: list[SentimentRow]
    difference: Figure
    tested_count: int
    echoes: list[ThemeEcho]


class Followed(Part):
    """One of last week's top opportunities: as it was, as it is, and the difference of the two."""

    before: Opportunity
    now: Opportunity | None
    audience_change: Figure
    unanswered_change: Figure


class Opportunities(Part):
    """The top three of the week's journey map, and what became of those of the week before."""

    top: list[Opportunity]
    count: int
    followed: list[Followed]


class Seen(Part):
    """What was listened to, and what was not."""

    time_covered: float | None = Field(description="share (0 to 1) of the week's time; None: no source")
    unlabelled_count: int
    duplicate_count: int
    sources: list[SourceRow]
    removed_until: datetime | None = Field(
        None, description="when the youngest post was published that was removed for its age, if in these five weeks"
    )


class WeeklyReport(Part):
    """The report. Everything but ``made_at`` is the same whenever it is made from the same data."""

    report: Literal["weekly"] = "weekly"
    version: int = VERSION
    brand: str
    name: str
    timezone: str
    week: str
    since: datetime
    until: datetime
    as_of: datetime = Field(description="the end of the week, or the present where that is earlier")
    made_at: datetime
    volume: Volume
    stages: list[ClassWeek]
    sentiments: list[ClassWeek]
    negative: list[ClassWeek] = Field(description="the share of negative posts within each stage")
    counts: dict[str, dict[str, int]] | None = Field(description="posts by stage, then sentiment")
    response: Response
    themes: list[ThemeWeek]
    moments: list[Moment]
    cloud: WordCloudData
    loop: Loop
    rivals: list[BrandGap]
    opportunities: Opportunities
    seen: Seen
    trends: Trends = Field(description="the five weeks, from which the chart is drawn")
