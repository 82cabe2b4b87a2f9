"""Collects the newest customer reviews of one app from Apple's public RSS feeds, country by country.

The feeds do not show developers' responses, so nothing is said about whether a review was answered.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pydantic import field_validator

from listener.collectors.contract import (
    Client,
    Declaration,
    Gone,
    Pace,
    Page,
    Shortfall,
    SourceOptions,
    Standing,
    WebAddress,
    Window,
)
from listener.collectors.reading import from_iso
from models.errors import GarbledError, GoneError, SourceError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="app_store",
    title="Apple App Store reviews",
    covers="customer reviews of one app on the App Store of each country named, as of their last edit",
    replies=ReplyVisibility.NOT_EXPOSED,
    standing=Standing.WORKS,
    history="the newest 500 reviews of each country at most; Apple now and then answers a page as empty",
    terms="https://www.apple.com/legal/internet-services/itunes/",
    pace=Pace(requests=20, seconds=60.0, burst=2),
    is_own_place=True,
    overlap=timedelta(days=1),  # so that a later pass gets what a page that came back empty kept from this one
)

_LAST_PAGE = 10  # the feed refuses the eleventh; each holds up to 50 reviews
_REVIEWER = re.compile(r"/id(\d+)$")


class Options(SourceOptions):
    """``app_id`` is the number behind ``id`` in the store's address, ``countries`` are two-letter codes."""

    app_id: int
    base_url: WebAddress = "https://itunes.apple.com"
    countries: tuple[str, ...] = ("us",)

    @field_validator("app_id", mode="before")
    @classmethod
    def _is_number(cls, app_id: Any) -> Any:
        if isinstance(app_id, bool) or not re.fullmatch(r"[1-9]\d{0,17}", str(app_id), re.ASCII):
            raise ValueError(
                "is to be the number in the app's address, such as 284882215 in apps.apple.com/us/app/id284882215"
            )
        return app_id

    @field_validator("countries")
    @classmethod
    def _are_countries(cls, countries: tuple[str, ...]) -> tuple[str, ...]:
        if not countries or not all(re.fullmatch(r"[A-Za-z]{2}", country) for country in countries):
            raise ValueError('is to be a list of two-letter codes of countries, such as ["us", "pl"]')
        return tuple(dict.fromkeys(country.lower() for country in countries))


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Yield each country's pages from the newest review back; the cursor is ``country:page``."""
    country, _, page = (window.cursor or "").partition(":")
    start = options.countries.index(country) if country in options.countries and page.isdecimal() else None
    for place, country in enumerate(options.countries[start or 0 :]):
        first = int(page) if start is not None and place == 0 else 1
        yield from _of_country(client, options, window, country, first)


def _of_country(
    client: Client, options: Options, window: Window, country: str, first: int
) -> Iterator[Page | Shortfall]:
    times: list[datetime] = []
    empty: int | None = None
    for number in range(first, _LAST_PAGE + 1):
        try:
            data = {"country": country, "page": _page(client, options, country, number)}
        except SourceError as error:
            if number == 1 and isinstance(error, GoneError):
                yield Shortfall(f"the App Store of {country!r} knows no app {options.app_id}")
            elif not _is_past_the_end(error, number):
                raise
            return
        if not split(data):
            if empty:
                return  # one empty page may be a fault of the feed's, two in a row are its end
            empty = number
            continue
        if empty:
            yield Shortfall(f"Apple left page {empty} of the reviews in {country!r} empty, though older ones follow")
            empty = None
        times = _times(data)
        if window.since and times and max(times) < window.since:
            return
        if not (window.until and times and min(times) > window.until):
            yield Page(data, f"{country}:{number + 1}")
    is_reached = window.since is not None and bool(times) and min(times) < window.since
    if first <= _LAST_PAGE and not empty and not is_reached:
        yield Shortfall(f"Apple shows only the newest 500 reviews in {country!r}")


def _is_past_the_end(error: SourceError, number: int) -> bool:
    """Apple answers 404 or 400 behind the last page; a 400 is a plain SourceError."""
    return number > 1 and type(error) in (GoneError, SourceError)


def _page(client: Client, options: Options, country: str, number: int) -> Any:
    path = f"{country}/rss/customerreviews/page={number}/id={options.app_id}/sortby=mostrecent/json"
    return client.get_json(f"{options.base_url}/{path}").data


def split(data: Any) -> list[dict[str, Any]]:
    """The entries of a feed, each with its country. The feed writes a single entry as an object, none not at all."""
    page = data.get("page") if isinstance(data, Mapping) else None
    feed = page.get("feed") if isinstance(page, Mapping) else None
    if not isinstance(feed, Mapping):
        raise GarbledError("app_store: the answer holds no feed")
    entries = feed.get("entry") or []
    if isinstance(entries, Mapping):
        entries = [entries]
    if not isinstance(entries, list):
        raise GarbledError("app_store: feed.entry is neither a list nor an object")
    return [{"country": data["country"], "entry": entry} for entry in entries]


def parse(raw: Any, options: Options) -> PostData | Gone | None:
    """A review, dated by its last edit; None for the entry about the app itself, which older feeds begin with."""
    entry = raw["entry"]
    if "im:rating" not in entry and "im:name" in entry:
        return None
    reviewer = _REVIEWER.search(_label(entry, "author", "uri") or "")
    votes = _label(entry, "im:voteSum") or ""
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": entry["id"]["label"],
            "text": _label(entry, "content") or "",
            "title": _label(entry, "title"),
            "published_at": from_iso(entry["updated"]["label"]),
            "author": {
                "source_id": reviewer[1] if reviewer else None,
                "handle": _label(entry, "author", "name"),
            },
            "kind": PostKind.REVIEW,
            "url": f"https://apps.apple.com/{raw['country']}/app/id{options.app_id}?see-all=reviews",
            "rating": float(entry["im:rating"]["label"]),
            "engagement": {"likes": int(votes) if votes.isdecimal() else None},
        }
    )


def _label(entry: Mapping[str, Any], *path: str) -> str | None:
    """The text at a path of an entry, None where the feed leaves it out. Raises TypeError for another shape."""
    at: Any = entry
    for key in (*path, "label"):
        if at is None:
            return None
        if not isinstance(at, Mapping):
            raise TypeError(f"{'.'.join(path)} is no object")
        at = at.get(key)
    if at is not None and not isinstance(at, str):
        raise TypeError(f"{'.'.join(path)} is no text")
    return at or None


def _times(data: Any) -> list[datetime]:
    """When the reviews were last edited, without those that cannot be read: parsing reports them."""
    times = []
    for raw in split(data):
        with suppress(KeyError, TypeError, ValueError):
            times.append(from_iso(raw["entry"]["updated"]["label"]))
    return times
