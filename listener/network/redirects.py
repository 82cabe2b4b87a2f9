"""What is asked of a server, and what of it goes along when it points elsewhere. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from listener.network.failures import hushed, path_of
from models.errors import GarbledError

_REDIRECTS = (301, 302, 303, 307, 308)
_FOR_ANYONE = (
    "accept",
    "accept-encoding",
    "accept-language",
    "content-type",
    "if-modified-since",
    "if-none-match",
    "user-agent",
)
_LONGEST_PATH = 120
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. ``headers`` have lower-case names; ``url`` holds no user name or password.

    ``hidden``: what no message may repeat.
    """

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    body: bytes | None = None
    hidden: frozenset[str] = frozenset()

    @property
    def path(self) -> str:
        """The path for logs."""
        return hushed(path_of(self.url), self.hidden)[:_LONGEST_PATH]

    @property
    def place(self) -> str:
        """Host and path for messages."""
        return f"{self.url.host}{self.path}"


def web_address(url: str | httpx.URL, base: httpx.URL | None = None) -> httpx.URL | None:
    """A URL as one of the web, without fragment, joined to ``base``; None for any other."""
    try:
        found = httpx.URL(url) if base is None else base.join(url)
    except (httpx.InvalidURL, ValueError):
        return None
    return found.copy_with(fragment=None) if found.scheme in _PORTS and found.host else None


def follow(ask: Ask, status: int, headers: Mapping[str, str]) -> Ask | None:
    """What to ask next, None if the answer is no redirect. Raises GarbledError if it must not be followed.

    Another host, and http after https, get no header that may be meant for the first one alone, and never a body.
    """
    location = headers.get("location")
    if status not in _REDIRECTS or not location:
        return None
    url = web_address(location, ask.url)
    if url is None:
        raise GarbledError(f"{ask.place} points to what is no http:// or https:// address")
    url = url.copy_with(userinfo=b"")
    becomes_get = ask.method != "GET" and status in (301, 302, 303)
    kept = dict(ask.headers)
    body = ask.body
    if becomes_get:
        body = None
        kept.pop("content-type", None)
    if not _is_same_side(ask.url, url):
        if body is not None:
            raise GarbledError(f"{ask.place} points a POST to another host, which may hold secrets: not followed")
        kept = {name: value for name, value in kept.items() if name in _FOR_ANYONE}
    return Ask("GET" if becomes_get else ask.method, url, kept, body, ask.hidden)


def _is_same_side(old: httpx.URL, new: httpx.URL) -> bool:
    """Whether what the old address may see, the new one may: the same origin, or its encrypted form."""
    if old.host != new.host:
        return False
    ports = [url.port or _PORTS[url.scheme] for url in (old, new)]
    return (old.scheme == new.scheme and ports[0] == ports[1]) or (
        (old.scheme, new.scheme) == ("http", "https") and ports == [80, 443]
    )
