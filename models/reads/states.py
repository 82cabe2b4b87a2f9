"""The response state of a mention as one SQL expression: counts, lists and filters all use this and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from models.reads.coverage import SourceCoverage
from models.tables import Mention, Post
from models.words import PostKind, ReplyVisibility, ResponseState, Standing

SOCIAL_HORIZON = timedelta(hours=72)
REVIEW_HORIZON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ResponseClock:
    """As of when states are asked for, and what has been seen by then.

    A mention younger than its horizon at the time of the last check is ``too_early`` to be called unanswered.
    """

    as_of: datetime
    sources: Sequence[SourceCoverage]
    social_horizon: timedelta = SOCIAL_HORIZON
    review_horizon: timedelta = REVIEW_HORIZON

    def seen_until(self, source: SourceCoverage) -> datetime | None:
        """Up to when replies of a source are known: its last check, but not beyond ``as_of``; None for never."""
        if source.reply_visibility is ReplyVisibility.NOT_EXPOSED or source.covers_until is None:
            return None
        return min(source.covers_until, self.as_of)


def is_due(clock: ResponseClock) -> ColumnElement[bool]:
    """Whether a post is older than its horizon at the last check: only such posts may enter a response rate."""
    is_review = col(Mention.kind) == PostKind.REVIEW.value
    return or_(
        literal(False),
        *(
            and_(
                col(Mention.source) == name,
                or_(
                    and_(is_review, *_aged(until, clock.review_horizon)),
                    and_(~is_review, *_aged(until, clock.social_horizon)),
                ),
            )
            for name, until in _visible(clock)
        ),
    )


def state_of(clock: ResponseClock) -> ColumnElement[str]:
    """The state of ``Mention``, as a string of ``ResponseState``; NULL before any label."""
    in_view = and_(
        or_(
            literal(False),
            *(and_(col(Mention.source) == name, col(Mention.published_at) <= until) for name, until in _visible(clock)),
        ),
        or_(col(Mention.replies_seen_seconds).is_(None), col(Mention.replies_seen_seconds) > 0),
    )
    child, whole = _twins()
    stored_replies = select(func.count()).where(child.parent_id == Mention.post_id).scalar_subquery()
    # Asked for by itself, since it is in no index: rows are read only of posts whose state hangs on it.
    shown_replies = select(whole.replies_count).where(whole.id == Mention.post_id).scalar_subquery()
    return case(
        (col(Mention.needs_response).is_(None), None),
        (col(Mention.needs_response).is_(False), literal(ResponseState.NOT_NEEDED.value)),
        (is_backdated(), literal(ResponseState.UNKNOWN.value)),
        (col(Mention.answered_at) <= clock.as_of, literal(ResponseState.ANSWERED.value)),
        (col(Mention.redirected_at) <= clock.as_of, literal(ResponseState.REDIRECTED.value)),
        (col(Mention.handled_at) <= clock.as_of, literal(ResponseState.REDIRECTED.value)),
        (~in_view, literal(ResponseState.UNKNOWN.value)),
        (~is_due(clock), literal(ResponseState.TOO_EARLY.value)),
        (shown_replies > stored_replies, literal(ResponseState.UNKNOWN.value)),
        else_=literal(ResponseState.UNANSWERED.value),
    )


@cache
def _twins() -> tuple[Any, Any]:
    """The table of posts under two more names; to make a name anew for each page would take longer than reading it."""
    return aliased(Post), aliased(Post)


def is_backdated() -> ColumnElement[bool]:
    """Whether the response is stamped before its post: one of the two stamps is wrong, and so is any wait.

    A repetition may well have been answered where it was said first.
    """
    is_early = or_(
        col(Mention.answered_at) < col(Mention.published_at), col(Mention.redirected_at) < col(Mention.published_at)
    )
    return and_(col(Mention.standing) != int(Standing.REPEATED), is_early)


def first_response(mention: Any = Mention) -> ColumnElement[datetime]:
    """When the first reply came that answers or redirects, or somebody said that it was answered elsewhere.

    NULL where none did. Take it where ``state_of`` says so.
    """
    answered, redirected, handled = mention.answered_at, mention.redirected_at, mention.handled_at
    public = case((redirected < answered, redirected), else_=func.coalesce(answered, redirected))
    return case((handled < public, handled), else_=func.coalesce(public, handled))


def _aged(until: datetime, horizon: timedelta) -> list[ColumnElement[bool]]:
    """Older than the horizon when its source, and its own thread where threads are followed, was last looked at."""
    followed = col(Mention.replies_seen_seconds)
    return [
        col(Mention.published_at) <= until - horizon,
        or_(followed.is_(None), followed >= int(horizon.total_seconds())),
    ]


def _visible(clock: ResponseClock) -> list[tuple[str, datetime]]:
    seen = [(source.source, clock.seen_until(source)) for source in clock.sources]
    return [(name, until) for name, until in seen if until is not None]
