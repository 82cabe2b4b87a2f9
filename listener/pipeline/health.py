"""Examines one configured stream: its secrets, when it last worked, whether it has gone quiet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from listener.collectors.contract import Standing
from listener.pipeline.streams import ConfiguredStream
from models.database import session_of
from models.store.streams import find_stream
from models.tables import Stream

STALE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found; ``is_well`` is None where it is worth knowing and neither right nor wrong."""

    is_well: bool | None
    text: str


def examine(engine: Engine, stream: ConfiguredStream, now: datetime) -> Finding:
    """Say how a stream is."""
    declaration = stream.declaration
    if declaration.standing is Standing.DEAD:
        return Finding(False, f"{stream.name}: the source is dead since {declaration.dead_since}")
    missing = stream.missing_secrets()
    if missing:
        return Finding(False, f"{stream.name}: {missing[0]} is not set")
    with session_of(engine) as session:
        row = find_stream(session, brand_id=stream.brand.id, source=declaration.name, key=stream.key)
    if row is None or (row.checked_at is None and row.failure is None):
        return Finding(None, f"{stream.name}: never collected so far")
    if row.failure:
        last = f"; last well {_ago(now - row.checked_at)} ago" if row.checked_at else ""
        return Finding(False, f"{stream.name}: {row.failure}{last}")
    assert row.checked_at is not None
    age = now - row.checked_at
    if age > STALE:
        return Finding(False, f"{stream.name}: last collected {_ago(age)} ago")
    return Finding(True, f"{stream.name}: collected {_ago(age)} ago")


def next_check(stream: Stream, next_pass: datetime | None) -> datetime | None:
    """When a stream is asked next: with the next pass, or once its host has rested. None: nobody knows."""
    if next_pass is None or stream.rests_until is None:
        return next_pass
    return max(next_pass, stream.rests_until)


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
