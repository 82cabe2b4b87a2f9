"""Collects what Reddit's feeds show of subreddits, searches and conversations; a makeshift, off by default.

Feeds have no parents, scores or deletions, and Reddit lets an address read about one of them a minute. Shapes are
those of recorded feeds; it was not seen live.
"""

import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from pydantic import field_validator, model_validator

from listener.collectors.contract import (
    Client,
    Declaration,
    Gone,
    Pace,
    Page,
    Shortfall,
    SourceOptions,
    Standing,
    ThreadRef,
    WebAddress,
    Window,
)
from listener.collectors.reading import from_iso, list_at
from models.errors import GarbledError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="reddit_rss",
    title="Reddit feeds (best effort)",
    covers="New posts of the listed subreddits, and of searches; comments only in the conversations that are followed",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.WORKS,
    history="About the newest 1,000 posts of a subreddit, fewer of a search; often refused from shared addresses",
    terms="https://redditinc.com/policies/user-agreement",
    pace=Pace(requests=1, seconds=60.0, burst=1),
    is_on_by_default=False,
)
PAGE_SIZE = 100
_CAP = 900  # posts: a listing ends at about 1,000, from which the deleted ones are missing
_WORDS = re.compile(r"<!-- SC_OFF -->(.*)<!-- SC_ON -->", re.DOTALL)
_THREAD = re.compile(r"/comments/([a-z0-9]+)")
_REMOVED = re.compile(r"\s*(?:<[^>]*>\s*)*\[(?:deleted|removed)\]\s*(?:<[^>]*>\s*)*")
_BOTS = frozenset({"automoderator"})


class Options(SourceOptions):
    """``subreddits``: names without "r/". ``search``: search all of Reddit for the brand's terms, one by one."""

    subreddits: tuple[str, ...] = ()
    search: bool = False
    base_url: WebAddress = "https://www.reddit.com"

    @field_validator("subreddits")
    @classmethod
    def _are_names(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(name.removeprefix("/").removeprefix("r/").rstrip("/") for name in names)
        for name in names:
            if not re.fullmatch(r"\w{2,50}", name):
                raise ValueError(f'are to be names such as "coffee"; {name!r} is none')
        return names

    @model_validator(mode="after")
    def _has_work(self) -> "Options":
        if not self.subreddits and not self.search:
            raise ValueError("list subreddits, or set search = true")
        return self


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Yield each subreddit's new posts, then what searching for each term finds, the newest first."""
    listings: dict[str, tuple[str, dict[str, str]]] = {}
    for name in options.subreddits:
        listings[f"r/{name}"] = f"/r/{name}/new/.rss", {}
    for term in window.terms if options.search else ():
        listings[f"search {term}"] = "/search.rss", {"q": '"{}"'.format(term.replace('"', " ")), "sort": "new"}
    at, _, after = (window.cursor or "").rpartition(" ")
    names = list(listings)
    for name in names[names.index(at) if at in listings else 0 :]:
        path, params = listings[name]
        yield from _listing(client, f"{options.base_url}{path}", params, window, name, after if name == at else None)


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """Yield a post with its newest comments; never known to be whole."""
    number = thread.root_source_id.removeprefix("t3_")
    url = f"{options.base_url}/comments/{number}/.rss"
    yield Page(_read(client, url, {"sort": "new", "limit": PAGE_SIZE}))


def split(data: Any) -> list[Any]:
    """The entries."""
    return list_at(data, "entries", where=DECLARATION.name)


def parse(raw: Any, options: Options) -> PostData | Gone | None:  # noqa: ARG001 - what every collector takes
    """An entry as a post or, in a conversation, a comment; None for subreddits and users that a search finds."""
    id_, link = raw["id"], raw["link"]
    if not id_.startswith(("t1_", "t3_")):
        return None
    is_post = id_.startswith("t3_")
    words = _WORDS.search(raw["content"])
    text = words[1] if words else "" if is_post else raw["content"]
    if _REMOVED.fullmatch(text) or (is_post and raw["title"] == "[deleted by user]"):
        return Gone(id_)
    root = id_ if is_post else f"t3_{_THREAD.findall(link)[0]}"
    handle = (raw["author"] or "").removeprefix("/u/") or None
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": id_,
            "text": text,
            "title": " ".join(raw["title"].split()) or None if is_post else None,
            "published_at": from_iso(raw["at"]),
            "author": {"handle": handle, "is_bot": (handle or "").lower() in _BOTS},
            "kind": PostKind.POST if is_post else PostKind.REPLY,
            "url": link,
            "parent_source_id": None if is_post else root,
            "thread_source_id": root,
        }
    )


def _listing(
    client: Client, url: str, params: Mapping[str, str], window: Window, name: str, after: str | None
) -> Iterator[Page | Shortfall]:
    """One listing, page by page, until ``window.since``."""
    seen: set[str] = set()
    while True:
        data = _read(client, url, {**params, "limit": PAGE_SIZE, "after": after})
        posts = [entry for entry in data["entries"] if entry["id"].startswith("t3_") and entry["at"]]
        times = [from_iso(entry["at"]) for entry in posts]
        if seen.issuperset(entry["id"] for entry in posts):
            break
        seen.update(entry["id"] for entry in posts)
        after = posts[-1]["id"]
        if not (window.until and min(times) > window.until):
            yield Page(data, f"{name} {after}")
        if window.since and min(times) <= window.since:
            return
    if posts or len(seen) >= _CAP:  # it ended in posts seen before, or where Reddit ends every listing
        yield Shortfall(f"Reddit's feed of {name} ends after {len(seen)} posts")


def _read(client: Client, url: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """A feed's entries as plain data. Raises GarbledError for anything but a feed."""
    import feedparser  # slow to import

    stream = BytesIO(client.get_text(url, params).text.strip().encode("utf-8", "replace"))
    headers = {"content-type": "application/atom+xml; charset=utf-8"}  # the client has decoded it
    found = feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not found.get("version") or (found.bozo and not found.entries):
        raise GarbledError(f"{DECLARATION.name}: {url} sent no feed")
    return {"entries": [_entry(dict(entry)) for entry in found.entries]}


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    at = entry.get("published_parsed") or entry.get("updated_parsed")
    contents = entry.get("content") or [{"value": entry.get("summary", "")}]
    return {
        "id": entry.get("id", ""),
        "link": entry.get("link", ""),
        "title": entry.get("title", ""),
        "at": datetime.fromtimestamp(timegm(at), UTC).isoformat() if at else None,
        "author": entry.get("author"),
        "content": contents[0]["value"],
    }
