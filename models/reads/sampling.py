"""Draws samples by the ids of rows: the same ones each time, spread over all of the time, whatever the database."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, literal

GOLDEN = 2_654_435_761
"""2^32 over the golden ratio: multiples of it, cut to 32 bits, lie evenly (Knuth, TAOCP 3, 6.4)."""
_LARGEST = 2**31 - 1
"""What an id is cut to first: so no product runs over 64 bits."""


def draw_number(id: int, seed: int = 0) -> int:
    """A number below 2^32 for an id; the rows with the smallest ones are a sample. Another ``seed`` draws others."""
    return (id % _LARGEST + seed) * GOLDEN % 2**32


def draw_column(id: Any, seed: int = 0) -> ColumnElement[int]:
    """``draw_number`` of a column, as SQLite and PostgreSQL compute it alike."""
    short = cast(id, BigInteger) % literal(_LARGEST, BigInteger) + literal(seed, BigInteger)
    return (short * literal(GOLDEN, BigInteger)) % literal(2**32, BigInteger)
