"""Cuts a CSV stream into records, so that one stray quote costs one line and not the rest of the file."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from listener.formats.bytestream import LONGEST_LINE, encoding_fault, read_lines
from listener.formats.rows import BadLine

LONGEST_RECORD = 1000
"""Lines: a quoted field that runs on for longer is taken for a stray quote."""

csv.field_size_limit(LONGEST_LINE)


def read_records(stream: BinaryIO, delimiter: str = ",") -> Iterator[tuple[int, list[str]] | BadLine]:
    """Yield (number of the first line, fields). The first record is the header; its width binds the others.

    A record that cannot be parsed, or has another width, is reported by its first line, and reading goes on
    with the line after it.
    """
    lines = read_lines(stream)
    waiting: deque[tuple[int, bytes]] = deque()
    width: int | None = None
    while True:
        entry = waiting.popleft() if waiting else next(lines, None)
        if entry is None:
            return
        if isinstance(entry, BadLine):
            yield entry
            continue
        number, line = entry
        if not line.strip():
            continue
        taken = [entry]
        quotes, size = line.count(b'"'), len(line)
        stray: BadLine | None = None
        while quotes % 2 and len(taken) < LONGEST_RECORD and size <= LONGEST_LINE:
            more = waiting.popleft() if waiting else next(lines, None)
            if more is None:
                break
            if isinstance(more, BadLine):
                stray = more
                break
            taken.append(more)
            quotes, size = quotes + more[1].count(b'"'), size + len(more[1])
        record, used = _parse([line for _, line in taken], delimiter)
        waiting.extendleft(reversed(taken[used:]))  # what a stray quote made us look at is read on its own
        if isinstance(record, list) and width is not None and len(record) != width:
            record = f"has {len(record)} fields, and the header has {width}"
        if isinstance(record, str):
            yield BadLine(number, record)
        else:
            width = width or len(record)
            yield number, record
        if stray is not None:
            yield stray


def _parse(lines: list[bytes], delimiter: str) -> tuple[list[str] | str, int]:
    """The fields of one record, or what is wrong with it, and how many of the lines it takes up."""
    for line in lines:
        fault = encoding_fault(line)
        if fault:
            return fault, 1
    try:
        reader = csv.reader((line.decode() for line in lines), delimiter=delimiter, strict=True)
        record = next(reader)
    except csv.Error as error:
        if sum(line.count(b'"') for line in lines) % 2:
            return "opens a quote that is never closed", 1
        return f"is no valid CSV: {error}", 1
    return record, reader.line_num
