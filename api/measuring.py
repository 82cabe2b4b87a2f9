"""Measures reports for routes and pages, and keeps them until something is written to the database."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from api.caching import Cache
from listener.reports.asking import ReportRequest
from listener.reports.kinds import kind_of
from models.reads.version import version_of

_T = TypeVar("_T")
_NOW = datetime.min.replace(tzinfo=UTC)
"""Stands for the present in a key: a report of a moment ago is as good as one of this second if nothing changed."""
KEPT_SECONDS = 300.0
"""So long a report of the present is shown while nothing is written: it says as of when it holds."""


@dataclass(frozen=True, slots=True)
class _Key:
    name: str
    request: ReportRequest
    figures: int


class Measured:
    """The reports of one application; safe for several threads."""

    def __init__(self, engine: Engine) -> None:
        self._cache = Cache(KEPT_SECONDS)
        self._counts = Cache()
        self._engine = engine

    def report(self, session: Session, name: str, request: ReportRequest, *, is_now: bool) -> Any:
        """The report of that name, kept or measured. ``is_now`` says that the present is meant, whenever that is.

        What is kept says itself as of when it holds. Raises what the report's ``build`` raises.
        """
        key = _Key(name, replace(request, as_of=_NOW) if is_now else request, version_of(self._engine).figures)
        return self._cache.get(key, lambda: kind_of(name).build(session, request))

    def counted(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What ``make`` counts in the database, kept alike under a key that says what was asked for."""
        return self._counts.get((key, version_of(self._engine)), make)
