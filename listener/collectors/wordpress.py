"""Collects the comments of one WordPress site over its REST API, without an account.

It reads neither articles nor what waits for approval. WooCommerce reviews are listed only where a plug-in adds them:
WordPress shows strangers no other type than ``comment``.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from listener.collectors.contract import (
    Answer,
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
from listener.collectors.reading import from_iso, host_of, list_at
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="wordpress",
    title="WordPress comments",
    covers="Approved comments under the articles of one site, and those under its products where the site lists them",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.WORKS,
    history="All comments that the site still has",
    terms="https://developer.wordpress.org/rest-api/reference/comments/",
    pace=Pace(requests=30, seconds=60.0, burst=3),
    is_own_place=True,
    lists_replies=True,
    overlap=timedelta(days=3),  # a comment that waited for approval turns up late, with the time of its writing
)
PAGE_SIZE = 100  # the most that WordPress gives
_MOST_EMPTY = 20  # pages in a row, so that a wrong count cannot hold a pass for ever
_MARGIN = timedelta(days=1)  # old versions compare ``after`` and ``before`` with the site's local time
_TAG = re.compile(r"<[^<>]*>")


class Options(SourceOptions):
    """``base_url``: the site. ``rest_route``: for plain permalinks. ``with_titles``: comments take their article's."""

    base_url: WebAddress
    rest_route: bool = False
    with_titles: bool = True

    @property
    def place(self) -> str:
        """The site without its scheme: what makes ids unique over sites."""
        return host_of(self.base_url) + urlsplit(self.base_url).path

    def own_accounts(self, declared: Iterable[str]) -> set[str]:
        """Accounts of registered users: ``user:7`` (the sure form), or the account's name in addresses.

        Where the site does not show that name it is the displayed one, which a registered user chooses freely; so
        where strangers may register, declare ``user:7``. What guests write is never the brand's.
        """
        accounts = super().own_accounts(declared)
        return {f"{self.place}/{account}" if account.startswith("user:") else account for account in accounts}


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Yield the comments of the window, the oldest first."""
    limits = {"after": _limit(window.since, -_MARGIN), "before": _limit(window.until, _MARGIN)}
    page, empty = int(window.cursor or 0) + 1, 0
    while empty < _MOST_EMPTY:
        answer = _listing(client, options, limits | {"page": page})
        last = int(answer.headers.get("x-wp-totalpages") or 0)
        comments = list_at(answer.data, where=DECLARATION.name)
        empty = 0 if comments else empty + 1  # comments on protected articles count, but are not shown
        if comments:
            yield Page({"comments": comments}, str(page))
        if page >= last and (last or empty):
            return
        page += 1


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """Yield the stored comments as they are now, with the replies since to any of them, as one page.

    What is not listed any more was deleted, marked as spam or taken back for approval.
    """
    known = dict.fromkeys(_number(id_) for id_ in (thread.root_source_id, *thread.post_source_ids))
    comments = [found for some in _in_hundreds(known) for found in _all(client, options, {"include": some})]
    seen, asked = set(known), list(known)
    while asked:
        replies = [found for some in _in_hundreds(asked) for found in _all(client, options, {"parent": some})]
        new = [reply for reply in replies if reply["id"] not in seen]
        asked = list(dict.fromkeys(reply["id"] for reply in new))
        seen.update(asked)
        comments += new
    yield Page({"comments": comments, "asked": list(known)}, is_whole=True)


def split(data: Any) -> list[Any]:
    """The comments; of those asked for by number, a marker for each that is not there."""
    comments = list_at(data, "comments", where=DECLARATION.name)
    asked = list_at(data, "asked", where=DECLARATION.name)
    there = {comment["id"] for comment in comments} if asked else set()
    return comments + [{"gone": number} for number in asked if number not in there]


def parse(raw: Any, options: Options) -> PostData | Gone | None:
    """A comment or review as a post; None for pingbacks and trackbacks."""
    if "gone" in raw:
        return Gone(_source_id(raw["gone"], options))
    type_, parent = raw.get("type") or "comment", int(raw.get("parent") or 0)
    if type_ in ("pingback", "trackback"):
        return None
    is_review, meta = type_ == "review", raw.get("meta")
    rating = meta.get("rating") if is_review and isinstance(meta, Mapping) else None
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": _source_id(raw["id"], options),
            "text": raw["content"]["rendered"],
            "title": None if parent else _title(raw, options),
            "published_at": from_iso(raw["date_gmt"], is_utc=True),
            "author": _author(raw, options),
            "kind": PostKind.REVIEW if is_review else PostKind.REPLY if parent else PostKind.POST,
            "url": raw.get("link"),
            "rating": rating or None,
            "parent_source_id": _source_id(parent, options) if parent else None,
        }
    )


def _listing(client: Client, options: Options, params: Mapping[str, Any]) -> Answer:
    """One page of comments; ``params`` say which."""
    common = {
        "per_page": PAGE_SIZE,
        "order": "asc",
        "orderby": "date_gmt",
        "_embed": "author,up" if options.with_titles else "author",
    }
    if options.rest_route:
        return client.get_json(f"{options.base_url}/", {"rest_route": "/wp/v2/comments", **common, **params})
    return client.get_json(f"{options.base_url}/wp-json/wp/v2/comments", {**common, **params})


def _all(client: Client, options: Options, params: Mapping[str, Any]) -> list[Any]:
    """The comments on all pages of a listing."""
    found: dict[Any, Any] = {}
    page, last, before = 0, 1, -1
    while page < last and len(found) > before:
        page, before = page + 1, len(found)
        answer = _listing(client, options, {**params, "page": page})
        found |= {comment["id"]: comment for comment in list_at(answer.data, where=DECLARATION.name)}
        last = int(answer.headers.get("x-wp-totalpages") or 0)
    return list(found.values())


def _in_hundreds(numbers: Iterable[int]) -> Iterator[str]:
    """The numbers as lists that fit on one page and into an address."""
    left = list(numbers)
    for start in range(0, len(left), PAGE_SIZE):
        yield ",".join(map(str, left[start : start + PAGE_SIZE]))


def _author(raw: Mapping[str, Any], options: Options) -> dict[str, str | None]:
    """A registered user by account; a guest only by the name given, which anybody can give."""
    name = html.unescape(raw.get("author_name") or "").strip()
    number = int(raw.get("author") or 0)
    if not number:
        return {"source_id": f"{options.place}/guest:{name.lower()}" if name else None, "name": name or None}
    shown = raw.get("_embedded", {}).get("author") or [{}]  # an error in its place where the site hides its users
    handle = shown[0].get("slug") or name or None
    return {"source_id": f"{options.place}/user:{number}", "handle": handle, "name": name or None}


def _title(raw: Mapping[str, Any], options: Options) -> str | None:
    """The article's title as plain text."""
    if not options.with_titles:
        return None
    articles = raw.get("_embedded", {}).get("up") or [{}]
    title = articles[0].get("title", {}).get("rendered", "")
    return " ".join(html.unescape(_TAG.sub("", title)).split()) or None


def _source_id(number: Any, options: Options) -> str:
    return f"{options.place}/comment/{int(number)}"


def _number(source_id: str) -> int:
    return int(source_id.rsplit("/", 1)[-1])


def _limit(at: datetime | None, margin: timedelta) -> str | None:
    return f"{at + margin:%Y-%m-%dT%H:%M:%S}Z" if at else None
