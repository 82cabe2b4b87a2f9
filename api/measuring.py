"""Measures reports for routes and pages, and keeps them until something is written to the database."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from api.caching import Cache
from listener.reports.asking import ReportRequest
from listener.reports.kinds import kind_of
from models.reads.version import DataVersion, Version

_T = TypeVar("_T")
_NOW = datetime.min.replace(tzinfo=UTC)
"""Stands for the present in a key: a report of the last minute is as good as one of this second if nothing changed."""


@dataclass(frozen=True, slots=True)
class _Key:
    name: str
    request: ReportRequest
    version: tuple[int, ...]


class Measured:
    """The reports of one application; safe for several threads."""

    def __init__(self, engine: Engine) -> None:
        self._cache = Cache()
        self._counts = Cache()
        self._version = DataVersion(engine)
        self._lock = Lock()

    def report(self, session: Session, name: str, request: ReportRequest, *, is_now: bool) -> Any:
        """The report of that name, kept or measured. ``is_now`` says that the present is meant, whenever that is.

        What is kept says itself as of when it holds. Raises what the report's ``build`` raises.
        """
        key = _Key(name, replace(request, as_of=_NOW) if is_now else request, self._now())
        return self._cache.get(key, lambda: kind_of(name).build(session, request))

    def counted(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What ``make`` counts in the database, kept alike under a key that says what was asked for."""
        return self._counts.get((key, self._now()), make)

    def _now(self) -> Version:
        with self._lock:
            return self._version.now()

    def close(self) -> None:
        """Give the database's connection back."""
        self._version.close()
