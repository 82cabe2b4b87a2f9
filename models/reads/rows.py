"""Reads many rows at once, where an object for each and a parameter for each id would take longer than finding them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, literal_column
from sqlmodel import Session, col

_AT_ONCE = 10_000
"""Ids in one statement: databases take some hundred thousand characters and more."""


def raw_rows(session: Session, query: Any) -> list[tuple[Any, ...]]:
    """A query's rows as the driver gives them: nothing is converted, so ask for no times, and for flags as numbers."""
    found = session.connection().execute(query)
    return [] if found.cursor is None else list(found.cursor.fetchall())


def in_portions(column: Any, ids: Iterable[int]) -> Iterator[ColumnElement[bool]]:
    """That a column holds one of some ids, as conditions of at most 10,000 each, by rising id.

    The numbers are written out: to bind thousands of parameters takes longer than to look them up.
    """
    wanted: Sequence[int] = sorted({int(id) for id in ids})
    for start in range(0, len(wanted), _AT_ONCE):
        listed = ",".join(map(str, wanted[start : start + _AT_ONCE]))
        yield col(column).op("IN", is_comparison=True)(literal_column(f"({listed})"))


def parsed_objects(texts: Iterable[str]) -> list[dict[str, float]]:
    """JSON objects of numbers; read as one list, which takes half the time of reading each."""
    parsed: list[dict[str, float]] = json.loads(f"[{','.join(texts)}]")
    return parsed
