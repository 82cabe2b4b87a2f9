"""A small cache for what takes seconds to make, and answers that a browser need not fetch twice."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from fastapi import Request, Response

KEPT = 128
SECONDS = 60.0
_T = TypeVar("_T")


class Cache:
    """The latest results by key, at most ``KEPT`` of them and none older than ``seconds``.

    Safe for several threads: those who ask for what is being made wait for it.
    """

    def __init__(self, seconds: float = SECONDS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What is kept under the key, else what ``make`` gives, which is then kept."""
        with self._lock:
            kept = self._found(key)
            if kept is not None:
                return kept  # type: ignore[no-any-return]
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                kept = self._found(key)  # by whoever made it while this one waited
            if kept is not None:
                return kept  # type: ignore[no-any-return]
            try:
                made = make()
                with self._lock:
                    self._keep(key, made)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def clear(self) -> None:
        """Forget everything: posts or labels have changed."""
        with self._lock:
            self._kept.clear()

    def _found(self, key: Hashable) -> Any:
        made_at, value = self._kept.get(key, (0.0, None))
        return value if value is not None and self._monotonic() - made_at < self._seconds else None

    def _keep(self, key: Hashable, made: Any) -> None:
        self._kept[key] = (self._monotonic(), made)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def tagged(request: Request, content: bytes, media_type: str) -> Response:
    """The content with its ETag, or 304 where the browser has it already."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'  # weak: the same content may come compressed or not
    headers = {"ETag": f"W/{tag}", "Cache-Control": f"private, max-age={SECONDS:.0f}"}
    known = [word.strip().removeprefix("W/") for word in request.headers.get("if-none-match", "").split(",")]
    if tag in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
