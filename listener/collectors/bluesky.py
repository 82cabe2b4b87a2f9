"""Reads Bluesky by its AppView: accounts' feeds, search, conversations. It opens no stream of the whole network."""

import string
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pydantic import field_validator

from listener.collectors.contract import (
    Client,
    Declaration,
    Gone,
    Pace,
    Page,
    Secret,
    Shortfall,
    SourceOptions,
    Standing,
    ThreadRef,
    Window,
)
from listener.collectors.reading import from_iso, list_at
from models.errors import GarbledError, GoneError, SourceError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="bluesky",
    title="Bluesky",
    covers="public posts found by search or written by chosen accounts, with their conversations; not those of authors "
    "who ask not to be shown without login: a brand's own account has to allow it to be seen answering",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.WORKS,
    history="accounts: all posts; search: the newest 10,000 posts of each term, at most services only with a login",
    terms="https://bsky.social/about/support/tos",
    pace=Pace(requests=600, seconds=300.0),
    secrets=(
        Secret("identifier", "handle of the account that searches", is_required=False),
        Secret("app_password", "an app password of that account", is_required=False),
    ),
)
PAGE_SIZE = 100
CHECK_SIZE = 25
SEARCH_CAP = 10_000
DEPTH = 100
MOST_TREES = 20
SESSION_SECONDS = 3600.0  # a token lasts about two hours; it is renewed before it can expire
NOBODY = "handle.invalid"


class Options(SourceOptions):
    """``accounts``: handles or DIDs. ``search``: for the queries' terms; by default with a login or without accounts.

    ``base_url``: the AppView that is asked without login. ``pds_url``: the server of the account that searches.
    """

    base_url: str = "https://public.api.bsky.app"
    pds_url: str = "https://bsky.social"
    accounts: tuple[str, ...] = ()
    search: bool | None = None

    @field_validator("base_url", "pds_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("is to be the address of a server, such as https://public.api.bsky.app")
        return value.rstrip("/")

    @field_validator("accounts")
    @classmethod
    def _are_accounts(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        accounts = tuple(value.strip().removeprefix("@").lower() for value in values)
        if not all(account.startswith("did:") or "." in account for account in accounts):
            raise ValueError("accounts is to hold whole handles or DIDs, such as amberroast.example or did:plc:abc")
        return accounts


@dataclass(frozen=True, slots=True)
class _Feed:
    """One listing, the newest first: an account's, or a search. ``other_than``: the query that it respells."""

    kind: str
    name: str
    other_than: str = ""

    def cursor(self, position: str) -> str:
        return f"{self.kind} {quote(position, safe='')} {self.name}"


class _Reader:
    """Asks the AppView: for searches through the account's own server if there is a login, else without one."""

    def __init__(self, client: Client, options: Options) -> None:
        self._client = client
        self._options = options
        self._token = ""
        self._begun = 0.0
        self.has_login = {"identifier", "app_password"} <= client.secrets.keys()

    def search(self, params: Mapping[str, Any]) -> Any:
        if not self.has_login:
            return self.ask("app.bsky.feed.searchPosts", params)
        if not self._token or time.monotonic() - self._begun > SESSION_SECONDS:
            self._log_in()
        url = f"{self._options.pds_url}/xrpc/app.bsky.feed.searchPosts"
        return self._client.get_json(url, params, {"Authorization": f"Bearer {self._token}"}).data

    def ask(self, method: str, params: Mapping[str, Any]) -> Any:
        return self._client.get_json(f"{self._options.base_url}/xrpc/{method}", params).data

    def _log_in(self) -> None:
        login = {"identifier": self._client.secrets["identifier"], "password": self._client.secrets["app_password"]}
        url = f"{self._options.pds_url}/xrpc/com.atproto.server.createSession"
        session = self._client.post_json(url, login).data
        if not isinstance(session, Mapping) or not session.get("accessJwt"):
            raise GarbledError(f"{DECLARATION.name}: the login was answered without a token")
        self._token, self._begun = str(session["accessJwt"]), time.monotonic()


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """The accounts' feeds, then a search for each term in several spellings; each post once."""
    reader = _Reader(client, options)
    feeds = _feeds(options, window.terms, has_login=reader.has_login)
    if not feeds:
        yield Shortfall("neither accounts nor words to search for are set")
    at, position = _resumed(feeds, window.cursor)
    seen: dict[str, bool] = {}
    fruitful: set[str] = set()
    for number in range(at, len(feeds)):
        after = feeds[number + 1].cursor("") if number + 1 < len(feeds) else None
        if feeds[number].other_than not in fruitful:
            size = len(seen)
            yield from _listing(reader, feeds[number], position, window, seen, after)
            # Found without the quotation marks, so they are not looked for as letters.
            if feeds[number].name.startswith('"') and not all(islice(seen.values(), size, None)):
                fruitful.add(feeds[number].name)
        position = ""


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """The conversation as a tree, then the stored posts that it lacks: those that are there, and those that are gone.

    They are asked for by id, since what stands under a deleted post drops out of the tree without being deleted; it
    is a tree of its own from then on, where an answer can still come. A root that is gone is told in the same way: its
    tree would be refused with an error of no certain meaning.
    """
    reader = _Reader(client, options)
    stored = list(dict.fromkeys([thread.root_source_id, *thread.post_source_ids]))
    found: dict[str, Any] = {}
    for start in range(0, len(stored), CHECK_SIZE):
        data = reader.ask("app.bsky.feed.getPosts", {"uris": stored[start : start + CHECK_SIZE]})
        found |= {_uri(post): post for post in list_at(data, "posts", where=DECLARATION.name)}
    is_complete, count = False, 0
    listed: set[str] = set()
    for uri in filter(found.__contains__, stored):
        if uri in listed or count == MOST_TREES:
            continue
        is_root = uri == thread.root_source_id
        asked = {"uri": uri, "depth": DEPTH, "parentHeight": DEPTH if is_root else 0}
        data = reader.ask("app.bsky.feed.getPostThread", asked)
        tree = list(split(data))
        listed |= {_uri(raw.get("post")) for raw in tree}
        is_complete |= is_root and "parent" not in data["thread"] and all(map(_shows_all_replies, tree))
        count += 1
        yield Page(data)
    rest = [post for uri, post in found.items() if uri not in listed]
    yield Page({"posts": rest, "gone": [uri for uri in stored if uri not in found]}, is_whole=is_complete)


def split(data: Any) -> Iterator[dict[str, Any]]:
    """Posts of a listing or of a conversation's tree, there with the count of replies shown; ids of what is gone."""
    if isinstance(data, Mapping) and isinstance(data.get("thread"), Mapping):
        yield from _walk(data["thread"])
        return
    if not isinstance(data, Mapping) or "posts" not in data:
        raise GarbledError(f"{DECLARATION.name}: the answer holds neither posts nor a thread")
    yield from ({"post": post} for post in list_at(data, "posts", where=DECLARATION.name))
    yield from ({"gone": uri} for uri in data.get("gone", ()))


def parse(raw: Any, options: Options) -> PostData | Gone | None:  # noqa: ARG001  # the contract's signature
    """A post; Gone for what moderators hide; None for pictures without words and for authors who ask for a login."""
    if "gone" in raw:
        return Gone(raw["gone"])
    post, author, record = raw["post"], raw["post"]["author"], raw["post"]["record"]
    labels = _labels(author)
    if (labels | _labels(post)) & {"!hide", "!takedown"}:
        return Gone(post["uri"])
    text = _text(record)
    if not text or "!no-unauthenticated" in labels:
        return None
    reply, handle = record.get("reply"), author["handle"]
    name = author["did"] if handle == NOBODY else handle
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": post["uri"],
            "text": text,
            "published_at": _published_at(post),
            "kind": PostKind.REPLY if reply else PostKind.POST,
            "url": f"https://bsky.app/profile/{name}/post/{post['uri'].rpartition('/')[2]}",
            "language": next(iter(record.get("langs") or ()), None),
            "parent_source_id": reply["parent"]["uri"] if reply else None,
            "thread_source_id": reply["root"]["uri"] if reply else post["uri"],
            "quoted_source_id": _quoted(record),
            "author": {
                "source_id": author["did"],
                "handle": None if handle == NOBODY else handle,
                "name": author.get("displayName") or None,
                "is_bot": "bot" in labels,
            },
            "engagement": {
                "likes": post.get("likeCount"),
                # The AppView also counts replies that it does not show: only until the thread has been read.
                "replies": raw["replies"] if "replies" in raw else post.get("replyCount"),
                "reposts": post.get("repostCount"),
            },
        }
    )


def _feeds(options: Options, terms: tuple[str, ...], *, has_login: bool) -> list[_Feed]:
    feeds = [_Feed("account", account) for account in options.accounts]
    is_search = options.search if options.search is not None else has_login or not options.accounts
    for term in terms if is_search else ():
        # Some AppViews look for the letters as they are, quotation marks included; others in any case.
        spellings = dict.fromkeys((term, term.lower(), string.capwords(term)))
        first = f'"{term}"' if " " in term else term
        feeds.append(_Feed("search", first))
        feeds += [_Feed("search", spelling, other_than=first) for spelling in spellings if spelling != first]
    return list({(feed.kind, feed.name): feed for feed in reversed(feeds)}.values())[::-1]


def _resumed(feeds: list[_Feed], cursor: str | None) -> tuple[int, str]:
    """Where to go on; from the start where the cursor's feed is no longer asked for."""
    kind, _, rest = (cursor or "").partition(" ")
    position, _, name = rest.partition(" ")
    names = [(feed.kind, feed.name) for feed in feeds]
    return (names.index((kind, name)), unquote(position)) if (kind, name) in names else (0, "")


def _listing(
    reader: _Reader, feed: _Feed, position: str, window: Window, seen: dict[str, bool], after: str | None
) -> Iterator[Page | Shortfall]:
    """One feed's pages until ``window.since``.

    ``after``: the cursor of the next feed's beginning. ``seen``: by the id of a post, whether it holds quotation marks.
    A feed that is refused, such as that of an account closed since, does not keep the others from being read.
    """
    count = 0
    while True:
        try:
            posts, following = _page(reader, feed, position, window)
        except SourceError as error:
            is_of_this_feed = type(error) in (SourceError, GoneError) and not position
            if not is_of_this_feed or (after is None and not seen):
                raise
            yield Shortfall(f"{feed.kind} {feed.name}: {error}")
            return
        count += len(posts)
        fresh = [post for post in posts if _uri(post) not in seen]
        seen |= {_uri(post): _holds_quotation_marks(post) for post in fresh if _uri(post)}
        times = [at for at in map(_time, posts) if at is not None]
        is_past = bool(times) and window.since is not None and max(times) < window.since
        is_over = following in ("", position) or is_past or bool(feed.other_than and not fresh)
        is_newer = bool(times) and window.until is not None and min(times) > window.until
        if fresh and not is_past and not is_newer:
            yield Page({"posts": fresh}, after if is_over else feed.cursor(following))
        if is_over:
            return
        if feed.kind == "search" and count >= SEARCH_CAP:
            yield Shortfall(f"search for {feed.name} ends after {SEARCH_CAP:,} posts")
            return
        position = following


def _page(reader: _Reader, feed: _Feed, position: str, window: Window) -> tuple[list[Any], str]:
    """The posts of a page, reposts left out, and the position of the next one, empty at the end."""
    paging = {"limit": PAGE_SIZE, "cursor": position or None}
    if feed.kind == "search":
        times = {"since": _as_text(window.since), "until": _as_text(window.until)}
        data = reader.search({"q": feed.name, "sort": "latest", **times, **paging})
        posts = list_at(data, "posts", where=DECLARATION.name)
        is_last = not posts
    else:
        data = reader.ask("app.bsky.feed.getAuthorFeed", {"actor": feed.name, "filter": "posts_with_replies", **paging})
        entries = list_at(data, "feed", where=DECLARATION.name)
        posts = [entry.get("post") for entry in entries if not entry.get("reason")]
        is_last = not entries
    return posts, "" if is_last else str(data.get("cursor") or "")


def _walk(thread: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the asked post answers, then itself and its replies; markers of deleted posts, not of blocked ones."""
    above, at = [], thread.get("parent")
    while at is not None:
        above.append({"gone": at["uri"]} if at.get("notFound") else {"post": at["post"]} if "post" in at else {})
        at = at.get("parent")
    yield from (raw for raw in reversed(above) if raw)
    waiting = [thread]
    while waiting:
        node = waiting.pop()
        replies = node.get("replies")
        if node.get("notFound"):
            yield {"gone": node["uri"]}
        elif "post" in node:
            known = {} if replies is None else {"replies": sum(not reply.get("notFound") for reply in replies)}
            yield {"post": node["post"], **known}
        waiting += reversed(replies or [])


def _shows_all_replies(raw: Mapping[str, Any]) -> bool:
    return "gone" in raw or int(raw["post"].get("replyCount") or 0) <= raw.get("replies", 0)


def _labels(labelled: Mapping[str, Any]) -> set[str]:
    return {label["val"] for label in labelled.get("labels") or [] if not label.get("neg")}


def _text(record: Mapping[str, Any]) -> str:
    """The post's words, else what its author wrote to describe the pictures."""
    if record["text"].strip():
        return str(record["text"])
    embed = record.get("embed") or {}
    images = (embed.get("media") or embed).get("images") or []
    return "\n".join(image["alt"] for image in images if image.get("alt"))


def _quoted(record: Mapping[str, Any]) -> str | None:
    """The post shown inside this one; feeds and lists can be shown as well, and are nobody's words."""
    shown = (record.get("embed") or {}).get("record") or {}
    uri = str((shown.get("record") or shown).get("uri") or "")
    return uri if "/app.bsky.feed.post/" in uri else None


def _published_at(post: Mapping[str, Any]) -> datetime:
    """When the author's app says, but not after the network first saw it; as the AppView sorts."""
    seen_at = from_iso(post["indexedAt"])
    written_at = _written_at(post["record"].get("createdAt"))
    return min(written_at, seen_at) if written_at else seen_at


def _written_at(text: Any) -> datetime | None:
    try:
        return from_iso(text)
    except ValueError:
        return None


def _time(post: Any) -> datetime | None:
    try:
        return _published_at(post)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _uri(post: Any) -> str:
    return str(post.get("uri", "")) if isinstance(post, Mapping) else ""


def _holds_quotation_marks(post: Mapping[str, Any]) -> bool:
    record = post.get("record")
    return isinstance(record, Mapping) and '"' in str(record.get("text"))


def _as_text(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
