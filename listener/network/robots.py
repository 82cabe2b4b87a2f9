"""Asks robots.txt and X-Robots-Tag what a site lets machines read. Fetches through the function handed in.

Rules are read as the standard library reads them: the first that fits counts, and ``*`` inside a path is no wildcard.
"""

import threading
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from models.errors import BusyError, GarbledError, RefusedError, SourceError, UnreachableError

AGENT = "moment-listener"
FetchText = Callable[[str], str]

_KEPT = 86_400.0
_KEPT_AFTER_FAILURE = 600.0
_NO_AGENTS = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")


class Robots:
    """What the hosts of one process allow, each asked once a day."""

    def __init__(self, clock: Callable[[], float], agent: str = AGENT) -> None:
        self._clock = clock
        self._agent = agent
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, RobotFileParser]] = {}

    def may_fetch(self, fetch_text: FetchText, url: str) -> bool:
        """Whether an address may be fetched. ``fetch_text`` gets the address of a robots.txt and raises SourceError."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()
        with self._lock:
            until, rules = self._known.get(origin, (0.0, None))
            if until <= self._clock():
                rules = None
        if rules is None:
            rules, kept = _rules(fetch_text, f"{origin}/robots.txt")
            with self._lock:
                self._known[origin] = (self._clock() + kept, rules)
        return rules.can_fetch(self._agent, url)


def is_allowed(fetch_text: FetchText, url: str, agent: str = AGENT) -> bool:
    """As ``Robots.may_fetch``, asked anew."""
    return Robots(lambda: 1.0, agent).may_fetch(fetch_text, url)


def _rules(fetch_text: FetchText, address: str) -> tuple[RobotFileParser, float]:
    """The rules of a host and for how many seconds they hold.

    Without a robots.txt everything is allowed; a host that refuses it, or fails, allows nothing for now.
    """
    rules = RobotFileParser()
    kept = _KEPT
    try:
        rules.parse(fetch_text(address).lstrip("\ufeff").splitlines())
    except (BusyError, UnreachableError, GarbledError, RefusedError):
        rules.parse(["User-agent: *", "Disallow: /"])
        kept = _KEPT_AFTER_FAILURE
    except SourceError:
        rules.parse([])
    return rules, kept


def is_noindex(headers: Mapping[str, str], agent: str = AGENT) -> bool:
    """Whether an answer's X-Robots-Tag asks us, or everyone, not to index it. Header names in lower case."""
    meant_for = ""
    for part in headers.get("x-robots-tag", "").lower().split(","):
        name, colon, rest = part.strip().partition(":")
        if colon and name.strip() not in _NO_AGENTS:
            meant_for, part = name.strip(), rest
        if part.strip() in ("noindex", "none") and meant_for in ("", "*", agent):
            return True
    return False
