"""A small cache for what takes seconds to make, and answers that a browser need not fetch twice."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from fastapi import Request, Response

KEPT = 32
SECONDS = 60.0
_T = TypeVar("_T")


class Cache:
    """The latest results by key, at most ``KEPT`` of them and none older than ``SECONDS``."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What is kept under the key, else what ``make`` gives, which is then kept."""
        with self._lock:
            made_at, value = self._kept.get(key, (0.0, None))
            if value is not None and self._monotonic() - made_at < SECONDS:
                return value  # type: ignore[no-any-return]
        made = make()
        with self._lock:
            self._kept[key] = (self._monotonic(), made)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def clear(self) -> None:
        """Forget everything: posts or labels have changed."""
        with self._lock:
            self._kept.clear()


def tagged(request: Request, content: bytes, media_type: str) -> Response:
    """The content with its ETag, or 304 where the browser has it already."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": f"private, max-age={SECONDS:.0f}"}
    known = [word.strip().removeprefix("W/") for word in request.headers.get("if-none-match", "").split(",")]
    if tag in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
