"""Collects one feed: RSS, Atom or JSON Feed, whole or by its pages (``rel=next``, ``next_url``).

feedparser reads text that the client has fetched; it never fetches. Comments under the entries are not looked for.
"""

import hashlib
import html
import json
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

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
    Window,
)
from listener.collectors.reading import from_iso, host_of, list_at
from models.errors import GarbledError, RefusedError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="feed",
    title="RSS, Atom or JSON Feed",
    covers="The entries of one feed, of a blog, a news site, a forum or its comments, under that site's own terms",
    replies=ReplyVisibility.NOT_EXPOSED,
    standing=Standing.WORKS,
    history="What the feed lists at the moment: mostly its newest 10 to 50 entries",
    terms="https://www.rssboard.org/rss-specification",
    pace=Pace(requests=10, seconds=60.0, burst=1),
)

_ABSOLUTE = re.compile(r"(?:https?://|tag:|urn:)", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_MAX_ID = 400  # characters; posts keep 500 at most
Entry = dict[str, Any]


class Options(SourceOptions):
    """``url`` is the address of the feed itself, not of the page that it belongs to."""

    url: str = Field(max_length=2000)

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        if not re.match(r"https?://[^/\s]+", url):
            raise ValueError("is to be the feed's address and begin with http:// or https://")
        return url


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Yield the feed, and the older pages that it names, until ``window.since`` is reached."""
    if not client.may_fetch(options.url):
        raise RefusedError(f"feed {host_of(options.url)}: its robots.txt does not allow this address")
    url, asked, times, count = window.cursor or options.url, set[str](), list[datetime](), 0
    while url not in asked:
        asked.add(url)
        answer = client.get_text(url, validators=window.validators if url == options.url else None)
        if answer.is_unchanged:
            return
        data = _read(answer.text, answer.url or url)
        here = [at for at in map(_time_or_none, split(data)) if at]
        following = _next_page(url, data["next"]) if data["entries"] else None
        if not (here and window.until and min(here) > window.until):
            yield Page(data, following, validators=answer.validators if url == options.url else {})
        times += here
        count += len(data["entries"])
        if following is None or (window.since and times and min(times) <= window.since):
            break
        url = following
    if window.since and times and min(times) > window.since:
        yield Shortfall(f"the feed lists only {count} entries, back to {min(times):%Y-%m-%d %H:%M} UTC")


def split(data: Any) -> list[dict[str, Any]]:
    """The entries, each with what holds for the whole feed."""
    entries = list_at(data, "entries", where="feed")
    common = {key: data.get(key) for key in ("url", "version", "language", "authors")}
    return [common | {"entry": entry} for entry in entries]


def parse(raw: Any, options: Options) -> PostData | Gone | None:
    """An entry as a post; one without a date that can be read raises ValueError."""
    entry = _shaped(raw)
    host = host_of(options.url)
    link = urljoin(raw["url"] or options.url, entry["link"]) if entry["link"] else ""
    parent = _outside_id(entry["in_reply_to"], host) if entry["in_reply_to"] else None
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": _outside_id(entry["id"] or link or _digest(f"{link} {entry['title']}"), host),
            "text": entry["text"],
            "title": entry["title"] or None,
            "published_at": _time(entry),
            "author": _author(entry, host),
            "kind": PostKind.REPLY if parent else PostKind.POST,
            "url": link if _WEB.match(link) else None,
            "language": entry["language"] or raw["language"],
            "parent_source_id": parent,
        }
    )


def _read(text: str, url: str) -> dict[str, Any]:
    """The feed as plain data: address, version, language, next page, entries. Raises GarbledError for no feed."""
    text = text.lstrip("\ufeff \t\r\n")
    where = f"feed {host_of(url)}{urlsplit(url).path}"  # a query may hold a key
    if text.startswith("{"):
        return {"url": url, "version": "json"} | _read_json(text, where)
    import feedparser  # slow to import

    headers = {"content-type": "application/xml; charset=utf-8"}  # the client has decoded it, whatever the text says
    stream = BytesIO(text.encode("utf-8", "replace"))  # a bare text could be taken for an address or a file's name
    found = feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not found.entries and (found.bozo or not found.get("version")):
        raise GarbledError(_no_feed(text, url, where))
    links = {link.get("rel"): link.get("href") for link in found.feed.get("links", [])}
    return {
        "url": url,
        "version": str(found.version),
        "language": found.feed.get("language"),
        "next": links.get("next"),
        "entries": [dict(entry) for entry in found.entries],
    }


def _read_json(text: str, where: str) -> dict[str, Any]:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GarbledError(f"{where}: neither XML nor JSON ({error})") from None
    if "jsonfeed.org" not in str(feed.get("version")):
        raise GarbledError(f"{where}: JSON, but no JSON Feed")
    return {
        "language": feed.get("language"),
        "authors": feed.get("authors") or [feed.get("author")],
        "next": feed.get("next_url"),
        "entries": list_at(feed, "items", where=where),
    }


def _shaped(raw: Any) -> Entry:
    """An entry of any kind of feed as one shape."""
    if raw["version"] == "json":
        return _of_json(raw["entry"], raw["authors"])
    return _of_xml(raw["entry"], is_atom=raw["version"].startswith("atom"))


def _of_xml(entry: Mapping[str, Any], is_atom: bool) -> Entry:
    bodies = [*entry.get("content", []), entry.get("summary_detail") or {"value": entry.get("summary", "")}]
    body: Mapping[str, Any] = next((body for body in bodies if body.get("value", "").strip()), {})
    title, author = entry.get("title_detail") or {}, entry.get("author_detail") or {}
    is_plain = is_atom and body.get("type") == "text/plain"
    id_, link = entry.get("id"), entry.get("link")
    is_only_id = link == id_ and not _WEB.match(link or "")  # a guid is said to be a link even where it is none
    return {
        "id": id_,
        "link": None if is_only_id else link,
        "title": _as_line(title.get("value", ""), is_plain=is_atom and title.get("type") == "text/plain"),
        "text": html.escape(body["value"], quote=False) if is_plain else body.get("value", ""),
        "date": _xml_date(entry),
        "language": body.get("language") or title.get("language"),
        "author": _without_mail(author.get("name") if is_atom else entry.get("author")),
        "author_url": author.get("href"),
        "in_reply_to": (entry.get("thr_in-reply-to") or {}).get("ref"),
    }


def _xml_date(entry: Mapping[str, Any]) -> str | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        if entry.get(key):
            return datetime.fromtimestamp(timegm(entry[key]), UTC).isoformat()
    return None


def _without_mail(author: str | None) -> str | None:
    """The name in ``mail (name)``, ``name <mail>`` or ``name``; None where only a mail address is given."""
    parts = (part.strip() for part in re.split(r"[()<>]", author or ""))
    return next((part for part in parts if part and "@" not in part), None)


def _of_json(item: Mapping[str, Any], feed_authors: Any) -> Entry:
    author = (item.get("authors") or [item.get("author")])[0] or feed_authors[0] or {}
    plain = item.get("content_text") or item.get("summary") or ""
    return {
        "id": str(item.get("id") or ""),
        "link": item.get("url") or item.get("external_url"),
        "title": _as_line(item.get("title") or "", is_plain=True),
        "text": item.get("content_html") or html.escape(plain, quote=False),
        "date": item.get("date_published") or item.get("date_modified"),
        "language": item.get("language"),
        "author": _without_mail(author.get("name")),
        "author_url": author.get("url"),
        "in_reply_to": None,
    }


def _as_line(title: str, *, is_plain: bool) -> str:
    """A title as one line of plain text."""
    return " ".join((title if is_plain else html.unescape(_TAG.sub("", title))).split())


def _no_feed(text: str, url: str, where: str) -> str:
    """What is wrong with a text that is no feed; of a page, which feeds it names."""
    if "<html" not in text[:2000].lower() and "<!doctype html" not in text[:200].lower():
        return f"{where}: no feed, or too broken to be read"
    from selectolax.lexbor import LexborHTMLParser  # slow to import

    named = [
        urljoin(url, node.attributes["href"] or "")
        for node in LexborHTMLParser(text).css("link[rel~=alternate][href]")
        if re.search(r"rss|atom|feed\+json", node.attributes.get("type") or "")
    ]
    hint = f"; the feeds it names: {', '.join(named[:5])}" if named else ", and it names no feed"
    return f"{where}: a web page, no feed{hint}"


def _next_page(url: str, following: Any) -> str | None:
    """The next page's address, if it lies on the same host."""
    if not isinstance(following, str) or not following:
        return None
    address = urljoin(url, following)
    return address if host_of(address) == host_of(url) else None


def _time(entry: Entry) -> datetime:
    if not entry["date"]:
        raise ValueError("the entry has no date that can be read")
    return from_iso(entry["date"], is_utc=True)


def _time_or_none(raw: Any) -> datetime | None:
    try:
        return _time(_shaped(raw))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError):
        return None  # the same entry becomes a bad post when it is parsed


def _author(entry: Entry, host: str) -> dict[str, str | None]:
    """Whoever a feed names is only a name on that site."""
    name = entry["author"]
    address = entry["author_url"] if _WEB.match(entry["author_url"] or "") else None
    by_name = _outside_id(f"author/{name.lower()}", host) if name else None
    return {"source_id": address or by_name, "name": name}


def _outside_id(id_: str, host: str) -> str:
    """An id that is an address already is one everywhere; any other is unique only at its host."""
    whole = id_ if _ABSOLUTE.match(id_) else f"{host}/{id_}"
    return whole if len(whole) <= _MAX_ID else f"{host}/{_digest(whole)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
