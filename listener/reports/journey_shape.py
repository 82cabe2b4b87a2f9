"""The shape of a journey map: rows and cells, each with its n, its evidence posts, and why it is empty where it is."""

from datetime import datetime

from pydantic import Field

from listener.reports.figures import Figure, Part


class Cell(Part):
    """What a cell rests on: ``n`` posts, at most three of them to look at, and why there is nothing to say."""

    n: int
    post_ids: list[int]
    why_empty: str | None = None


class Audience(Cell):
    """Who spoke, and before whom. Sums are over what is known, None where nothing is; the shares say how much is."""

    authors_count: int
    unsigned_count: int = Field(description="posts whose author the source does not name")
    followers_sum: int | None
    followers_known: Figure = Field(description="share of the authors whose followers are known")
    views_sum: int | None
    views_known: Figure = Field(description="share of the posts whose views are known")
    likes_sum: int | None
    likes_known: Figure = Field(description="share of the posts whose likes are known")


class Feeling(Cell):
    """Shares of sentiments, emotions or actions by name."""

    shares: dict[str, Figure]


class Response(Cell):
    """What became of the posts that need a response; ``unanswered`` is among those past their horizon and known."""

    needing_count: int
    states: dict[str, int]
    unanswered: Figure


class Quote(Part):
    """Words of a post, cut at 280 characters."""

    post_id: int
    language: str
    text: str


class Point(Cell):
    """One point of delight or pain, or a barrier; ``share`` is of the posts of its kind at the stage."""

    theme_id: int | None
    theme: str
    terms: list[str]
    share: Figure
    quotes: list[Quote]


class Points(Cell):
    """The points of a kind, the one most spoken of first."""

    points: list[Point]


class Lift(Part):
    """How much likelier those who spoke of a theme were to move on than those who spoke of something else."""

    theme_id: int
    theme: str
    share: Figure
    lift: Figure


class Moves(Cell):
    """How many of a stage's authors spoke from the next one within so many days; ``n`` counts authors."""

    next_stage: str | None
    within_days: int | None
    share: Figure
    lifts: list[Lift]


class Survey(Part):
    """A score measured elsewhere; its interval is not known."""

    metric: str
    touchpoint: str
    score: Figure
    since: datetime
    until: datetime


class Satisfied(Part):
    """What tells of satisfaction at one stage, side by side."""

    stage: str
    positive: Figure
    negative: Figure
    rating: Figure
    surveys: list[Survey]


class Satisfaction(Cell):
    """At the stage and at the one that follows; None after the last."""

    here: Satisfied
    after: Satisfied | None


class Change(Cell):
    """This period minus the one before of the same length; ``n`` counts the earlier posts."""

    since: datetime
    until: datetime
    positive: Figure
    negative: Figure


class Touchpoint(Cell):
    """A place where customers speak, and what is wanted there."""

    source: str
    kind: str
    host: str | None
    customer_wants: str
    brand_wants: str
    audience: Audience
    sentiment: Feeling
    response: Response


class ThemeRow(Cell):
    """What is spoken of at a stage; ``theme_id`` is None for what lies near no theme."""

    theme_id: int | None
    name: str
    polarity: str | None
    opportunity: str | None
    audience: Audience
    sentiment: Feeling
    response: Response


class StageRow(Cell):
    """One stage of the map."""

    code: str
    name: str
    aliases: list[str]
    question: str
    aim: str
    success: str
    criticality: int
    audience: Audience
    actions: Feeling
    sentiment: Feeling
    emotion: Feeling
    response: Response
    delights: Points
    pains: Points
    barriers: Points
    moves_on: Moves
    satisfaction: Satisfaction
    change: Change
    touchpoints: list[Touchpoint]
    touchpoints_left_out: int
    themes: list[ThemeRow]
    themes_left_out: int


class Opportunity(Cell):
    """A place in the journey to work on. ``score_kind`` is product or sum; ranks compare those of one kind.

    ``band`` counts from 1: what shares a band cannot be told apart. Both are None where the score is.
    """

    key: str
    stage: str
    theme_id: int | None
    name: str
    criticality: int
    audience: Figure
    unanswered: Figure
    ease_design: int | None
    ease_engineering: int | None
    score_kind: str
    score: Figure
    rank: Figure
    band: int | None


class SegmentStage(Cell):
    """The key figures of one stage in one group."""

    stage: str
    authors_count: int
    share_of_segment: Figure
    positive: Figure
    negative: Figure
    unanswered: Figure


class SegmentRow(Cell):
    """The map of one group of posts; ``other`` gathers the groups of fewer than 20 posts."""

    value: str
    stages: list[SegmentStage]


class CheckedSource(Part):
    """Up to when a source was seen."""

    source: str
    reply_visibility: str
    covers_until: datetime | None
    checked_at: datetime | None


class JourneyMap(Part):
    """The report. Without repetitions, bots and the brands' own posts."""

    report: str = "journey"
    brand: str
    journey: str
    title: str
    since: datetime
    until: datetime
    as_of: datetime
    post_count: int
    unlabelled_count: int
    off_journey_count: int
    stages: list[StageRow]
    opportunities: list[Opportunity]
    opportunities_left_out: int
    segment: str | None
    segments: list[SegmentRow]
    coverage: list[CheckedSource]
    notes: list[str]
