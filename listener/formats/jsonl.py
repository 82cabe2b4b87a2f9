"""Reads posts.jsonl: one JSON object a line, keys as in ``PostData``."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from pydantic import ValidationError

from listener.formats.bytestream import encoding_fault, read_lines
from listener.formats.rows import BadLine, FaultyLine, ReadPost, Row
from models.explain import explain
from models.postdata import PostData, known_keys

_KNOWN = known_keys()


def read_jsonl(stream: BinaryIO) -> Iterator[Row]:
    """Yield one row a line; empty lines are passed over."""
    for entry in read_objects(stream):
        if isinstance(entry, BadLine):
            yield entry
            continue
        try:
            yield read_post(*entry)
        except FaultyLine as fault:
            yield BadLine(entry[0], str(fault))


def read_objects(stream: BinaryIO) -> Iterator[tuple[int, dict[str, Any]] | BadLine]:
    """Yield (line number, object) for each line, whatever its keys; empty lines are passed over."""
    for entry in read_lines(stream):
        if isinstance(entry, BadLine):
            yield entry
        elif entry[1].strip():
            try:
                yield entry[0], parse_object(entry[1])
            except FaultyLine as fault:
                yield BadLine(entry[0], str(fault))


def parse_object(line: bytes) -> dict[str, Any]:
    """One line as a JSON object. Raises FaultyLine with what is wrong and where."""
    fault = encoding_fault(line)
    if fault:
        raise FaultyLine(fault)
    try:
        data = json.loads(line.strip())
    except json.JSONDecodeError as error:
        raise FaultyLine(f"is no valid JSON: {error.msg.removesuffix(' at')} at character {error.pos + 1}") from None
    except RecursionError:
        raise FaultyLine("is nested too deeply") from None
    except ValueError:  # Python refuses to read integers of over 4300 digits
        raise FaultyLine("is no valid JSON: holds a number of too many digits") from None
    if not isinstance(data, dict):
        raise FaultyLine(f"is a JSON {type(data).__name__}, and a post is an object {{...}}")
    return data


def read_post(number: int, data: dict[str, Any], accounts: tuple[str, ...] = ()) -> ReadPost:
    """Validate one object. Raises FaultyLine."""
    try:
        post = PostData.model_validate(data)
    except ValidationError as error:
        raise FaultyLine(explain(error)) from None
    return ReadPost(number, post, accounts, tuple(key for key in data if key not in _KNOWN))
