"""Times from posts to responses, posts still open included: medians, a 90th percentile, shares within hours.

In calendar time, and in a brand's working time where it has one. Definitions: docs/metrics.md. Pure.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

from listener.reports.figures import Figure, median_wait, quantile, share
from listener.reports.working_hours import WorkingWeek
from models.reads.instants import MICROSECONDS
from models.reads.states import ResponseClock
from models.words import ResponseState

if TYPE_CHECKING:
    import numpy as np

HOURS = (1, 4, 8, 24)
RESPONDED = (ResponseState.ANSWERED.value, ResponseState.REDIRECTED.value)
OPEN = (ResponseState.UNANSWERED.value, ResponseState.TOO_EARLY.value)


class WaitFigures(BaseModel):
    """Waits from a post to the brand's first reply that answers or redirects, in seconds."""

    model_config = ConfigDict(frozen=True)
    median: Figure = Field(description="Kaplan-Meier: open posts are in it")
    answered_median: Figure
    answered_p90: Figure
    within_hours: dict[int, Figure]


class ResponseTimes(WaitFigures):
    """In calendar time, and in working time where the brand has business hours."""

    business: WaitFigures | None = Field(None, description="the same in working time; None without business hours")


class Stamped(Protocol):
    """What a wait is reckoned from."""

    @property
    def source(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def published_us(self) -> int: ...
    @property
    def responded_us(self) -> int | None: ...
    @property
    def replies_seen_seconds(self) -> int | None: ...


class Waits(NamedTuple):
    """One post a place, in seconds: published since 1970; the wait, NaN where it goes on; the age when last checked."""

    published: "np.ndarray[Any, Any]"
    waited: "np.ndarray[Any, Any]"
    age: "np.ndarray[Any, Any]"


def waits_of(posts: Sequence[Stamped], clock: ResponseClock) -> Waits:
    """The waits of the posts whose state is known; those too young or unanswered still wait.

    A post's age is that at the last check of its source, or of its own thread where threads are followed.
    """
    import numpy as np

    seen = {source.source: clock.seen_until(source) for source in clock.sources}
    until = {name: at.timestamp() for name, at in seen.items() if at is not None}
    known = [post for post in posts if post.source in until and post.state in (*RESPONDED, *OPEN)]
    nan = float("nan")
    published = np.array([post.published_us for post in known], float) / MICROSECONDS
    responded = [post.responded_us if post.state in RESPONDED else None for post in known]
    # Whole microseconds are taken from each other first: as seconds since 1970 they would lose their last digits.
    waited = [nan if at is None else at - post.published_us for at, post in zip(responded, known, strict=True)]
    age = np.array([until[post.source] for post in known], float) - published
    followed = np.array([nan if (s := post.replies_seen_seconds) is None else s for post in known], float)
    return Waits(published, np.array(waited, float) / MICROSECONDS, np.fmin(age, followed))


def times_of(waits: Waits, as_of: datetime, coverage: float | None, week: WorkingWeek | None) -> ResponseTimes:
    """Both kinds of time."""
    calendar = wait_figures(waits, as_of, coverage)
    business = None if week is None else wait_figures(working(waits, week), as_of, coverage)
    return ResponseTimes(**dict(calendar), business=business)


def working(waits: Waits, week: WorkingWeek) -> Waits:
    """The same waits in working time."""
    import numpy as np

    responded = ~np.isnan(waits.waited)
    start = waits.published
    waited = np.full(start.shape, np.nan)
    waited[responded] = week.seconds(start[responded], (start + waits.waited)[responded])
    return Waits(start, waited, week.seconds(start, start + np.maximum(waits.age, 0)))


def wait_figures(waits: Waits, as_of: datetime, coverage: float | None) -> WaitFigures:
    """The figures of one kind of time."""
    import numpy as np

    answered = waits.waited[~np.isnan(waits.waited)]
    still_open = waits.age[np.isnan(waits.waited)]
    return WaitFigures(
        median=median_wait(answered, still_open, as_of, coverage),
        answered_median=quantile(answered, 0.5, as_of, coverage),
        answered_p90=quantile(answered, 0.9, as_of, coverage),
        within_hours={hours: _within(waits, hours * 3600, as_of, coverage) for hours in HOURS},
    )


def _within(waits: Waits, limit: float, as_of: datetime, coverage: float | None) -> Figure:
    """Of the posts at least that old at the last check, the share answered in time; younger ones would flatter."""
    old_enough = waits.age >= limit
    quick = int((waits.waited[old_enough] <= limit).sum())  # what is not a number is not quick
    return share(quick, int(old_enough.sum()), as_of, coverage)
