"""Opens a file or standard input as bytes, unpacked, and cuts it into lines of bounded length."""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from listener.formats.rows import BadLine
from models.errors import InputError

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes; a longer line is reported and skipped without being held in memory."""

_REFUSED = {
    b"PK\x03\x04": "a zip archive or spreadsheet: unpack it, or save it as CSV",
    b"\xff\xfe": "UTF-16 text: convert it, for instance with iconv -f UTF-16 -t UTF-8",
    b"\xfe\xff": "UTF-16 text: convert it, for instance with iconv -f UTF-16 -t UTF-8",
    b"%PDF": "a PDF",
    b"\x28\xb5\x2f\xfd": "zstd-compressed: unpack it with zstd -d",
    b"SQLi": "an SQLite database",
}


@contextmanager
def open_input(name: str) -> Iterator[BinaryIO]:
    """Open a file by name, or standard input for ``-``; gzip is unpacked, whatever the name says.

    Raises InputError if the file cannot be opened, or is plainly not text.
    """
    if name == "-":
        yield _unpacked(sys.stdin.buffer, name)
        return
    try:
        with Path(name).open("rb") as stream:
            yield _unpacked(stream, name)
    except BrokenPipeError:
        raise  # the reader of what is made from the file has gone: no fault of the file
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile):
            raise InputError(f"{name}: damaged gzip file: {error}") from error
        raise InputError(f"{name}: {error.strerror or error}") from error


def read_lines(stream: BinaryIO, longest: int = LONGEST_LINE) -> Iterator[tuple[int, bytes] | BadLine]:
    """Yield (number, line with its end) from 1 on. A line over ``longest`` bytes comes as a ``BadLine``.

    A compressed stream that ends early yields what could be unpacked, then a ``BadLine``.
    """
    number = 0
    try:
        while line := stream.readline(longest + 1):
            number += 1
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if len(line) > longest and not line.endswith(b"\n"):
                length = len(line)
                while rest := stream.readline(1 << 16):
                    length += len(rest)
                    if rest.endswith(b"\n"):
                        break
                yield BadLine(number, f"is {length:,} bytes long; the most is {longest:,}")
            else:
                yield number, line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield BadLine(number + 1, f"the compressed file ends early or is damaged here ({error})")


def decoded(line: bytes) -> str:
    """Decode one line of UTF-8. Raises UnicodeDecodeError; ``encoding_fault`` says it in words."""
    return line.decode("utf-8")


def encoding_fault(line: bytes) -> str | None:
    """What is wrong with a line's bytes, or None."""
    if b"\x00" in line:
        return f"holds a NUL byte (at byte {line.index(0) + 1})"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = line[error.start]
        return f"is not UTF-8 (byte {error.start + 1} is 0x{byte:02x}); save the file as UTF-8"
    return None


def _unpacked(stream: BinaryIO, name: str) -> BinaryIO:
    """Look at the first bytes without taking them."""
    peekable = stream if hasattr(stream, "peek") else io.BufferedReader(cast(io.RawIOBase, stream))
    start: bytes = peekable.peek(4)[:4]
    for magic, said in _REFUSED.items():
        if start.startswith(magic):
            raise InputError(f"{name}: is {said}")
    if start.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=peekable))
    return peekable
