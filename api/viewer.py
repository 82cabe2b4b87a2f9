"""Which language and time zone a reader wants: the address, else a cookie, what they stored, browser or brand.

It writes nothing on pages. ``reading`` says whose page is being made, so that templates need not hand it about.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import available_timezones

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from listener.wording import Wording, chosen, english, wording_of

LANG, ZONE = "lang", "tz"
"""Names of the parameters, and of the cookies that keep them."""
HOME = "brand"
"""What the cookie of the zone holds where a person with a zone of their own chose the brand's."""
_KEPT_SECONDS = 365 * 86_400
_TAKEN = "moment_listener.viewer"
_AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_reader: ContextVar[Wording | None] = ContextVar("reader", default=None)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A page's reader; ``zone`` is the one they chose, None if times are told in ``home``, the brand's.

    ``has_own_zone``: they are signed in and have stored one.
    """

    wording: Wording
    zone: str | None
    home: str
    has_own_zone: bool
    path: str
    kept: list[tuple[str, str]]
    """The other parameters of the address, for the form that changes language and zone."""
    asked: Mapping[str, str]

    def remember(self, response: Response, is_secure: bool) -> None:
        """Say in what language the answer is, and keep what the reader asked for in cookies; an empty choice ends."""
        response.headers["Content-Language"] = self.wording.tag
        response.headers["Vary"] = "Accept-Language, Cookie"
        found = {LANG: self.wording.tag if self.asked.get(LANG) else "", ZONE: self.zone or ""}
        if self.has_own_zone and self.asked.get(ZONE) == "":
            found[ZONE] = HOME
        for name in self.asked:
            seconds = _KEPT_SECONDS if found[name] else 0
            response.set_cookie(
                name, found[name], max_age=seconds, secure=is_secure, httponly=True, samesite="lax", path="/"
            )


class PageRoute(APIRoute):
    """A page's route: takes the reader's choice out of the address, since pages refuse parameters they do not know."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on without ``lang`` and ``tz``."""
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        taken = {name: value for name, value in pairs if name in (LANG, ZONE)}
        if taken:
            scope[_TAKEN] = taken
            rest = [(name, value) for name, value in pairs if name not in taken]
            scope["query_string"] = urlencode(rest).encode()
        await super().handle(scope, receive, send)


def viewer_of(request: Request, home: str = "UTC") -> Viewer:
    """Who reads, of a request; ``home`` is the time zone where they chose none.

    What the address or a cookie says goes before what a signed-in person has stored, and that before their browser.
    """
    pairs = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    asked = {name: value for name, value in pairs if name in (LANG, ZONE)} | request.scope.get(_TAKEN, {})
    person = getattr(request.state, "person", None)  # pages open to strangers have none
    own_language, own_zone = (person.locale or "", person.timezone or "") if person else ("", "")
    languages = (asked.get(LANG, ""), request.cookies.get(LANG, ""), own_language)
    choice = chosen(languages, accepted(request.headers.get("accept-language", "")))
    zone = asked[ZONE] if ZONE in asked else request.cookies.get(ZONE) or own_zone
    zone = zone if zone in known_zones() else ""
    return Viewer(
        wording=wording_of(choice.language, zone or home, choice.customs),
        zone=zone or None,
        home=home,
        has_own_zone=bool(own_zone),
        path=request.url.path,
        kept=[pair for pair in pairs if pair[0] not in (LANG, ZONE)],
        asked=asked,
    )


@lru_cache(maxsize=256)
def accepted(header: str) -> tuple[str, ...]:
    """The tags of an ``Accept-Language`` header, the most wanted first; what cannot be read counts for nothing."""
    found: list[tuple[float, str]] = []
    for part in header[:1000].split(","):
        tag, _, weight = part.partition(";")
        try:
            wanted = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
        except ValueError:
            continue
        if tag.strip() and wanted > 0:
            found.append((wanted, tag.strip()))
    return tuple(tag for _, tag in sorted(found, key=lambda one: -one[0]))


@cache
def known_zones() -> frozenset[str]:
    """Every zone that may be asked for; the list is read from disk once."""
    return frozenset(available_timezones())


@cache
def offered_zones() -> tuple[str, ...]:
    """The zones to choose from, by name: one for each place, old names left out."""
    from babel.core import get_global

    old: Mapping[str, Any] = get_global("zone_aliases")
    places = (zone for zone in known_zones() if zone.startswith(tuple(f"{area}/" for area in _AREAS)))
    return ("UTC", *sorted(zone for zone in places if zone not in old))


def reader() -> Wording:
    """Whose page is being made; English and UTC outside of any."""
    return _reader.get() or english()


@contextmanager
def reading(wording: Wording) -> Iterator[None]:
    """Make a page for a reader."""
    token = _reader.set(wording)
    try:
        yield
    finally:
        _reader.reset(token)
