"""Lays any report out as tables: a row a thing, each figure with its ends, n, unit, coverage and time beside it.

Works from the report's own shape (its models and their field descriptions), so that a new report needs nothing here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from inspect import getdoc
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from listener.reports.figures import Figure

Cell = str | int | float | bool | date | datetime | None
FIGURES = "figures"
"""The table of what a report says once."""
ENDS = {
    "low": "lower end of the 95 % interval; empty: unbounded, or nothing can be said",
    "high": "upper end of the 95 % interval; empty: unbounded, or nothing can be said",
    "n": "how many posts (or authors, steps) the figure rests on",
    "unit": "what the figure is measured in",
    "coverage": "share (0 to 1) of the posts in question whose state could be known",
    "as_of": "the time the figure holds for, UTC",
}
"""What stands beside the value of each figure."""
_KEYS = (
    "start",
    "code",
    "key",
    "kind",
    "stage",
    "source",
    "group",
    "theme_id",
    "brand",
    "name",
    "value",
    "post_id",
    "id",
)
"""What a row is known by in the tables below it: the first of these that it has."""


class _Unknown:
    """Stands for a figure that there is not."""


_UNKNOWN = _Unknown()


@dataclass(slots=True)
class Table:
    """Rows by column; ``meanings`` say what a column holds, ``about`` what a row is."""

    name: str
    about: str
    rows: list[dict[str, Cell]] = field(default_factory=list)
    meanings: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """In the order in which they first occur."""
        return list(dict.fromkeys(column for row in self.rows for column in row))


def tables_of(report: BaseModel) -> list[Table]:
    """What the report says once, a row a figure or number; then a table for each of its lists, the outer first."""
    first = Table(FIGURES, "What the report says once: a row a figure or number.")
    found: dict[str, Table] = {}
    for path, value, meaning in _leaves(report, ()):
        if path == ("notes",):
            continue
        if isinstance(value, _Unknown):
            first.rows.append({"name": " ".join(path), "value": None})
        elif isinstance(value, Figure):
            first.rows.append({"name": " ".join(path), "value": value.value, **_ends(value)})
        elif _is_rows(value):
            _add(found, path, value, {})
        else:
            first.rows.append({"name": " ".join(path), "value": _cell(value)})
        first.meanings[" ".join(path)] = meaning
    return [first, *(table for table in found.values() if table.rows)]


def _add(found: dict[str, Table], path: tuple[str, ...], rows: Sequence[BaseModel], keys: Mapping[str, Cell]) -> None:
    name = " ".join(path)
    if not rows:
        return
    table = found.setdefault(name, Table(name, (getdoc(type(rows[0])) or "").split("\n\n")[0]))
    for row in rows:
        cells: dict[str, Cell] = dict(keys)
        inner: list[tuple[tuple[str, ...], Sequence[BaseModel]]] = []
        for at, value, meaning in _leaves(row, ()):
            column = " ".join(at)
            if isinstance(value, Figure | _Unknown):
                figure = value if isinstance(value, Figure) else None
                cells[column] = None if figure is None else figure.value
                cells |= {f"{column} {end}": cell for end, cell in _ends(figure).items()}
            elif _is_rows(value):
                inner.append((at, value))
                continue
            else:
                cells[column] = _cell(value)
            if meaning:
                table.meanings[column] = meaning
        table.rows.append(cells)
        for at, below in inner:
            _add(found, (*path, *at), below, {**keys, f"of {path[-1]}": _known_by(row)})


def _leaves(part: BaseModel, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, str]]:
    """Every figure, number, text and list of rows with the names that lead to it, and what its field is said to be."""
    for name, described in type(part).model_fields.items():
        given = getattr(part, name)
        if given is None and _may_be(described.annotation, BaseModel, Mapping):
            if _may_be(described.annotation, Figure):
                yield (*path, name), _UNKNOWN, described.description or ""
            continue
        for at, value in _parts(given, (*path, name)):
            if isinstance(value, BaseModel) and not isinstance(value, Figure):
                yield from _leaves(value, at)
            else:
                yield at, value, described.description or ""


def _may_be(annotation: Any, *kinds: type) -> bool:
    """Whether a field's type, or one of a union, is of these kinds, so that its columns are known where it is None."""
    return any(
        isinstance(plain, type) and issubclass(plain, kinds)
        for one in (annotation, *get_args(annotation))
        if (plain := get_origin(one) or one)
    )


def _parts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _parts(inner, (*path, str(key.value if isinstance(key, Enum) else key)))
    else:
        yield path, value


def _is_rows(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(one, BaseModel) for one in value)


def _known_by(row: BaseModel) -> Cell:
    name = next((name for name in _KEYS if name in type(row).model_fields), None)
    return _cell(getattr(row, name)) if name else None


def _ends(figure: Figure | None) -> dict[str, Cell]:
    if figure is None:
        return dict.fromkeys(ENDS)
    low, high = figure.interval or (None, None)
    return dict(zip(ENDS, (low, high, figure.n, figure.unit, figure.coverage, figure.as_of), strict=True))


def _cell(value: Any) -> Cell:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list | tuple | set):
        return "; ".join(str(_cell(one)) for one in value)
    return value if isinstance(value, Cell) else str(value)
