"""Measures what becomes of customers who write again after the brand has answered: "answered once, then ignored".

Pure: follow-up turns in (``models.reads.gap.FollowUp``), figures out. First responses are ``response_times``' matter.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from listener.reports.figures import Figure, share
from listener.reports.response_times import RESPONDED, ResponseTimes, times_of, waits_of
from listener.reports.working_hours import WorkingWeek
from models.reads.gap import FollowUp
from models.reads.states import ResponseClock
from models.words import ResponseState


class NextReplies(BaseModel):
    """Follow-up turns: all that a customer says between two of the brand's responses, if any of it needs a response."""

    model_config = ConfigDict(frozen=True)
    turn_count: int = Field(description="follow-up turns that began in the period")
    response_rate: Figure = Field(description="of the turns past their horizon, those that got a response")
    time_to_next_response: ResponseTimes
    conversation_count: int = Field(description="threads of one customer that such a turn belongs to")
    waiting_count: int = Field(description="of these, where the customer spoke last and nobody answered")
    waiting_share: Figure = Field(description="the same as a share of conversations whose state is known")


def measure_next_replies(turns: Sequence[FollowUp], clock: ResponseClock, week: WorkingWeek | None) -> NextReplies:
    """Measure the turns that began in the period. A turn without response is the last one of its conversation."""
    coverage = coverage_share([turn.state for turn in turns])
    due = [turn for turn in turns if turn.is_due and turn.state != ResponseState.UNKNOWN]
    responded = sum(1 for turn in due if turn.state in RESPONDED)
    known = {_conversation(turn) for turn in due}
    waiting = {_conversation(turn) for turn in due if turn.state == ResponseState.UNANSWERED}
    return NextReplies(
        turn_count=len(turns),
        response_rate=share(responded, len(due), clock.as_of, coverage),
        time_to_next_response=times_of(waits_of(turns, clock), clock.as_of, coverage, week),
        conversation_count=len({_conversation(turn) for turn in turns}),
        waiting_count=len(waiting),
        waiting_share=share(len(waiting), len(known), clock.as_of, coverage),
    )


def coverage_share(states: Sequence[str]) -> float | None:
    """The share of posts needing a response whose state can be known; None of no post."""
    return coverage_of_counts(Counter(states))


def coverage_of_counts(counts: Mapping[str, int]) -> float | None:
    """The same from counts by state; posts that need no response are passed over."""
    needing = sum(count for state, count in counts.items() if state != ResponseState.NOT_NEEDED)
    return 1 - counts.get(ResponseState.UNKNOWN.value, 0) / needing if needing else None


def _conversation(turn: FollowUp) -> tuple[int, int]:
    return turn.thread_id, turn.author_id
