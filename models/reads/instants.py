"""Times as whole microseconds since 1970, counted in SQL: numbers to reckon with, and no time to build one by one."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

MICROSECONDS = 1_000_000


class epoch_microseconds(FunctionElement[int]):
    """Microseconds since 1970 of a time column; NULL of NULL."""

    type = BigInteger()
    inherit_cache = True


@compiles(epoch_microseconds, "sqlite")
def _sqlite(element: Any, compiler: Any, **words: Any) -> str:
    at = compiler.process(element.clauses, **words)
    # strftime rounds to milliseconds, so it must not see what stands behind the seconds.
    whole = f"CAST(strftime('%s', substr({at}, 1, 19)) AS INTEGER) * {MICROSECONDS}"
    return f"({whole} + CAST(substr({at}, 21, 6) AS INTEGER))"


@compiles(epoch_microseconds, "postgresql")
def _postgresql(element: Any, compiler: Any, **words: Any) -> str:
    return f"CAST(extract(epoch FROM {compiler.process(element.clauses, **words)}) * {MICROSECONDS} AS BIGINT)"
