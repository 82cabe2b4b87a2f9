"""A brand that listens to forums: settings, database, passes at a simulated time, and what the rows then say."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from listener.cli.opening import open_store
from listener.network import Network
from listener.pipeline.collecting import collect
from listener.pipeline.collection import StreamSummary
from listener.pipeline.linking import link
from listener.pipeline.streams import ConfiguredStream, configured_streams
from listener.settings import Settings
from models.database import session_of
from models.reads.brands import brand_by_slug
from models.reads.coverage import coverage_of
from models.reads.mentions import MentionView, mentions
from models.reads.states import ResponseClock
from tests.collecting.forum import BRAND, BRAND_NUMBER

KEY = b"a key of thirty-two bytes or more"
SLUG = "amber-roast"
OWNED = {"wordpress": [f"user:{BRAND_NUMBER}"], "discourse": [BRAND]}


def settings_for(database: Path, *sources: Mapping[str, Any], slugs: Sequence[str] = (SLUG,)) -> Settings:
    """Settings with the same sources for each brand; a ``{slug}`` in an option becomes the brand's."""
    brands = [
        {
            "slug": slug,
            "name": slug.title(),
            "owned": OWNED,
            "query": [{"name": "all", "expression": '"Amber Roast" OR parcel'}],
            "source": [
                {key: value.format(slug=slug) if isinstance(value, str) else value for key, value in source.items()}
                for source in sources
            ],
        }
        for slug in slugs
    ]
    return Settings.model_validate({"database_url": f"sqlite:///{database}", "brand": brands})


@dataclass
class Listening:
    """A database and the streams that fill it. ``now``: when the last pass was, or the first one will be."""

    database: Path
    engine: Engine
    streams: list[ConfiguredStream]
    network: Network
    now: datetime

    def collect(self, minutes: float = 0, since: datetime | None = None) -> list[StreamSummary]:
        """One whole pass, so many minutes after the last one."""
        self.now += timedelta(minutes=minutes)
        summaries = collect(self.engine, self.streams, self.network, lambda: self.now, KEY, since=since)
        link(self.engine)
        return summaries

    def replace_stream(self, place: int = 0, **parts: Any) -> None:
        """Give a stream other parts, such as a collector."""
        self.streams[place] = replace(self.streams[place], **parts)

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return ask(self.database, query, *values)

    def views(self, as_of: datetime | None = None) -> dict[str, MentionView]:
        """The brand's mentions by the last part of their posts' ids."""
        with session_of(self.engine) as session:
            brand_id = brand_by_slug(session, SLUG).id or 0
            clock = ResponseClock(as_of or self.now, coverage_of(session, brand_id))
            found = mentions(session, brand_id, clock, with_duplicates=True)
            return {view.source_id.rpartition("/")[2]: view for view in found}


@contextmanager
def listening(settings: Settings, network: Network, now: datetime) -> Iterator[Listening]:
    """The database of the settings, opened and migrated, with nothing collected so far."""
    engine = open_store(settings)
    with network:
        try:
            database = Path(settings.database_url.removeprefix("sqlite:///"))
            yield Listening(database, engine, configured_streams(engine, settings, environ={}), network, now)
        finally:
            engine.dispose()


def ask(database: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query to a database that others may be writing."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query, values).fetchall()


Rows = dict[str, list[dict[str, Any]]]
_ROW_IDS = {"id", "author_id", "parent_id", "thread_id", "duplicate_of_id", "post_id", "brand_id", "query_id"}
_TIMES_OF_RUNS = {
    "collected_at", "seen_run_id", "covers_from", "checked_at", "failed_at", "revisited", "active_at", "due_at",
    "started_at", "found_at", "stream_id",
}  # fmt: skip
_TABLES = {
    "post": """post LEFT JOIN author ON author.id = post.author_id LEFT JOIN post parent ON parent.id = post.parent_id
        LEFT JOIN thread ON thread.id = post.thread_id LEFT JOIN post first ON first.id = post.duplicate_of_id""",
    "mention": """mention JOIN post ON post.id = mention.post_id JOIN brand ON brand.id = mention.brand_id
        LEFT JOIN query ON query.id = mention.query_id""",
    "author": "author LEFT JOIN brand ON brand.id = author.owner_id",
    "stream": "stream JOIN brand ON brand.id = stream.brand_id",
    "coverage": "coverage JOIN brand ON brand.id = coverage.brand_id",
    "coverage_gap": "coverage_gap JOIN stream ON stream.id = coverage_gap.stream_id",
    "thread_check": "thread_check JOIN stream ON stream.id = thread_check.stream_id",
}
_NAMED = {
    "post": "author.source_id, parent.source_id, thread.root_source_id, first.source_id",
    "mention": "post.source, post.source_id, brand.slug, query.name",
    "author": "brand.slug",
    "stream": "brand.slug",
    "coverage": "brand.slug",
    "coverage_gap": "stream.source, stream.key",
    "thread_check": "stream.source, stream.key",
}


def rows(database: Path) -> Rows:
    """All that collecting leaves, by table, save for ids of rows and what tells when it was collected.

    The rows are in order, their columns named like ``post.text``.
    """
    found: Rows = {}
    for table, joined in _TABLES.items():
        columns = [name for _, name, *_ in ask(database, f"PRAGMA table_info({table})")]
        kept = [f"{table}.{name}" for name in columns if name not in _ROW_IDS | _TIMES_OF_RUNS | {"owner_id"}]
        named = kept + _NAMED[table].split(", ")
        found[table] = [
            dict(zip(named, row, strict=True)) for row in ask(database, f"SELECT {', '.join(named)} FROM {joined}")
        ]
        found[table].sort(key=repr)
    return found
