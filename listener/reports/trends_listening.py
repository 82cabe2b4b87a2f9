"""Tells which stretches of time a brand was listened to in, so that a gap is drawn as a gap. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from listener.reports.trends_spans import Span

HEARD = 0.5
"""A channel counts as heard in a stretch from more than this share of its time on."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One stream, or all imported files together: seen from and until, but for the gaps. None: never seen.

    A gap that begins at None goes back to the beginning.
    """

    seen_from: datetime | None
    seen_until: datetime | None
    gaps: Sequence[tuple[datetime | None, datetime]] = ()


def time_covered(channels: Sequence[Channel], span: Span) -> float | None:
    """The share of a stretch's time that was listened to, the mean over channels; None where there is no channel."""
    if not channels:
        return None
    return sum(_covered(channel, span) for channel in channels) / len(channels)


def heard(channels: Sequence[Channel], span: Span) -> frozenset[int]:
    """The numbers of the channels that were listened to for most of a stretch."""
    return frozenset(at for at, channel in enumerate(channels) if _covered(channel, span) > HEARD)


def _covered(channel: Channel, span: Span) -> float:
    if channel.seen_from is None or channel.seen_until is None:
        return 0.0
    begin, end = max(channel.seen_from, span.since), min(channel.seen_until, span.until)
    if end <= begin:
        return 0.0
    missed, reached = 0.0, begin
    for gap_from, gap_until in sorted((max(gap[0] or begin, begin), min(gap[1], end)) for gap in channel.gaps):
        if gap_until > max(gap_from, reached):
            missed += (gap_until - max(gap_from, reached)).total_seconds()
            reached = gap_until
    return ((end - begin).total_seconds() - missed) / (span.until - span.since).total_seconds()
