"""When to fetch what: the stretch of a pass, looks back into the past, threads to see again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from listener.collectors.contract import Declaration
from models.words import ReplyVisibility

FIRST_PASS = timedelta(days=90)
"""How far back a stream begins unless told otherwise."""
LOOKS_BACK = {"week": (timedelta(days=7), timedelta(days=1)), "quarter": (timedelta(days=90), timedelta(days=7))}
"""By name, how far and how often: a late reply that stands on its post is only seen by fetching the post again."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time to fetch, and where in it to begin (a collector's cursor)."""

    since: datetime | None
    until: datetime
    cursor: str | None = None

    def as_row(self, cursor: str | None) -> dict[str, str | None]:
        """As the store keeps it, with where the next page begins."""
        since = self.since.isoformat() if self.since else None
        return {"since": since, "until": self.until.isoformat(), "cursor": cursor}

    @classmethod
    def of_row(cls, row: Mapping[str, str | None]) -> "Stretch":
        """The inverse of ``as_row``."""
        since = row["since"]
        return cls(
            datetime.fromisoformat(since) if since else None, datetime.fromisoformat(str(row["until"])), row["cursor"]
        )


def next_stretch(
    declaration: Declaration,
    covers_until: datetime | None,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Stretch:
    """What a new pass fetches: what was asked for, else from a little before the last pass ended up to now."""
    end = min(until or now, now)
    if since is not None:
        return Stretch(since, end)
    if covers_until is not None:
        return Stretch(min(covers_until, end) - declaration.overlap, end)
    return Stretch(end - FIRST_PASS, end)


def looks_back(
    declaration: Declaration, covers_from: datetime | None, revisited: Mapping[str, str], now: datetime
) -> list[tuple[str, Stretch]]:
    """Which stretches of the past are to be fetched again now, by name; only where replies stand on the posts.

    ``revisited`` says (ISO time) when each was last fetched; one that it does not name was never due so far.
    """
    if declaration.replies is not ReplyVisibility.ON_POST:
        return []
    due = []
    for name, (length, every) in LOOKS_BACK.items():
        if name in revisited and now - datetime.fromisoformat(revisited[name]) >= every:
            begin = now - length
            due.append((name, Stretch(max(begin, covers_from) if covers_from else begin, now)))
    return due


def next_look(active_at: datetime, now: datetime) -> datetime | None:
    """When to look at a thread again: at every pass in its first hour, then hourly, daily, weekly; after 60 days never.

    ``active_at`` is when something was last heard of it.
    """
    age = now - active_at
    if age < timedelta(hours=1):
        return now
    for limit, pause in ((timedelta(days=1), timedelta(hours=1)), (timedelta(days=7), timedelta(days=1))):
        if age < limit:
            return now + pause
    return now + timedelta(days=7) if age < timedelta(days=60) else None
