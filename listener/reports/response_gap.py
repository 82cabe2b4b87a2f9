"""Measures the response gap: which posts that need a response got one, how long it took, and which still wait.

Definitions: docs/metrics.md. Pure: rows and times in, one structure out; every state in it comes from one expression.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from pydantic import Field

from listener.reports.figures import Figure, Part
from listener.reports.neglect import VisibleNeglect, measure_neglect
from listener.reports.next_reply import NextReplies, coverage_share, measure_next_replies
from listener.reports.reply_effect import NOTE as EFFECT_NOTE
from listener.reports.reply_effect import EffectOfReply, measure_effect
from listener.reports.response_times import ResponseTimes, times_of, waits_of
from listener.reports.rivals import BrandGap, BrandPosts, rate_of_counts, response_rate, side_by_side
from listener.reports.working_hours import WorkingWeek
from models.reads.coverage import SourceCoverage
from models.reads.gap import FollowUp, LaterPost, NeedingPost, OtherPosts
from models.reads.mentions import MentionView
from models.reads.states import ResponseClock
from models.words import ResponseState

NOTES = (
    "Only public replies are seen: a private answer is invisible here.",
    "Unknown is not unanswered: these posts stand where replies are not shown, or were not checked in full.",
    "Whether a post needs a response is a model's statement unless a person corrected it.",
)
NO_GROUP = "none"


class _Alike(NamedTuple):
    """What a post is counted by: what groups are made of, and what became of it."""

    source: str
    stage: str | None
    language: str
    relation: str
    theme: int | None
    state: str
    is_due: bool


_KIND_OF = attrgetter("source", "stage", "language", "relation", "theme_id", "state", "is_due")
_KIND_OF_OTHER = attrgetter("source", "stage", "language", "relation", "theme_id")


class CoverageRow(Part):
    """Up to when a source has been seen."""

    source: str
    reply_visibility: str
    covers_until: datetime | None
    checked_at: datetime | None
    post_count: int | None


class GapOfGroup(Part):
    """The states of a group of posts and the share that got a response. A theme's group is its id."""

    group: str
    name: str | None = Field(None, description="the name of a theme")
    states: dict[ResponseState, int]
    response_rate: Figure


class WaitingPost(Part):
    """A post that nobody answered; ``open_seconds`` is its age at the time of the report."""

    post_id: int
    source: str
    source_id: str
    url: str | None
    author: str | None
    title: str | None
    text: str
    language: str
    stage: str | None
    sentiment: str | None
    is_complaint: bool | None
    is_confident: bool | None
    relation: str
    published_at: datetime
    open_seconds: float


class ResponseGap(Part):
    """The report. Without duplicates, bots and the brands' own posts; ``states`` counts the cohort of the period."""

    report: str = "response-gap"
    brand: str
    since: datetime | None
    until: datetime | None
    as_of: datetime
    horizon_seconds: dict[str, float]
    business_hours: str | None = Field(
        None, description="opening hours, holidays and zone that business time counts by"
    )
    states: dict[ResponseState, int]
    unlabelled_count: int
    duplicate_count: int
    implausible_count: int = Field(
        0, description="responses stamped before their post (unknown), and posts stamped later than they were collected"
    )
    response_rate: Figure
    answered_share: Figure
    time_to_first_response: ResponseTimes
    next_replies: NextReplies
    visible_neglect: VisibleNeglect
    reply_effect: list[EffectOfReply]
    groups: dict[str, list[GapOfGroup]]
    rivals: list[BrandGap] = Field(description="the brand itself first; empty without rivals")
    unanswered_count: int
    unanswered: list[WaitingPost]
    coverage: list[CoverageRow]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class GapRows:
    """What the report is measured from. ``waiting`` are the unanswered posts to list, the oldest first."""

    own: BrandPosts
    others: Sequence[OtherPosts] = ()
    waiting: Sequence[MentionView] = ()
    follow_ups: Sequence[FollowUp] = ()
    later: Sequence[LaterPost] = ()
    rivals: Sequence[BrandPosts] = ()
    themes: Mapping[int, str] = field(default_factory=dict)
    future_count: int = 0


def measure(
    rows: GapRows,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    week: WorkingWeek | None = None,
    hours: str | None = None,
) -> ResponseGap:
    """Measure the cohort of posts created in the period. ``hours`` says in words what ``week`` is."""
    posts, clock = rows.own.posts, rows.own.clock
    states = _states(posts, rows.others)
    coverage = coverage_share([post.state for post in posts])
    return ResponseGap(
        brand=rows.own.slug,
        since=since,
        until=until,
        as_of=clock.as_of,
        horizon_seconds={
            "post": clock.social_horizon.total_seconds(),
            "review": clock.review_horizon.total_seconds(),
        },
        business_hours=hours,
        states=states,
        unlabelled_count=_count(rows.others, lambda row: not row.is_duplicate and row.needs_response is None),
        duplicate_count=_count(rows.others, lambda row: row.is_duplicate),
        implausible_count=rows.future_count + sum(1 for post in posts if post.is_backdated),
        response_rate=response_rate(posts, clock),
        answered_share=response_rate(posts, clock, (ResponseState.ANSWERED.value,)),
        time_to_first_response=times_of(waits_of(posts, clock), clock.as_of, coverage, week),
        next_replies=measure_next_replies(rows.follow_ups, clock, week),
        visible_neglect=measure_neglect(posts, clock, coverage),
        reply_effect=measure_effect(rows.later, clock.as_of),
        groups=_groups(rows, clock),
        rivals=side_by_side(rows.own, rows.rivals),
        unanswered_count=states[ResponseState.UNANSWERED],
        unanswered=[_waiting_post(post, clock.as_of) for post in rows.waiting],
        coverage=[_coverage_row(row) for row in clock.sources],
        notes=[*NOTES, EFFECT_NOTE],
    )


def _count(rows: Sequence[OtherPosts], is_meant: Callable[[OtherPosts], bool]) -> int:
    return sum(row.post_count for row in rows if is_meant(row))


def _is_not_needed(row: OtherPosts) -> bool:
    return row.needs_response is False and not row.is_duplicate


def _states(posts: Sequence[NeedingPost], others: Sequence[OtherPosts]) -> dict[ResponseState, int]:
    counts = Counter(post.state for post in posts)
    counts[ResponseState.NOT_NEEDED.value] = _count(others, _is_not_needed)
    return {state: counts[state.value] for state in ResponseState}


def _groups(rows: GapRows, clock: ResponseClock) -> dict[str, list[GapOfGroup]]:
    """Posts alike in all that is split by are counted once, not once for each split."""
    counts = {_Alike._make(kind): count for kind, count in Counter(map(_KIND_OF, rows.own.posts)).items()}
    for row in rows.others:
        if _is_not_needed(row):  # such a post has neither wait nor horizon
            kind = _Alike._make((*_KIND_OF_OTHER(row), ResponseState.NOT_NEEDED.value, False))
            counts[kind] = counts.get(kind, 0) + row.post_count
    names = {"theme": {str(id): name for id, name in rows.themes.items()}}
    splits = [split for split in _Alike._fields if split not in ("state", "is_due")]
    return {split: _split(counts, at, names.get(split, {}), clock) for at, split in enumerate(splits)}


def _split(counts: Mapping[_Alike, int], at: int, names: Mapping[str, str], clock: ResponseClock) -> list[GapOfGroup]:
    states: dict[str, Counter[str]] = defaultdict(Counter)
    due: dict[str, Counter[str]] = defaultdict(Counter)
    for alike, count in counts.items():
        group = str(NO_GROUP if alike[at] is None else alike[at])
        states[group][alike.state] += count
        if alike.is_due:
            due[group][alike.state] += count
    groups = [
        GapOfGroup(
            group=group,
            name=names.get(group),
            states={state: found[state.value] for state in ResponseState},
            response_rate=rate_of_counts(found, due[group], clock.as_of),
        )
        for group, found in states.items()
    ]
    return sorted(groups, key=lambda group: (-sum(group.states.values()), group.group))


def _waiting_post(post: MentionView, as_of: datetime) -> WaitingPost:
    return WaitingPost(
        post_id=post.post_id,
        source=post.source,
        source_id=post.source_id,
        url=post.url,
        author=post.author,
        title=post.title,
        text=post.text,
        language=post.language,
        stage=post.stage,
        sentiment=post.sentiment,
        is_complaint=post.is_complaint,
        is_confident=post.is_confident,
        relation=post.relation,
        published_at=post.published_at,
        open_seconds=(as_of - post.published_at).total_seconds(),
    )


def _coverage_row(row: SourceCoverage) -> CoverageRow:
    return CoverageRow(
        source=row.source,
        reply_visibility=row.reply_visibility.value,
        covers_until=row.covers_until,
        checked_at=row.checked_at,
        post_count=row.post_count,
    )
