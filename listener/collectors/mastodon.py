"""Reads public posts and conversations as one Mastodon server knows them; follows nobody and asks no other server."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from pydantic import field_validator

from listener.collectors.contract import (
    Answer,
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
    WebAddress,
    Window,
)
from listener.collectors.paging import Listing, Walk, remaining
from listener.collectors.reading import from_iso, host_of, list_at
from models.errors import GarbledError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="mastodon",
    title="Mastodon",
    covers="public and unlisted posts that one server knows: with hashtags, by accounts, found by search, or written "
    "there; not those of authors who opt out of indexing: a brand's own account has to allow it to be seen answering",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.WORKS,
    history="as far back as the server has posts; search finds only authors who allow that",
    terms="https://docs.joinmastodon.org/api/guidelines/",
    pace=Pace(requests=300, seconds=300.0),
    secrets=(Secret("token", "access token of an account on the server, with the scope read", is_required=False),),
    overlap=timedelta(hours=6),  # posts of other servers arrive late
)
PAGE_SIZE = 40
CHECK_SIZE = 20
SEARCH_CAP = 10_000
# Without a token a server stops at 60 replies (else 4,096) and at a depth of 20. Those that it then hides, such as
# replies for followers, have used up places, so a listing counts as complete only well below the limit.
COMPLETE_BELOW = {False: 40, True: 4_000}
DEPTH_LIMIT = 20
_NEXT = re.compile(r'<([^<>]+)>[^<>]*;\s*rel="?next"?')
_MARKUP = re.compile(r"<[^<>]*>")


class Options(SourceOptions):
    """``base_url``: the server. Without any other key, hashtags are made of the terms (and search, with a token)."""

    base_url: WebAddress
    tags: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    search: bool = False
    public: bool = False

    @field_validator("tags")
    @classmethod
    def _are_tags(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        tags = tuple(value.strip().removeprefix("#").lower() for value in values)
        if not all(re.fullmatch(r"\w+", tag) for tag in tags):
            raise ValueError("tags is to be a list of hashtags: letters, digits and _ alone")
        return tags

    @field_validator("accounts")
    @classmethod
    def _are_accounts(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        accounts = tuple(value.strip().removeprefix("@").lower() for value in values)
        if not all(re.fullmatch(r"[\w.\-]+(@[\w.\-:]+)?", account) for account in accounts):
            raise ValueError("accounts is to be a list such as amberroast or amberroast@social.example")
        return accounts

    def own_accounts(self, declared: Any) -> set[str]:
        """As declared; accounts of this very server, declared with or without it, with its host as posts have them."""
        names = super().own_accounts(declared)
        local = {name for name in map(self.local_name, names) if "@" not in name}
        return names | {f"{name}@{host_of(self.base_url)}" for name in local}

    def local_name(self, account: str) -> str:
        """The account without its host where that is this server's."""
        name, _, host = account.partition("@")
        return name if host in (host_of(self.base_url), urlsplit(self.base_url).hostname) else account


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Hashtags, accounts, search, the server's own timeline, one after the other; each post once."""
    has_token = "token" in client.secrets
    if options.search and not has_token:
        yield Shortfall("search needs a token, and none is set")
    feeds = _feeds(options, window.terms, has_token)
    if not (feeds or options.search):
        yield Shortfall("no term is a single word to follow as a hashtag, and search needs a token")
    seen: set[str] = set()
    for feed, position, after in remaining(feeds, window.cursor):
        walk = Walk(window, _time, _id, seen, ends_at_known=feed.kind == "search")
        yield from _listing(client, options, feed, position, walk, after)


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """The whole conversation of a post; then the stored posts that the server did not list, asked for by id.

    The second step is needed because replies to a deleted reply drop out of the conversation without being deleted.
    """
    prefix = f"{host_of(options.base_url)}/"
    if not thread.root_source_id.startswith(prefix):
        return  # of another server, which another table of the settings reads
    statuses, is_complete = _conversation(client, options, thread.root_source_id.removeprefix(prefix))
    listed = {_id(status) for status in statuses}
    stored = [post.removeprefix(prefix) for post in thread.post_source_ids if post.startswith(prefix)]
    missing = [id for id in stored if id not in listed]
    can_ask = bool(missing) and _answers_for_several(client, options)
    data = {"statuses": statuses, "is_thread": True, "is_complete": is_complete}
    yield Page(data, is_whole=is_complete and not can_ask)
    for start in range(0, len(missing) if can_ask else 0, CHECK_SIZE):
        asked = missing[start : start + CHECK_SIZE]
        found = list_at(_get(client, options, "/api/v1/statuses", {"id[]": asked}).data, where=DECLARATION.name)
        yield Page({"statuses": found, "asked": asked}, is_whole=is_complete and start + CHECK_SIZE >= len(missing))


def split(data: Any) -> Iterator[dict[str, Any]]:
    """Statuses, with the thread's root and their count of replies where a page tells; then what is gone."""
    if not isinstance(data, Mapping) or "statuses" not in data:
        raise GarbledError(f"{DECLARATION.name}: the answer holds no statuses")
    statuses = list_at(data, "statuses", where=DECLARATION.name)
    top = statuses[0] if statuses and data.get("is_thread") else None
    root = _id(top) if isinstance(top, Mapping) and not top.get("in_reply_to_id") else None
    children = Counter(status.get("in_reply_to_id") for status in statuses if isinstance(status, Mapping))
    for status in statuses:
        known = {"replies": children[_id(status)]} if data.get("is_complete") else {}
        yield {"status": status, "root": root, **known}
    found = {_id(status) for status in statuses}
    yield from ({"gone": id} for id in data.get("asked", ()) if id not in found)


def parse(raw: Any, options: Options) -> PostData | Gone | None:
    """A status; None for boosts, for what is not open to all, for pictures without words and for hidden authors."""
    host = host_of(options.base_url)
    if "gone" in raw:
        return Gone(f"{host}/{raw['gone']}")
    status, account = raw["status"], raw["status"]["account"]
    if status.get("reblog") or status["visibility"] not in ("public", "unlisted") or account.get("noindex") is True:
        return None
    text, title, parent = _text(status), status.get("spoiler_text") or None, status.get("in_reply_to_id")
    if not (text or title):
        return None
    root = raw.get("root") or (None if parent else status["id"])
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": f"{host}/{status['id']}",
            "text": text,
            "title": title,
            "published_at": from_iso(status["created_at"]),
            "kind": PostKind.REPLY if parent else PostKind.POST,
            "url": status.get("url") or status.get("uri"),
            "language": status.get("language"),
            "parent_source_id": f"{host}/{parent}" if parent else None,
            "thread_source_id": f"{host}/{root}" if root else None,
            "quoted_source_id": _quoted(status, host),
            "author": _author(account, host),
            "engagement": {
                "likes": _count(status.get("favourites_count")),
                # The server's own count may hold replies that nobody is shown: only until the thread has been read.
                "replies": raw["replies"] if "replies" in raw else _count(status.get("replies_count")),
                "reposts": _count(status.get("reblogs_count")),
            },
        }
    )


def _feeds(options: Options, terms: tuple[str, ...], has_token: bool) -> list[Listing]:
    is_open = not (options.tags or options.accounts or options.search or options.public)
    words = [term.removeprefix("#").lower() for term in terms] if is_open else []
    tags = dict.fromkeys([*options.tags, *(word for word in words if re.fullmatch(r"\w*[^\W\d]\w*", word))])
    searched = dict.fromkeys(terms) if has_token and (options.search or is_open) else {}
    feeds = [Listing("tag", tag) for tag in tags]
    feeds += [Listing("account", account) for account in dict.fromkeys(options.accounts)]
    feeds += [Listing("search", term) for term in searched]
    return [*feeds, Listing("public")] if options.public else feeds


def _listing(
    client: Client, options: Options, feed: Listing, position: str, walk: Walk, after: str | None
) -> Iterator[Page | Shortfall]:
    """One feed's pages until ``window.since``. ``after``: the cursor of the next feed's beginning."""
    path = _path(client, options, feed)
    for turn in walk.turns(lambda at: _page(client, options, feed, path, at), position):
        if turn.is_wanted:
            yield Page({"statuses": turn.fresh}, after if turn.is_last else feed.cursor(turn.following))
        if not turn.is_last and feed.kind == "search" and int(turn.following) >= SEARCH_CAP:
            yield Shortfall(f"search for {feed.name!r} ends after {SEARCH_CAP:,} posts")
            return


def _path(client: Client, options: Options, feed: Listing) -> str:
    if feed.kind == "account":
        found = _get(client, options, "/api/v1/accounts/lookup", {"acct": options.local_name(feed.name)}).data
        if not isinstance(found, Mapping) or "id" not in found:
            raise GarbledError(f"{DECLARATION.name}: the account {feed.name} has no id")
        return f"/api/v1/accounts/{quote(str(found['id']), safe='')}/statuses"
    paths = {"tag": f"/api/v1/timelines/tag/{quote(feed.name, safe='')}", "search": "/api/v2/search"}
    return paths.get(feed.kind, "/api/v1/timelines/public")


def _page(client: Client, options: Options, feed: Listing, path: str, position: str) -> tuple[list[Any], str]:
    """The statuses of a page and the position of the next one, empty at the end."""
    if feed.kind == "search":
        query = f'"{feed.name}"' if " " in feed.name else feed.name
        params = {"q": query, "type": "statuses", "limit": PAGE_SIZE, "offset": position or None}
        found = list_at(_get(client, options, path, params).data, "statuses", where=DECLARATION.name)
        return found, str(int(position or 0) + PAGE_SIZE) if found else ""
    more = {"account": {"exclude_reblogs": "true"}, "public": {"local": "true"}}.get(feed.kind, {})
    answer = _get(client, options, path, {"limit": PAGE_SIZE, "max_id": position or None, **more})
    statuses = list_at(answer.data, where=DECLARATION.name)
    if not statuses or "link" not in answer.headers:
        return statuses, _id(statuses[-1]) if statuses else ""
    link = _NEXT.search(answer.headers["link"])
    return statuses, parse_qs(urlsplit(link.group(1)).query).get("max_id", [""])[0] if link else ""


def _conversation(client: Client, options: Options, id: str) -> tuple[list[Any], bool]:
    """A status with what it answers and its replies, the top first, and whether that is all of the conversation.

    The context of a reply leaves out what others said beside it, so the top's is asked for as well.
    """
    path = f"/api/v1/statuses/{quote(id, safe='')}"
    asked, context = _get(client, options, path).data, _get(client, options, f"{path}/context")
    above = list_at(context.data, "ancestors", where=DECLARATION.name)
    below = list_at(context.data, "descendants", where=DECLARATION.name)
    top = above[0] if above else asked
    if above and _id(top) and not top.get("in_reply_to_id"):
        context = _get(client, options, f"/api/v1/statuses/{quote(_id(top), safe='')}/context")
        beside = list_at(context.data, "descendants", where=DECLARATION.name)
    else:
        beside = below
    listed = enumerate([*above, asked, *below, *beside])
    statuses = {_id(status) or place: status for place, status in listed}
    return list(statuses.values()), _is_complete(top, beside, context, has_token="token" in client.secrets)


def _get(client: Client, options: Options, path: str, params: Mapping[str, Any] | None = None) -> Answer:
    token = client.secrets.get("token")
    return client.get_json(f"{options.base_url}{path}", params, {"Authorization": f"Bearer {token}"} if token else None)


def _answers_for_several(client: Client, options: Options) -> bool:
    """Whether GET /api/v1/statuses?id[]= exists: in Mastodon from 4.3 on, not for certain in what is like Mastodon."""
    data = _get(client, options, "/api/v1/instance").data
    version = str(data.get("version", "")) if isinstance(data, Mapping) else ""
    number = re.match(r"(\d+)\.(\d+)", version)
    return number is not None and "compatible" not in version and (int(number[1]), int(number[2])) >= (4, 3)


def _is_complete(root: Any, below: list[Any], context: Answer, *, has_token: bool) -> bool:
    """Whether every reply that is open to all is listed, none cut off and none still being fetched."""
    if root.get("in_reply_to_id") or "mastodon-async-refresh" in context.headers:
        return False
    parents = {_id(status): str(status.get("in_reply_to_id") or "") for status in below if isinstance(status, Mapping)}
    for id in parents if not has_token else ():
        depth = 0
        while id in parents and depth < DEPTH_LIMIT:
            id, depth = parents[id], depth + 1
        if depth == DEPTH_LIMIT:
            return False
    return len(below) < COMPLETE_BELOW[has_token]


def _author(account: Mapping[str, Any], host: str) -> dict[str, Any]:
    name = account["acct"]
    return {
        "source_id": (name if "@" in name else f"{name}@{host}").lower(),
        "handle": name if "@" in name else f"{name}@{host_of(account.get('url') or '') or host}",
        "name": account.get("display_name") or None,
        "followers": _count(account.get("followers_count")),
        "is_bot": account.get("bot") is True,
    }


def _text(status: Mapping[str, Any]) -> str:
    """The post's HTML, else what its author wrote to describe the pictures."""
    if _MARKUP.sub("", status["content"]).strip():
        return str(status["content"])
    described = [media.get("description") for media in status.get("media_attachments") or []]
    return "\n".join(words for words in described if words)


def _quoted(status: Mapping[str, Any], host: str) -> str | None:
    """The quoted status, by Mastodon from 4.5 on; only one whose author let it be quoted has an id here."""
    quoted = status.get("quote") or {}
    id = quoted.get("quoted_status_id") or (quoted.get("quoted_status") or {}).get("id")
    return f"{host}/{id}" if id else None


def _id(status: Any) -> str:
    return str(status.get("id", "")) if isinstance(status, Mapping) else ""


def _time(status: Any) -> datetime | None:
    try:
        return from_iso(status["created_at"])
    except (KeyError, TypeError, ValueError):
        return None


def _count(value: Any) -> int | None:
    """Some servers hide counts behind -1."""
    return value if isinstance(value, int) and value >= 0 else None
