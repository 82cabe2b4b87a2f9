"""What the bluesky collector lists: accounts' feeds and searches of an AppView, and the network's stream. It reads no
conversations and makes no posts of what it finds."""

import string
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import field_validator

from listener.collectors import jetstream
from listener.collectors.contract import Client, Page, Pause, Shortfall, SourceOptions, Window
from listener.collectors.paging import Listing, Walk, remaining
from listener.collectors.reading import from_iso, list_at
from models.errors import GarbledError, GoneError, SourceError, UnreachableError

WHERE = "bluesky"
PAGE_SIZE = 100
SEARCH_CAP = 10_000
SESSION_SECONDS = 3600.0  # a token lasts about two hours; it is renewed before it can expire
INDEXED_AFTER = timedelta(minutes=10)  # a post of the stream that the AppView lacks for so long is not shown there
CHECK_SIZE = 25


class Options(SourceOptions):
    """``accounts``: handles or DIDs. ``search``: for the queries' terms; by default with a login or with nothing else.

    ``base_url``: the AppView that is asked without login. ``pds_url``: the server of the account that searches.
    ``jetstream``: a server of the network's stream, such as wss://jetstream2.us-east.bsky.network.
    """

    base_url: str = "https://public.api.bsky.app"
    pds_url: str = "https://bsky.social"
    accounts: tuple[str, ...] = ()
    search: bool | None = None
    jetstream: str | None = None

    @field_validator("jetstream")
    @classmethod
    def _is_stream(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "wss://none")
        if parts.scheme not in ("ws", "wss") or not parts.hostname or parts.query or " " in str(value):
            raise ValueError("is to be the address of a Jetstream, such as wss://jetstream2.us-east.bsky.network")
        return value.rstrip("/").removesuffix("/subscribe") if value else None

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
class _Feed(Listing):
    """An account's posts, a search or the stream. ``other_than``: the search that it respells."""

    other_than: str = ""


class Reader:
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

    def listen(self, address: str, begin: int, window: Window, sieve: jetstream.Sieve, catch: jetstream.Catch) -> None:
        jetstream.read(self._client, address, begin, window, sieve, catch)

    def completed(self, catch: jetstream.Catch, window: Window) -> tuple[dict[str, Any], int]:
        """What the stream told, with its posts as the AppView shows them, and up to when it holds all there is.

        The stream knows neither names nor what authors and moderators ask for. A young post that the AppView lacks is
        not indexed yet and is left for the next pass; an older one is hidden there. Where the AppView does not answer
        posts stand as they came.
        """
        uris, last = list(catch.posts), catch.last or 0
        shown: dict[str, Any] = {}
        try:
            for start in range(0, len(uris), CHECK_SIZE):
                data = self.ask("app.bsky.feed.getPosts", {"uris": uris[start : start + CHECK_SIZE]})
                shown |= {uri_of(post): post for post in list_at(data, "posts", where=WHERE)}
        except SourceError:
            shown = {uri: post | shown.get(uri, {}) for uri, post in catch.posts.items()}
        # The stream's words are the newest: the AppView may not have an edit yet.
        posts = [shown[uri] | {"record": catch.posts[uri]["record"]} for uri in uris if uri in shown]
        young = jetstream.micros((window.until or datetime.now(UTC)) - INDEXED_AFTER)
        late = [catch.times[uri] for uri in uris if uri not in shown and catch.times[uri] > young]
        told = {"gone": list(catch.gone), "gone_authors": list(catch.gone_authors)}
        return {"posts": posts, **told, "garbled_count": catch.garbled_count, "until": last}, min([last, *late])

    def _log_in(self) -> None:
        login = {"identifier": self._client.secrets["identifier"], "password": self._client.secrets["app_password"]}
        url = f"{self._options.pds_url}/xrpc/com.atproto.server.createSession"
        session = self._client.post_json(url, login).data
        if not isinstance(session, Mapping) or not session.get("accessJwt"):
            raise GarbledError(f"{WHERE}: the login was answered without a token")
        self._token, self._begun = str(session["accessJwt"]), time.monotonic()


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall | Pause]:
    """The accounts' feeds, then a search for each term in several spellings, then the stream; listed posts once."""
    reader = Reader(client, options)
    feeds = _feeds(options, window.terms, has_login=reader.has_login)
    if not feeds:
        yield Shortfall("neither accounts nor words to search for are set")
    seen: set[str] = set()
    fruitful: set[str] = set()
    for feed, position, after in remaining(feeds, window.cursor):
        if feed.kind == "stream":
            yield from _stream(reader, options, feed, position, window)
        elif feed.other_than not in fruitful:
            walk = Walk(window, _time, uri_of, seen, ends_at_known=bool(feed.other_than))
            is_fruitful = yield from _listing(reader, feed, position, walk, after)
            if is_fruitful and feed.name.startswith('"'):
                fruitful.add(feed.name)


def _feeds(options: Options, terms: tuple[str, ...], *, has_login: bool) -> list[_Feed]:
    feeds = [_Feed("account", account) for account in options.accounts]
    is_search = options.search if options.search is not None else has_login or not (feeds or options.jetstream)
    for term in terms if is_search else ():
        # Some AppViews look for the letters as they are, quotation marks included; others in any case.
        spellings = dict.fromkeys((term, term.lower(), string.capwords(term)))
        first = f'"{term}"' if " " in term else term
        feeds.append(_Feed("search", first))
        feeds += [_Feed("search", spelling, other_than=first) for spelling in spellings if spelling != first]
    feeds = list({(feed.kind, feed.name): feed for feed in reversed(feeds)}.values())[::-1]
    return [*feeds, _Feed("stream", options.jetstream)] if options.jetstream else feeds


def _listing(
    reader: Reader, feed: _Feed, position: str, walk: Walk, after: str | None
) -> Generator[Page | Shortfall, None, bool]:
    """One feed's pages; returns whether they held words without quotation marks around them.

    ``after``: the cursor of the next feed's beginning. A feed that is refused, such as that of an account closed
    since, does not keep the others from being read.
    """
    count, is_fruitful, is_begun = 0, False, bool(position)
    try:
        for turn in walk.turns(lambda at: _page(reader, feed, at, walk.window), position):
            is_begun, count = True, count + len(turn.entries)
            is_fruitful |= not all(map(_holds_quotation_marks, turn.fresh))
            if turn.is_wanted:
                yield Page({"posts": turn.fresh}, after if turn.is_last else feed.cursor(turn.following))
            if not turn.is_last and feed.kind == "search" and count >= SEARCH_CAP:
                yield Shortfall(f"search for {feed.name} ends after {SEARCH_CAP:,} posts")
                break
    except SourceError as error:
        is_of_this_feed = type(error) in (SourceError, GoneError) and not is_begun
        if not is_of_this_feed or (after is None and not walk.seen):
            raise
        yield Shortfall(f"{feed.kind} {feed.name}: {error}")
    return is_fruitful


def _stream(
    reader: Reader, options: Options, feed: _Feed, position: str, window: Window
) -> Iterator[Page | Shortfall | Pause]:
    """The network's stream from where the last pass stopped up to now, as one page.

    Cut off, it gives what came before that, so that the next run goes on from there.
    """
    dids = {account for account in options.accounts if account.startswith("did:")}
    sieve, catch = jetstream.Sieve.of(window, dids), jetstream.Catch()
    if not (sieve.terms or sieve.accounts):
        yield Shortfall("no query names words to look for in the stream of the whole network")
        return
    begin, is_known = jetstream.begin_of(window, position, window.validators.get(feed.kind, ""))
    failure: SourceError | None = None
    try:
        reader.listen(feed.name, begin, window, sieve, catch)
    except UnreachableError as error:
        failure = error
        if catch.last is None:
            raise
    if gap := jetstream.missing(window, begin, is_known, catch):
        yield Shortfall("Jetstream did not replay it", *gap)
    if catch.last is not None:
        data, last = reader.completed(catch, window)
        told = str(last)
        yield Page(data, feed.cursor(told), validators={feed.kind: told}, threads=frozenset(catch.threads))
    if failure:
        raise failure
    if not catch.is_through:
        yield Pause(f"the stream was read up to {jetstream.moment(catch.last or begin):%Y-%m-%d %H:%M} UTC")


def _page(reader: Reader, feed: _Feed, position: str, window: Window) -> tuple[list[Any], str]:
    """The posts of a page, reposts left out, and the position of the next one, empty at the end."""
    paging = {"limit": PAGE_SIZE, "cursor": position or None}
    if feed.kind == "search":
        times = {"since": _as_text(window.since), "until": _as_text(window.until)}
        data = reader.search({"q": feed.name, "sort": "latest", **times, **paging})
        posts = list_at(data, "posts", where=WHERE)
        is_last = not posts
    else:
        data = reader.ask("app.bsky.feed.getAuthorFeed", {"actor": feed.name, "filter": "posts_with_replies", **paging})
        entries = list_at(data, "feed", where=WHERE)
        posts = [entry.get("post") for entry in entries if not entry.get("reason")]
        is_last = not entries
    return posts, "" if is_last else str(data.get("cursor") or "")


def published_at(post: Mapping[str, Any]) -> datetime:
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
        return published_at(post)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def uri_of(post: Any) -> str:
    return str(post.get("uri", "")) if isinstance(post, Mapping) else ""


def _holds_quotation_marks(post: Mapping[str, Any]) -> bool:
    record = post.get("record")
    return isinstance(record, Mapping) and '"' in str(record.get("text"))


def _as_text(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
