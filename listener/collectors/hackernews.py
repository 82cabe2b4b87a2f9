"""Collects stories and comments of Hacker News that hold the terms, through the Algolia search of Hacker News. Jobs
and the options of polls are left out. Built from the documentation and public client code, not seen live."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from listener.collectors.contract import (
    Client,
    Declaration,
    Gone,
    Pace,
    Page,
    SourceOptions,
    Standing,
    ThreadRef,
    WebAddress,
    Window,
)
from listener.collectors.reading import from_epoch, list_at
from models.errors import GarbledError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="hackernews",
    title="Hacker News",
    covers="Stories and comments that hold one of the terms, and the whole conversation around each.",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.WORKS,
    history="Since 2006, as far as the search index holds it.",
    terms="https://www.ycombinator.com/legal/",
    pace=Pace(requests=60, seconds=60.0, burst=5),
)

_PER_PAGE = 200
_SITE = "https://news.ycombinator.com/item?id="
_POSTS = frozenset(("story", "comment", "poll"))


class Options(SourceOptions):
    """``base_url``: the search server."""

    base_url: WebAddress = "https://hn.algolia.com"


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page]:
    """Yield the hits of each term, the newest first; without terms everything of the window.

    The search shows at most 1,000 hits of a query, so each next page is a query of its own, for what is not newer
    than the oldest hit so far: thus no cap. The hits of that second are left to it, as the page may hold some only.
    """
    terms = list(window.terms) or [""]
    newest = int(window.until.timestamp()) if window.until else None
    resumed, _, term = (window.cursor or "").partition(" ")
    upper = newest
    if window.cursor is not None and term in terms:
        terms = terms[terms.index(term) :]
        upper = int(resumed) if resumed.isdigit() else newest
    for term, following in zip(terms, [*terms[1:], None], strict=True):
        for data, next_upper in _search(client, options, term, window.since, upper):
            if next_upper is not None:
                yield Page(data, f"{next_upper} {term}")
            else:
                yield Page(data, f"- {following}" if following is not None else None)
        upper = newest


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """Yield a story with its comments, one page. Raises GoneError for a story that is not there.

    Numbers on Hacker News only grow, and the tree may be some minutes old: it counts as whole if it holds something
    as new as the newest stored post.
    """
    data = client.get_json(f"{options.base_url}/api/v1/items/{thread.root_source_id}").data
    newest = max((int(number) for number in thread.post_source_ids if number.isdigit()), default=0)
    yield Page(data, is_whole=any(_number(raw) >= newest for raw in split(data)))


def split(data: Any) -> Iterable[Any]:
    """The hits of a search, or the nodes of a tree without their children. Raises GarbledError for another shape."""
    if isinstance(data, Mapping) and "hits" in data:
        return list_at(data, "hits", where="hackernews")
    if not isinstance(data, Mapping) or "id" not in data:
        raise GarbledError("hackernews: the answer holds neither hits nor a story")
    return _nodes(data)


def parse(raw: Any, options: Options) -> PostData | Gone | None:  # noqa: ARG001 - the contract's signature
    """One hit, or one node of a tree; None for what is neither story nor comment, Gone for an emptied node."""
    number = str(raw["objectID"] if "objectID" in raw else raw["id"])
    if raw.get("type", "story") not in _POSTS:
        return None
    text = raw.get("comment_text") or raw.get("story_text") or raw.get("text") or ""
    author, title = raw.get("author"), raw.get("title")
    if author is None and not text and not title:
        return Gone(number)
    parent = raw.get("parent_id")
    is_reply = parent is not None or raw.get("comment_text") is not None
    points = raw.get("points")
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": number,
            "text": text,
            "title": title,
            "published_at": from_epoch(raw["created_at_i"]),
            "author": {"source_id": author, "handle": author},
            "kind": _kind(is_reply, title),
            "url": f"{_SITE}{number}",
            "parent_source_id": parent,
            "thread_source_id": raw.get("story_id") if is_reply else number,
            "engagement": {"likes": points if isinstance(points, int) and points >= 0 else None},
        }
    )


def _kind(is_reply: bool, title: str | None) -> PostKind:
    if is_reply:
        return PostKind.REPLY
    return PostKind.QUESTION if str(title).startswith("Ask HN") else PostKind.POST


def _search(
    client: Client, options: Options, term: str, since: datetime | None, upper: int | None
) -> Iterator[tuple[Any, int | None]]:
    """Pages of hits not newer than ``upper`` (seconds since 1970), each with the next page's ``upper``."""
    bounds = [f"created_at_i>={int(since.timestamp())}"] if since else []
    phrase = '"' + term.replace('"', " ") + '"' if term else ""
    while True:
        params = {
            "query": phrase,
            "tags": "(story,comment)",
            "numericFilters": ",".join(bounds if upper is None else [*bounds, f"created_at_i<={upper}"]) or None,
            "hitsPerPage": _PER_PAGE,
            "page": 0,
        }
        data = client.get_json(f"{options.base_url}/api/v1/search_by_date", params).data
        hits = list(split(data))
        if not hits:
            return
        following = _next_upper(hits, upper) if data.get("nbPages", 2) > 1 else None
        kept = [hit for hit in hits if following is None or _second(hit) != following]
        if kept:
            yield {"term": term, "hits": kept}, following  # the term, as two may have the same hits
        if following is None:
            return
        upper = following


def _next_upper(hits: list[Any], upper: int | None) -> int | None:
    """The oldest hit's second; a second earlier where that would ask the same again, None where bounds are ignored."""
    times = [at for at in map(_second, hits) if at is not None]
    if not times or (upper is not None and max(times) > upper):
        return None
    return upper - 1 if upper is not None and min(times) == upper else min(times)


def _second(hit: Any) -> int | None:
    at = hit.get("created_at_i") if isinstance(hit, Mapping) else None
    return at if isinstance(at, int) else None


def _nodes(root: Mapping[str, Any]) -> list[Any]:
    """A tree as a flat list, parents first; without recursion, since conversations run deep."""
    story = root.get("story_id") or root["id"]
    flat: list[Any] = []
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            waiting.extend(reversed(list_at(node, "children", where="hackernews")))
            node = {key: value for key, value in node.items() if key != "children"} | {"story_id": story}
        flat.append(node)
    return flat


def _number(raw: Any) -> int:
    number = raw.get("id") if isinstance(raw, Mapping) else None
    return number if isinstance(number, int) else 0
