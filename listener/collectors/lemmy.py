"""Collects posts and comments of a Lemmy instance through its API v3: what a search finds, or a community's listing.
Built from the server's documentation and source, not seen live."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import field_validator

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
from listener.collectors.reading import from_iso, host_of, list_at
from models.errors import GarbledError, GoneError, SourceError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="lemmy",
    title="Lemmy",
    covers="Posts and comments that one instance knows, its own and federated ones: those that hold one of the terms, "
    "or all of one community. Each instance has terms of its own, at /legal.",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.WORKS,
    history="All that the instance holds.",
    terms="https://join-lemmy.org/docs/",
    pace=Pace(requests=30, seconds=60.0, burst=3),
)

_LIMIT = 50  # the most that a page may hold
_TREE_LIMIT = 300  # the most comments that a server gives when asked by depth, without a further page
_DEPTH = 100
_MOST_PAGES = 200  # of the comments of one post


class Options(SourceOptions):
    """``base_url``: the instance. ``community``: "name" or "name@instance", then all of it is listed, not searched."""

    base_url: WebAddress
    community: str | None = None

    @field_validator("community")
    @classmethod
    def _is_community(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"!?\w+(@[\w.:-]+)?", name):
            raise ValueError('community is to be "name" or "name@instance"')
        return name.removeprefix("!").lower() if name else None

    def own_accounts(self, declared: Iterable[str]) -> set[str]:
        """Accounts as "name@instance"; a name alone is one of this instance."""
        names = super().own_accounts(declared)
        return {name if "@" in name or "/" in name else f"{name}@{host_of(self.base_url)}" for name in names}


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page]:
    """Yield pages of posts and of comments, each listing the newest first.

    A cursor is "page=<number> <listing>" (or "page_cursor=<token> <listing>"): new posts only push older ones to
    later pages, so a resumed listing repeats some and misses none.
    """
    listings = _listings(options, window)
    place, _, resumed = (window.cursor or "").partition(" ")
    names = list(listings)
    if resumed in listings and re.fullmatch(r"page=\d+|page_cursor=\S+", place):
        names = names[names.index(resumed) :]
    else:
        place = "page=1"
    for name, following in zip(names, [*names[1:], None], strict=True):
        path, params = listings[name]
        end = f"page=1 {following}" if following is not None else None
        for data, next_place in _walk(client, options, path, params, place, window):
            said = {**data, "listing": name}  # as two terms may find the same
            yield Page(said, f"{next_place} {name}" if next_place else end)
        place = "page=1"


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """Yield a post, then its comments: as one tree where the server gives that whole, else page by page.

    Whole are as many comments as the post counts; the deleted ones that newer servers show are not counted.
    Raises GoneError for a post that is not there, which many servers say with the status of a bad request.
    """
    post_id = thread.root_source_id.rpartition("/")[2]
    try:
        root = client.get_json(f"{options.base_url}/api/v3/post", {"id": post_id}).data
    except SourceError as error:
        if "couldnt_find_post" in str(error):
            raise GoneError(str(error)) from error
        raise
    yield Page(root)
    counts = dict(next(iter(split(root)))).get("counts")
    expected = counts.get("comments") if isinstance(counts, Mapping) else None
    url = f"{options.base_url}/api/v3/comment/list"
    params = {"post_id": post_id, "type_": "All", "sort": "Old"}
    if isinstance(expected, int) and expected < _TREE_LIMIT:
        tree = client.get_json(url, {**params, "max_depth": _DEPTH}).data
        if expected <= len(list_at(tree, "comments", where="lemmy")) < _TREE_LIMIT:
            yield Page(tree, is_whole=True)
            return
    page, count, is_last = 0, 0, False
    while not is_last and page < _MOST_PAGES:
        page += 1
        data = client.get_json(url, {**params, "page": page, "limit": _LIMIT}).data
        shown = len(list(split(data)))
        count, is_last = count + shown, shown < _LIMIT
        yield Page(data, is_whole=is_last and isinstance(expected, int) and count >= expected)


def split(data: Any) -> Iterable[Any]:
    """Views of posts and comments, or the one post of a thread. Raises GarbledError for anything else."""
    if isinstance(data, Mapping) and isinstance(data.get("post_view"), Mapping):
        return [data["post_view"]]
    if not isinstance(data, Mapping) or not data.keys() & {"posts", "comments"}:
        raise GarbledError("lemmy: the answer holds neither posts nor comments")
    return [*list_at(data, "posts", where="lemmy"), *list_at(data, "comments", where="lemmy")]


def parse(raw: Any, options: Options) -> PostData | Gone | None:
    """One view of a post or comment; None for another community's where one is asked for."""
    is_comment = "comment" in raw
    body = dict(raw["comment"] if is_comment else raw["post"])
    place = host_of(options.base_url)
    root = f"{place}/post/{body['post_id' if is_comment else 'id']}"
    source_id = f"{place}/comment/{body['id']}" if is_comment else root
    if options.community and not _is_in(options.community, dict(raw.get("community") or {})):
        return None  # a server that does not know the community lists everything
    if body.get("deleted") or body.get("removed"):
        return Gone(source_id)
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": source_id,
            "text": body["content"] if is_comment else body.get("body") or "",
            "title": None if is_comment else body["name"],
            "published_at": from_iso(body["published"], is_utc=True),  # before 0.19 without a zone
            "author": _author(dict(raw["creator"])),
            "kind": PostKind.REPLY if is_comment else PostKind.POST,
            "url": f"{options.base_url}/{'comment' if is_comment else 'post'}/{body['id']}",
            "parent_source_id": _parent(place, root, body["path"]) if is_comment else None,
            "thread_source_id": root,
            "engagement": {"likes": dict(raw.get("counts") or {}).get("upvotes")},
        }
    )


def _author(creator: Mapping[str, Any]) -> dict[str, Any]:
    address = creator["actor_id"]
    return {
        "source_id": address,
        "handle": f"{creator['name']}@{host_of(address)}",
        "name": creator.get("display_name"),
        "is_bot": creator.get("bot_account") or False,
    }


def _parent(place: str, root: str, path: str) -> str:
    """What a comment answers: the last but one of its path, which begins with 0 for the post."""
    above = path.split(".")[-2]
    return root if above == "0" else f"{place}/comment/{int(above)}"


def _is_in(wanted: str, community: Mapping[str, Any]) -> bool:
    name = str(community.get("name")).lower()
    return wanted == (f"{name}@{host_of(str(community.get('actor_id')))}" if "@" in wanted else name)


def _listings(options: Options, window: Window) -> dict[str, tuple[str, dict[str, Any]]]:
    """Path and parameters of each listing, by the name that a cursor gives it."""
    common = {"sort": "New", "limit": _LIMIT}
    if window.terms and options.community is None:
        return {
            f"{type_} {term}": ("search", {"q": term, "type_": type_, "listing_type": "All", **common})
            for term in window.terms
            for type_ in ("Posts", "Comments")
        }
    params = {"type_": "All", "community_name": options.community, **common}
    return {path: (path, params) for path in ("post/list", "comment/list")}


def _walk(
    client: Client, options: Options, path: str, params: Mapping[str, Any], place: str, window: Window
) -> Iterator[tuple[Any, str | None]]:
    """Pages from ``place`` back to the window's begin, each with the place of the next."""
    following: str | None = place
    while following:
        key, _, value = following.partition("=")
        data = client.get_json(f"{options.base_url}/api/v3/{path}", {**params, key: value}).data
        views = list(split(data))
        times = [at for at in map(_published_at, views) if at is not None]
        if not views or (window.since and times and max(times) < window.since):
            return
        if data.get("next_page"):
            following = f"page_cursor={data['next_page']}"
        else:
            following = f"page={int(value) + 1}" if key == "page" else None
        if not (window.until and len(times) == len(views) and min(times) > window.until):
            yield data, following


def _published_at(view: Any) -> datetime | None:
    try:
        return from_iso((view["comment"] if "comment" in view else view["post"])["published"], is_utc=True)
    except (KeyError, TypeError, ValueError):
        return None
