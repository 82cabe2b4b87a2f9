"""Measures how visible the posts are that nobody answers: weighted by audience and by the time they stand open.

The unweighted share stands beside, for the weights are a convention. Definitions: docs/metrics.md. Pure.
"""

from collections.abc import Sequence
from math import log2
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from listener.reports.figures import Figure, share, weighted_share
from listener.reports.response_times import RESPONDED, waits_of
from models.reads.gap import NeedingPost
from models.reads.states import ResponseClock
from models.words import ResponseState


class Noticed(Protocol):
    """How many may have seen a post."""

    @property
    def followers(self) -> int | None: ...
    @property
    def views(self) -> int | None: ...
    @property
    def likes(self) -> int | None: ...


class VisibleNeglect(BaseModel):
    """Of the posts past their horizon whose state is known: what went unanswered, and before how many eyes."""

    model_config = ConfigDict(frozen=True)
    unweighted: Figure = Field(description="share of posts that nobody answered")
    by_audience: Figure = Field(description="the same, each post weighted by log2(1 + audience)")
    by_audience_and_time: Figure = Field(
        description="of the time since the posts were published, weighted alike, the share that they stood open"
    )
    audience_known: Figure = Field(description="share of posts whose author's followers or whose views are known")


def measure_neglect(posts: Sequence[NeedingPost], clock: ResponseClock, coverage: float | None) -> VisibleNeglect:
    """Measure the posts of the cohort; those too young or unknown are left out."""
    import numpy as np

    known = [post for post in posts if post.is_due and post.state in (*RESPONDED, ResponseState.UNANSWERED)]
    weights = np.array([log2(1 + audience_of(post)) for post in known], float)
    unanswered = np.array([post.state == ResponseState.UNANSWERED for post in known], float)
    waits = waits_of(known, clock)
    seen = waits.age > 0
    age = waits.age[seen]
    open_share = np.fmin(np.where(np.isnan(waits.waited), waits.age, waits.waited)[seen], age) / age
    reach = sum(1 for post in known if post.followers is not None or post.views is not None)
    return VisibleNeglect(
        unweighted=share(int(unanswered.sum()), len(known), clock.as_of, coverage),
        by_audience=weighted_share(unanswered, weights, clock.as_of, coverage),
        by_audience_and_time=weighted_share(
            open_share, (weights[seen] * age) if len(age) else age, clock.as_of, coverage
        ),
        audience_known=share(reach, len(known), clock.as_of, coverage),
    )


def audience_of(post: Noticed) -> int:
    """How many may have seen it: the author's followers, else the views, else likes and one reader; at least one."""
    for count in (post.followers, post.views):
        if count is not None:
            return max(1, count)
    return 1 + max(0, post.likes or 0)
