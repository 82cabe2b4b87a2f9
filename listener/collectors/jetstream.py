"""Reads Jetstream, the stream of all that is written on Bluesky, from a moment up to now, and keeps of it what may
concern a brand. It asks no other service and stores nothing; ``bluesky.py`` makes posts of what it keeps."""

import json
import re
import time
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from listener.collectors.contract import Client, Window
from listener.queries.folding import fold
from listener.queries.scripts import symbols

COLLECTION = "app.bsky.feed.post"
OVERLAP = 10_000_000  # microseconds read again: a resumed stream is not exact to the event
CAUGHT_UP = 5_000_000  # events so long after the begin of a pass end it
MOST_SECONDS, MOST_EVENTS, MOST_KEPT, MOST_GONE = 240.0, 1_500_000, 2_000, 100_000
"""What one pass reads at most; the next one goes on where it stopped."""
REPLAYED = timedelta(hours=20)  # servers replay a day or more: up to here a missing begin only means that all was quiet
_OLDEST = 10**15  # microseconds; servers take lesser numbers for something else than a time
_SLACK = 120_000_000
_DAY = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MESSAGE_SIZE = 1_000_000


@dataclass(slots=True)
class Catch:
    """What a stretch of the stream came to, each post as it was last. Times are microseconds since 1970.

    ``posts`` are shaped as an AppView shows them, ``times`` says when each was written or changed. ``first`` and
    ``last`` are the times of the events at the ends. ``is_through``: the stream was read up to now.
    """

    posts: dict[str, Any] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    gone: dict[str, None] = field(default_factory=dict)
    gone_authors: dict[str, None] = field(default_factory=dict)
    threads: set[str] = field(default_factory=set)
    garbled_count: int = 0
    first: int | None = None
    last: int | None = None
    is_through: bool = True

    def keep(self, uri: str, post: Any, at: int, thread: str | None) -> None:
        """A post that is there."""
        self.gone.pop(uri, None)
        self.posts[uri], self.times[uri] = post, at
        if thread:
            self.threads.add(thread)

    def drop(self, uri: str) -> None:
        """A post that is there no more."""
        self.posts.pop(uri, None)
        self.gone[uri] = None

    def drop_author(self, did: str) -> None:
        """An account that is there no more."""
        for uri in [uri for uri in self.posts if uri.startswith(f"at://{did}/")]:
            del self.posts[uri]
        self.gone_authors[did] = None


@dataclass(slots=True)
class Sieve:
    """What is kept: what holds one of the terms, is by one of the accounts (DIDs), or stands in a followed thread.

    Without terms nothing is wanted for its words: that would be all that the network writes.
    """

    terms: tuple[str, ...]
    accounts: Collection[str]
    threads: Collection[str]

    @classmethod
    def of(cls, window: Window, accounts: Collection[str]) -> "Sieve":
        """For a pass."""
        return cls(tuple(filter(None, map(_squeezed, window.terms))), accounts, window.threads())

    def thread_of(self, uri: str, record: Mapping[str, Any]) -> str | None:
        """The followed thread that a post stands in."""
        reply = record.get("reply") or {}
        root = reply["root"]["uri"] if reply else uri
        return root if root in self.threads else None

    def wants(self, did: str, record: Mapping[str, Any]) -> bool:
        """Whether a post may match; never stricter than the queries are."""
        if did in self.accounts:
            return True
        text = _squeezed(" ".join([str(record.get("text") or ""), *_descriptions(record)]))
        return any(term in text for term in self.terms)


def begin_of(window: Window, resumed: str, last: str) -> tuple[int, bool]:
    """From when on to read, and whether an event of that time is known, so that it has to come again.

    ``resumed``: where an interrupted pass stopped; ``last``: where the last finished one did; both may be empty.
    """
    if resumed.isdecimal():
        return int(resumed) - OVERLAP, True
    since = max(micros(window.since), _OLDEST) if window.since else _OLDEST
    known = int(last) - OVERLAP if last.isdecimal() else 0
    return (known, True) if known >= since else (since, False)


def read(client: Client, address: str, begin: int, window: Window, sieve: Sieve, catch: Catch) -> None:
    """Fill the catch with events until they are of now, or the pass has read enough.

    Raises the client's errors; what the catch holds by then is to be saved all the same.
    """
    params = {"wantedCollections": COLLECTION, "cursor": begin, "maxMessageSizeBytes": _MESSAGE_SIZE}
    now, started = _now(window), time.monotonic()
    with closing(client.messages(f"{address}/subscribe", params)) as messages:
        for count, message in enumerate(messages, start=1):
            event = _event(message, begin - _DAY, now + _DAY)
            if event is None:
                catch.garbled_count += 1
                continue
            at = event["time_us"]
            if at > now + CAUGHT_UP:
                return
            catch.first, catch.last = catch.first or at, max(catch.last or at, at)
            catch.garbled_count += not _take(event, at, sieve, catch)
            is_much = len(catch.posts) >= MOST_KEPT or len(catch.gone) >= MOST_GONE
            if is_much or count >= MOST_EVENTS or time.monotonic() - started > MOST_SECONDS:
                catch.is_through = False
                return


def missing(window: Window, begin: int, is_known: bool, catch: Catch) -> tuple[datetime, datetime] | None:
    """The stretch that the server did not replay: its window does not reach back to where we began, and says nothing.

    An event that we know of would have come again. Without one, a late first event only speaks for a gap where the
    begin lies further back than every server's window.
    """
    now = _now(window)
    first = now if catch.first is None else catch.first
    is_old = begin < now - REPLAYED // timedelta(microseconds=1)
    if first - begin <= _SLACK or not (is_known or is_old):
        return None
    return moment(begin + OVERLAP if is_known else begin), moment(first)


def micros(at: datetime) -> int:
    """A time in microseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(at: int) -> datetime:
    """The inverse of ``micros``."""
    return _EPOCH + timedelta(microseconds=at)


def _now(window: Window) -> int:
    return micros(window.until or datetime.now(UTC))


def _event(message: str, earliest: int, latest: int) -> dict[str, Any] | None:
    """A message as an event; None for anything else, such as one of an impossible time."""
    try:
        event = json.loads(message)
    except (ValueError, RecursionError):
        return None
    at = event.get("time_us") if isinstance(event, dict) else None
    return event if isinstance(at, int) and earliest < at < latest else None


def _take(event: Mapping[str, Any], at: int, sieve: Sieve, catch: Catch) -> bool:
    """Take an event in; False if it has another shape than documented. Kinds that nobody knows are passed over."""
    try:
        did = event["did"]
        if event["kind"] == "account" and event["account"].get("status") == "deleted":
            catch.drop_author(str(did))
        commit = event["commit"] if event["kind"] == "commit" else {}
        if commit.get("collection") != COLLECTION:
            return True
        uri = f"at://{did}/{COLLECTION}/{commit['rkey']}"
        if commit["operation"] == "delete":
            catch.drop(uri)
            return True
        record = commit["record"]
        thread = sieve.thread_of(uri, record)
        if thread or sieve.wants(did, record):
            catch.keep(uri, _shown(uri, did, commit, at), at, thread)
    except (KeyError, TypeError, AttributeError):
        return False
    return True


def _shown(uri: str, did: str, commit: Mapping[str, Any], at: int) -> dict[str, Any]:
    """A post as an AppView shows it, as far as the stream tells: it names authors by their DIDs alone."""
    author = {"did": did, "handle": "handle.invalid"}
    return {
        "uri": uri,
        "cid": commit.get("cid"),
        "author": author,
        "record": commit["record"],
        "indexedAt": moment(at).isoformat(),
    }


def _descriptions(record: Mapping[str, Any]) -> list[str]:
    """What the author wrote to describe the pictures."""
    embed = record.get("embed") or {}
    return [str(image.get("alt") or "") for image in (embed.get("media") or embed).get("images") or []]


@cache
def _between() -> re.Pattern[str]:
    """What may stand between the words of a phrase."""
    return re.compile(rf"(?:[^\w{symbols()}]|_)+")


def _squeezed(text: str) -> str:
    """Letters, digits and symbols alone, folded as queries fold them: a phrase is found whatever parts its words."""
    return _between().sub("", fold(text))
