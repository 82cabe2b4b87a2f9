"""Cuts streams into pieces, so that a file of any length is worked on in constant memory."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_T = TypeVar("_T")


def batched(rows: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Cut a stream into lists of at most ``size``."""
    stream = iter(rows)
    while batch := list(islice(stream, size)):
        yield batch
