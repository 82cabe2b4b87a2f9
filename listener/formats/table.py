"""Reads CSV by column names: a column is named like a key of posts.jsonl, or mapped to one."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo, available_timezones

from listener.formats.jsonl import read_post
from listener.formats.records import read_records
from listener.formats.rows import BadLine, FaultyLine, Row
from models.errors import InputError
from models.postdata import known_keys

_NESTED = {
    "author": ("source_id", "handle", "name", "followers", "is_bot", "is_owned"),
    "engagement": ("likes", "replies", "reposts", "views"),
    "reply": ("text", "published_at"),
}
KEYS = tuple(sorted(known_keys() - set(_NESTED))) + tuple(
    f"{outer}.{inner}" for outer, names in _NESTED.items() for inner in names
)


def read_csv(
    stream: BinaryIO,
    *,
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    zone: str | None = None,
) -> Iterator[Row]:
    """Yield one row a record.

    ``columns`` maps a key (``author.handle`` for nested ones) to a column's name, ``constants`` gives keys the same
    value in every row, ``zone`` is the time zone of times that have none. Raises InputError for a header without
    what every post needs, or a mapping to a column that is not there.
    """
    columns, constants = dict(columns or {}), dict(constants or {})
    for key in (*columns, *constants):
        _check_key(key)
    _check_zone(zone)
    records = read_records(stream, delimiter=",")
    first = next(records, None)
    if first is None:
        return
    if isinstance(first, BadLine):
        raise InputError(f"the header cannot be read: {first}")
    header = [name.strip() for name in first[1]]
    places = _places(header, columns, constants)
    ignored = tuple(name for place, name in enumerate(header) if place not in places.values())
    for record in records:
        if isinstance(record, BadLine):
            yield record
            continue
        number, fields = record
        values = dict(constants) | {key: fields[place] for key, place in places.items() if fields[place] != ""}
        try:
            row = read_post(number, _nested(values, zone))
        except FaultyLine as fault:
            yield BadLine(number, str(fault))
            continue
        yield type(row)(row.line, row.post, row.accounts, ignored)


def _check_key(key: str) -> None:
    if key not in KEYS:
        near = get_close_matches(key, KEYS, 1)
        raise InputError(f"{key!r} is no key of a post{f'; did you mean {near[0]!r}?' if near else ''}")


def _check_zone(zone: str | None) -> None:
    if zone is not None and zone not in available_timezones():
        near = get_close_matches(zone, sorted(available_timezones()), 1)
        raise InputError(f"{zone!r} is no time zone{f'; did you mean {near[0]!r}?' if near else ''}")


def _places(header: list[str], columns: Mapping[str, str], constants: Mapping[str, str]) -> dict[str, int]:
    places = {name: place for place, name in enumerate(header) if name in KEYS and name not in constants}
    for key, name in columns.items():
        if name not in header:
            near = get_close_matches(name, header, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; the file has {', '.join(header)}"
            raise InputError(f"the file has no column {name!r}{hint}")
        places[key] = header.index(name)
    for key in ("source", "source_id", "text", "published_at"):
        if key not in places and key not in constants:
            raise InputError(f"no column gives {key!r}: name one with --column {key}=NAME, or --set {key}=VALUE")
    return places


def _nested(values: Mapping[str, str], zone: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in values.items():
        outer, _, inner = key.partition(".")
        said = _zoned(value, zone) if key.endswith("published_at") else value
        if inner:
            data.setdefault(outer, {})[inner] = said
        else:
            data[key] = said
    return data


def _zoned(value: str, zone: str | None) -> str:
    """Give a time without zone the declared one; whatever is no ISO time is left for validation to refuse."""
    if zone is None:
        return value
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        return value
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).isoformat()
