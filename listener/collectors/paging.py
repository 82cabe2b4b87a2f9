"""For collectors that read listings one after the other, each the newest first: where to go on, when one ends. It asks
no source by itself."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from listener.collectors.contract import Window

_STALE = 2  # times that a page may come: once more by mistake, out of a cache
_L = TypeVar("_L", bound="Listing")
Read = Callable[[str], tuple[list[Any], str]]
"""From a position ("" for the begin): the entries of a page, and the position of the next one, "" at the end."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One of a source's listings, such as a search for a term. ``kind`` holds no space."""

    kind: str
    name: str = ""

    def cursor(self, position: str) -> str:
        """A cursor that says where in this listing to go on."""
        return f"{self.kind} {quote(position, safe='')} {self.name}"


@dataclass(frozen=True, slots=True)
class Turn:
    """One page: its ``entries``, those of them not met before (``fresh``), the position of the next one.

    ``is_wanted``: something is fresh and of the window.
    """

    entries: Sequence[Any]
    fresh: list[Any]
    following: str
    is_last: bool
    is_wanted: bool


@dataclass(slots=True)
class Walk:
    """Pages of one listing until ``window.since``, its end, a position that leads nowhere, or a page that comes again.

    ``seen``: ids of entries met so far, also in other listings. ``is_sorted``: the listing is strictly in the order of
    its times, so it ends at the first entry before the window. ``ends_at_known``: it ends at a page without news.
    """

    window: Window
    time_of: Callable[[Any], datetime | None]
    id_of: Callable[[Any], str] = field(default=lambda _entry: "")
    seen: set[str] = field(default_factory=set)
    is_sorted: bool = False
    ends_at_known: bool = False

    def turns(self, read: Read, position: str) -> Iterator[Turn]:
        """The pages from a position on."""
        is_last, met = False, Counter[tuple[str, ...]]()
        while not is_last:
            entries, following = read(position)
            ids = tuple(map(self.id_of, entries))
            fresh = [entry for entry, id in zip(entries, ids, strict=True) if id not in self.seen]
            self.seen.update(filter(None, ids))
            met[ids] += any(ids)
            times = [at for at in map(self.time_of, entries) if at is not None]
            is_past = self._is_before(times, max)
            is_newer = bool(times) and self.window.until is not None and min(times) > self.window.until
            is_last = following in ("", position) or is_past or (self.ends_at_known and not fresh)
            is_last = is_last or (self.is_sorted and self._is_before(times, min)) or met[ids] > _STALE
            yield Turn(entries, fresh, following, is_last, bool(fresh) and not is_past and not is_newer)
            position = following

    def _is_before(self, times: list[datetime], which: Callable[[list[datetime]], datetime]) -> bool:
        return bool(times) and self.window.since is not None and which(times) < self.window.since


def remaining(listings: Sequence[_L], cursor: str | None) -> Iterator[tuple[_L, str, str | None]]:
    """Each listing from where the cursor is on: with the position to begin at and the cursor of the next one's begin.

    All of them where the cursor's is not asked for any more.
    """
    kind, _, rest = (cursor or "").partition(" ")
    position, _, name = rest.partition(" ")
    names = [(listing.kind, listing.name) for listing in listings]
    at, position = (names.index((kind, name)), unquote(position)) if (kind, name) in names else (0, "")
    for number in range(at, len(listings)):
        yield listings[number], position, listings[number + 1].cursor("") if number + 1 < len(listings) else None
        position = ""
