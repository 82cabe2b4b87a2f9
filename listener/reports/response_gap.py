"""Measures the response gap: which posts that need a response got one, how long it took, and which still wait.

Definitions: docs/metrics.md. Pure: rows and times in, one structure out; every part of it comes from the same rows.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from listener.reports.figures import Figure, median_wait, quantile, share
from models.reads.coverage import SourceCoverage
from models.reads.mentions import MentionView
from models.reads.states import ResponseClock
from models.words import ResponseState

HOURS = (1, 4, 8, 24)
NOTES = (
    "Only public replies are seen: a private answer is invisible here.",
    "Unknown is not unanswered: these posts stand where replies are not shown, or were not checked in full.",
    "Whether a post needs a response is a model's statement unless a person corrected it.",
)
_SPLITS: dict[str, Callable[[MentionView], str]] = {
    "source": lambda post: post.source,
    "stage": lambda post: post.stage or "none",
    "language": lambda post: post.language,
    "relation": lambda post: post.relation,
}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class CoverageRow(_Part):
    """Up to when a source has been seen."""

    source: str
    reply_visibility: str
    covers_until: datetime | None
    checked_at: datetime | None
    post_count: int


class ResponseTimes(_Part):
    """Waits from a post to the brand's first reply that answers or redirects, in seconds."""

    median: Figure
    answered_median: Figure
    answered_p90: Figure
    within_hours: dict[int, Figure]


class GapOfGroup(_Part):
    """The states of a group of posts and the share that got a response."""

    group: str
    states: dict[ResponseState, int]
    response_rate: Figure


class WaitingPost(_Part):
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


class ResponseGap(_Part):
    """The report. Without duplicates, bots and the brands' own posts; ``states`` counts the cohort of the period."""

    report: str = "response-gap"
    brand: str
    since: datetime | None
    until: datetime | None
    as_of: datetime
    horizon_seconds: dict[str, float]
    states: dict[ResponseState, int]
    unlabelled_count: int
    duplicate_count: int
    response_rate: Figure
    answered_share: Figure
    time_to_first_response: ResponseTimes
    groups: dict[str, list[GapOfGroup]]
    unanswered_count: int
    unanswered: list[WaitingPost]
    coverage: list[CoverageRow]
    notes: list[str]


def measure(
    brand: str,
    posts: Sequence[MentionView],
    clock: ResponseClock,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> ResponseGap:
    """Measure the cohort of posts created in the period. ``limit`` cuts the list of waiting posts, never its count."""
    originals = [post for post in posts if post.duplicate_of_id is None]
    labelled = [post for post in originals if post.state is not None]
    waiting = sorted((post for post in labelled if post.state == ResponseState.UNANSWERED), key=_oldest_first)
    return ResponseGap(
        brand=brand,
        since=since,
        until=until,
        as_of=clock.as_of,
        horizon_seconds={
            "post": clock.social_horizon.total_seconds(),
            "review": clock.review_horizon.total_seconds(),
        },
        states=_states(labelled),
        unlabelled_count=len(originals) - len(labelled),
        duplicate_count=len(posts) - len(originals),
        response_rate=_rate(labelled, clock, _RESPONDED),
        answered_share=_rate(labelled, clock, {ResponseState.ANSWERED}),
        time_to_first_response=_times(labelled, clock),
        groups={name: _groups(labelled, key, clock) for name, key in _SPLITS.items()},
        unanswered_count=len(waiting),
        unanswered=[_waiting_post(post, clock.as_of) for post in waiting[:limit]],
        coverage=[_coverage_row(row) for row in clock.sources],
        notes=list(NOTES),
    )


_RESPONDED = {ResponseState.ANSWERED, ResponseState.REDIRECTED}


def first_response_seconds(post: MentionView) -> float | None:
    """Seconds from the post to the first reply that answers or redirects; None where there is none."""
    times = [at for at in (post.answered_at, post.redirected_at) if at is not None]
    return (min(times) - post.published_at).total_seconds() if times else None


def _states(posts: Sequence[MentionView]) -> dict[ResponseState, int]:
    counts = Counter(post.state for post in posts)
    return {state: counts[state.value] for state in ResponseState}


def _coverage_share(states: dict[ResponseState, int]) -> float | None:
    """The share of posts needing a response whose state can be known."""
    needing = sum(count for state, count in states.items() if state is not ResponseState.NOT_NEEDED)
    return 1 - states[ResponseState.UNKNOWN] / needing if needing else None


def _rate(posts: Sequence[MentionView], clock: ResponseClock, counted: set[ResponseState]) -> Figure:
    """Over posts past their horizon: an answered young post would count while its unanswered twin could not."""
    states = _states([post for post in posts if post.is_due])
    n = sum(states[state] for state in (*_RESPONDED, ResponseState.UNANSWERED))
    return share(sum(states[state] for state in counted), n, clock.as_of, _coverage_share(_states(posts)))


def _groups(posts: Sequence[MentionView], key: Callable[[MentionView], str], clock: ResponseClock) -> list[GapOfGroup]:
    names = Counter(key(post) for post in posts)
    groups = []
    for name, _count in sorted(names.items(), key=lambda pair: (-pair[1], pair[0])):
        members = [post for post in posts if key(post) == name]
        groups.append(GapOfGroup(group=name, states=_states(members), response_rate=_rate(members, clock, _RESPONDED)))
    return groups


def _times(posts: Sequence[MentionView], clock: ResponseClock) -> ResponseTimes:
    """Posts whose state is unknown tell nothing of waits; those too young or unanswered are still waiting."""
    seen = {source.source: clock.seen_until(source) for source in clock.sources}
    waits: list[_Wait] = []
    for post in posts:
        until = seen.get(post.source)
        if until is not None and post.state in (*_RESPONDED, ResponseState.UNANSWERED, ResponseState.TOO_EARLY):
            seconds = first_response_seconds(post) if post.state in _RESPONDED else None
            waits.append(_Wait(seconds, (until - post.published_at).total_seconds()))
    answered = [wait.seconds for wait in waits if wait.seconds is not None]
    still_open = [wait.age for wait in waits if wait.seconds is None]
    cover = _coverage_share(_states(posts))
    return ResponseTimes(
        median=median_wait(answered, still_open, clock.as_of, cover),
        answered_median=quantile(answered, 0.5, clock.as_of, cover),
        answered_p90=quantile(answered, 0.9, clock.as_of, cover),
        within_hours={hours: _within(waits, hours * 3600, clock, cover) for hours in HOURS},
    )


class _Wait(NamedTuple):
    """Seconds until the first response (None: none yet) and the post's age at the last check."""

    seconds: float | None
    age: float


def _within(waits: Sequence[_Wait], limit: float, clock: ResponseClock, cover: float | None) -> Figure:
    """Of the posts at least that old at the last check, the share answered in time; younger ones would flatter."""
    old_enough = [wait for wait in waits if wait.age >= limit]
    quick = sum(1 for wait in old_enough if wait.seconds is not None and wait.seconds <= limit)
    return share(quick, len(old_enough), clock.as_of, cover)


def _oldest_first(post: MentionView) -> tuple[datetime, int]:
    return post.published_at, post.post_id


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
