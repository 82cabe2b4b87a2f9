"""Collects the comments that isso, a small comment server, keeps for a list of pages.

The list is the user's: isso tells strangers neither which pages it has nor what waits for approval.
"""

import html
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator

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
from listener.collectors.reading import from_epoch, host_of, list_at
from models.errors import GarbledError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="isso",
    title="isso comments",
    covers="The comments under the pages that the settings list; an answer to a reply stands under the first comment",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.WORKS,
    history="All comments that the server still has; each pass reads every listed page whole",
    terms="https://isso-comments.de/docs/reference/server-api/",
    pace=Pace(requests=30, seconds=60.0, burst=3),
    is_own_place=True,
    lists_replies=True,
)
_PUBLIC, _DELETED = 1, 4


class Options(SourceOptions):
    """Where isso is and what is to be read of it.

    ``base_url``: the isso server. ``pages``: the paths of the pages, as isso knows them ("/blog/grinders/").
    ``site_url``: the site that shows them, for links. ``trust_names``: own accounts may be declared by name.
    """

    base_url: WebAddress
    pages: tuple[str, ...] = Field(min_length=1)
    site_url: WebAddress | None = None
    trust_names: bool = False

    @field_validator("pages")
    @classmethod
    def _are_paths(cls, pages: tuple[str, ...]) -> tuple[str, ...]:
        for page in pages:
            if not page.startswith("/"):
                raise ValueError(f'are to be paths that begin with "/", as isso stores them; {page!r} does not')
        return tuple(dict.fromkeys(pages))

    @property
    def place(self) -> str:
        """The server without its scheme: what makes ids unique over servers."""
        return host_of(self.base_url) + urlsplit(self.base_url).path

    def own_accounts(self, declared: Iterable[str]) -> set[str]:
        """The ``hash`` that isso shows for the brand's mail address (a comment's ``hash`` in ``/?uri=...``).

        isso has no accounts: a name can be typed by anybody, so it counts only where ``trust_names`` is set. The hash
        is as safe as the address is secret; where none was typed it stands for a network, so declare no such hash.
        """
        return {" ".join(account.split()) for account in super().own_accounts(declared)}


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Yield the comments of each listed page, whatever their time: so edits and deleted parents are seen too."""
    done = options.pages.index(window.cursor) + 1 if window.cursor in options.pages else 0
    for uri in options.pages[done:]:
        yield Page({"uri": uri, "replies": _replies(client, options, uri)}, uri)


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """Yield a comment with its replies as they are now; nothing if the comment was removed."""
    uri, _, number = thread.root_source_id.removeprefix(options.place).rpartition("#isso-")
    replies = [reply for reply in _replies(client, options, uri) if str(reply["id"]) == number]
    yield Page({"uri": uri, "replies": replies}, is_whole=True)


def split(data: Any) -> list[dict[str, Any]]:
    """The comments and the replies to them, each with the page's path."""
    found: list[Any] = []
    for comment in list_at(data, "replies", where=DECLARATION.name):
        found += [comment, *list_at(comment, "replies", where=DECLARATION.name)]
    return [{"uri": data["uri"], "comment": comment} for comment in found]


def parse(raw: Any, options: Options) -> PostData | Gone | None:
    """A comment as a post; Gone where only its place is kept for the replies; None while it waits for approval."""
    comment, uri = raw["comment"], raw["uri"]
    id_ = _source_id(comment["id"], uri, options)
    mode, parent = comment.get("mode", _PUBLIC), comment.get("parent")
    if mode == _DELETED:
        return Gone(id_)
    if mode != _PUBLIC:
        return None
    root = _source_id(parent, uri, options) if parent else None
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": id_,
            "text": comment["text"],
            "published_at": from_epoch(comment["created"]),
            "author": _author(comment, options),
            "kind": PostKind.REPLY if root else PostKind.POST,
            "url": f"{options.site_url}{uri}#isso-{comment['id']}" if options.site_url else None,
            "parent_source_id": root,
            "thread_source_id": root or id_,
            "engagement": {"likes": comment.get("likes"), "replies": comment.get("total_replies")},
        }
    )


def _replies(client: Client, options: Options, uri: str) -> list[Any]:
    """All comments of a page; isso gives them at once if it is told no limit."""
    data = client.get_json(f"{options.base_url}/", {"uri": uri}).data
    if not isinstance(data, Mapping) or "replies" not in data:  # or else all comments would seem to be deleted
        raise GarbledError(f"{DECLARATION.name}: what {options.base_url} sent for {uri} is no list of comments")
    return list_at(data, "replies", where=DECLARATION.name)


def _author(comment: Mapping[str, Any], options: Options) -> dict[str, str | None]:
    name = " ".join(html.unescape(comment.get("author") or "").split()) or None
    return {"source_id": comment.get("hash"), "name": name, "handle": name if options.trust_names else None}


def _source_id(number: Any, uri: str, options: Options) -> str:
    return f"{options.place}{uri}#isso-{int(number)}"
