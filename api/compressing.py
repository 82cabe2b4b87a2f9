"""What is compressed on its way to a browser: texts, pages and drawings; what is packed already is left as it is.

A compressed answer tells by its length what it holds twice. That gives nothing away here: no page holds a lasting
secret. Who signed in is in a cookie alone, foreign writes are told by their origin and not by a token in the page, and
a new key is shown once, in answer to a form that no other site can send.
"""

from fastapi import FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

LEVEL = 4
"""A page of 150 kB takes a millisecond or two; higher levels take three times as long for a twentieth less."""
SMALLEST = 1_000
"""Bytes; what fits one packet is sent as it is."""
PACKED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


def compress(app: FastAPI) -> None:
    """Have the application compress its answers for those who take gzip."""
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST, compresslevel=LEVEL, exclude_content_types=PACKED)
