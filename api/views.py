"""What the templates show, computed: a bar's segments, rivals side by side, a thread's order, addresses."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from api.parameters import PeriodQuery
from api.shapes import PostDetail, ThreadPostOut
from listener.reports.figures import Figure, share
from listener.reports.response_gap import ResponseGap
from models.words import ResponseState

BAR = 1000
"""Width of the bar in its own units."""
_LISTED = {"since", "until", "as_of", "source", "stage", "sentiment", "language", "relation", "theme"}
"""What a list of posts can be asked for alike."""
DEEPEST = 4
"""Replies deeper than this are indented no further: phones are narrow."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the bar; ``share`` is of the posts that need a response."""

    state: ResponseState
    count: int
    share: Figure
    x: float
    width: float


def segments(gap: ResponseGap) -> list[Segment]:
    """One segment a state that needs a response and occurs, side by side."""
    counts = {state: count for state, count in gap.states.items() if count and state is not ResponseState.NOT_NEEDED}
    total = sum(counts.values())
    found: list[Segment] = []
    x = 0.0
    for state, count in counts.items():
        width = BAR * count / total
        part = share(count, total, gap.as_of, gap.response_rate.coverage)
        found.append(Segment(state, count, part, round(x, 2), round(width, 2)))
        x += width
    return found


def address(path: str, chosen: Mapping[str, Any] | None = None, **more: Any) -> str:
    """A path with its parameters; those that are None are left out."""
    parameters = {key: value for key, value in {**(chosen or {}), **more}.items() if value is not None}
    return f"{path}?{urlencode(parameters)}" if parameters else path


@dataclass(frozen=True, slots=True)
class Placed:
    """A post of a thread with its depth under the first one."""

    post: ThreadPostOut
    depth: int


def replies_by_depth(detail: PostDetail) -> list[Placed]:
    """The thread in reading order: each post, then what answers it, the oldest first."""
    here = {post.id for post in detail.thread}
    children: dict[int | None, list[ThreadPostOut]] = {}
    for post in detail.thread:
        parent = post.parent_id if post.parent_id in here and post.parent_id != post.id else None
        children.setdefault(parent, []).append(post)
    placed = list(_walk(children))
    met = {entry.post.id for entry in placed}
    return placed + [Placed(post, 0) for post in detail.thread if post.id not in met]  # a ring of parents has no root


def _walk(children: Mapping[int | None, list[ThreadPostOut]]) -> Iterator[Placed]:
    waiting = [Placed(post, 0) for post in reversed(children.get(None, []))]
    while waiting:
        at = waiting.pop()
        yield at
        depth = min(at.depth + 1, DEEPEST)
        waiting += [Placed(post, depth) for post in reversed(children.get(at.post.id, []))]


def word_address(slug: str, query: PeriodQuery) -> Callable[[str], str]:
    """Where the posts asked for that hold a word, given by its key, are listed."""
    chosen = query.model_dump(mode="json", by_alias=True, exclude_none=True, include=_LISTED)
    return lambda word: address(f"/brands/{quote(slug)}/posts", chosen, word=word)


def api_routes(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The routes of an OpenAPI document, with their parameters in a row."""
    return [
        {"parameters": [], "path": path, "method": method.upper(), **operation}
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
