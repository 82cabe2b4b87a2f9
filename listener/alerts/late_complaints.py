"""Finds complaints that wait for longer than the brand has promised. Pure. Definitions: docs/alerts.md."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from models.reads.mentions import MentionView
from models.store.alerts import AlertData
from models.words import AlertKind

RECENT = timedelta(days=7)
"""What has been late for longer is in the response gap: nobody is told of it anew."""


def find_late(waiting: Iterable[MentionView], promised: timedelta, as_of: datetime) -> list[AlertData]:
    """An alert a complaint. ``waiting`` are those that nobody had answered when the promised time had passed."""
    return [
        AlertData(
            AlertKind.LATE_COMPLAINT,
            f"late:{post.post_id}",
            {
                "source": post.source,
                "promised_seconds": promised.total_seconds(),
                "open_seconds": (as_of - post.published_at).total_seconds(),
            },
            (post.post_id,),
        )
        for post in waiting
        if as_of - RECENT <= post.published_at + promised <= as_of
    ]
