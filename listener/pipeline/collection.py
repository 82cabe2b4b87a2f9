"""One stream on its way into the store: what its passes and its threads share. Knows no order of things."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from listener.collectors.contract import Client
from listener.pipeline.arriving import Arrival
from listener.pipeline.streams import ConfiguredStream
from models.database import session_of
from models.errors import GarbledError, SourceError
from models.prepared import PreparedPost
from models.reads.persons import authors_called, posts_by
from models.reads.streams import due_threads
from models.store import streams as store
from models.store.posts import Saved, save_posts
from models.store.tombstones import bury
from models.words import GoneReason, ReplyVisibility

_P = TypeVar("_P")
_AT_ONCE = 500  # ids in one statement: databases take no more than some ten thousand
_EVER = timedelta(days=3650)
_MOST_THREADS = 100_000


@dataclass(slots=True)
class StreamSummary:
    """What became of one stream: counts of posts by outcome, what was wrong, what could not be had."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    shortfalls: list[str] = field(default_factory=list)
    failure: str | None = None


@dataclass(slots=True)
class Collection:
    """A stream being collected. ``lock`` keeps writers of the process apart: SQLite takes one at a time."""

    engine: Engine
    stream: ConfiguredStream
    client: Client
    clock: Callable[[], datetime]
    key: bytes
    lock: Lock
    row_id: int
    run_id: int
    summary: StreamSummary

    @property
    def source(self) -> str:
        """The source's name."""
        return self.stream.declaration.name

    @property
    def follows_threads(self) -> bool:
        """Whether the collector can read one conversation."""
        return hasattr(self.stream.collector, "fetch_thread")

    def guarded(self, pages: Iterator[_P]) -> Iterator[_P]:
        """The collector's pages. Whatever it stumbles over is one error of its source: it may be anybody's code."""
        while True:
            try:
                page = next(pages)
            except StopIteration:
                return
            except SourceError:
                raise
            except Exception as error:
                kind = type(error).__name__
                raise GarbledError(f"{self.source}: an answer of another shape than documented ({kind})") from error
            yield page

    def threads(self) -> frozenset[str]:
        """The roots of the conversations that are followed."""
        with session_of(self.engine) as session:
            followed = due_threads(session, self.row_id, self.clock() + _EVER, _MOST_THREADS)
        return frozenset(thread.root_source_id for thread in followed)

    def keep(self, open_pass: store.OpenPass) -> None:
        """Remember that a pass has begun."""
        with self.lock, session_of(self.engine) as session:
            store.keep_pass(session, self.row_id, open_pass)

    def save(self, arrival: Arrival, open_pass: store.OpenPass | None = None) -> None:
        """Store a page's posts and, in the same transaction, how far the pass has come."""
        now = self.clock()
        shown = {self.source: self.stream.declaration.replies}
        with self.lock, session_of(self.engine) as session:
            outcomes = save_posts(session, arrival.posts, run_id=self.run_id, now=now, visibility=shown)
            buried = self._bury(session, arrival, now)
            if self.follows_threads:
                fresh = (Saved.NEW, Saved.CHANGED)
                heard_of = [post for post, saved in zip(arrival.posts, outcomes, strict=True) if saved in fresh]
                self._follow(session, [post for post in heard_of if post.mentions], now)
                store.follow_threads(session, self.row_id, dict.fromkeys(arrival.threads, now), now)
            if open_pass is not None:
                store.keep_pass(session, self.row_id, open_pass)
        self.summary.counts.update(saved.value for saved in outcomes if saved is not Saved.REPEATED)
        self.summary.counts["gone"] += buried
        self.summary.counts["bad"] += len(arrival.faults)
        self.summary.faults += arrival.faults

    def _bury(self, session: Session, arrival: Arrival, now: datetime) -> int:
        """Take away what is gone: posts, and all posts of accounts; return how many were not gone before."""
        gone = list(dict.fromkeys(arrival.gone))
        for start in range(0, len(arrival.gone_authors), _AT_ONCE):
            authors = authors_called(session, self.source, arrival.gone_authors[start : start + _AT_ONCE])
            gone += [found.post.source_id for found in posts_by(session, [author.id or 0 for author in authors])]
        return sum(
            bury(session, self.source, gone[start : start + _AT_ONCE], GoneReason.SOURCE, now)
            for start in range(0, len(gone), _AT_ONCE)
        )

    def _follow(self, session: Session, posts: Sequence[PreparedPost], now: datetime) -> None:
        """Have the threads of these mentions looked at again; heard of just now, they count as active now."""
        said = [post.post for post in posts]
        roots = [post.thread_source_id or post.parent_source_id or post.source_id for post in said]
        store.follow_threads(session, self.row_id, dict.fromkeys(roots, now), now)
        declaration = self.stream.declaration
        if declaration.replies is ReplyVisibility.IN_THREAD and not declaration.lists_replies:
            store.mark_followed(session, self.source, [post.source_id for post in said])
