"""Listings read one after the other: where to go on, where one ends, and that a confused server cannot hold a pass."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from listener.collectors.contract import Window
from listener.collectors.paging import Listing, Read, Walk, remaining

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LISTINGS = [Listing("tag", "kava"), Listing("search", "Amber Roast"), Listing("search", "咖啡 & קפה")]


def _entry(hours_ago: float) -> dict[str, Any]:
    return {"id": str(hours_ago), "at": NOON - timedelta(hours=hours_ago)}


def _walk(window: Window, **given: Any) -> Walk:
    return Walk(window, lambda entry: entry["at"], lambda entry: str(entry["id"]), **given)


def _pages(*pages: list[float]) -> Read:
    """A server of numbered pages."""

    def read(position: str) -> tuple[list[Any], str]:
        number = int(position or 0)
        return [_entry(hours) for hours in pages[number]], str(number + 1) if number + 1 < len(pages) else ""

    return read


def _seen(walk: Walk, read: Read, position: str = "") -> list[list[float]]:
    return [[float(entry["id"]) for entry in turn.fresh] for turn in walk.turns(read, position) if turn.is_wanted]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_pass_goes_on_in_the_listing_where_it_was(place: int) -> None:
    cursor = LISTINGS[place].cursor("page 7/8")
    rest = list(remaining(LISTINGS, cursor))
    assert rest[0][:2] == (LISTINGS[place], "page 7/8")
    assert [position for _, position, _ in rest[1:]] == [""] * (2 - place)
    assert [after for _, _, after in rest] == [*(one.cursor("") for one in LISTINGS[place + 1 :]), None]


@pytest.mark.parametrize("cursor", [None, "", "tag", "tag 3 kawa", "junk"])
def test_a_listing_that_is_not_asked_for_any_more_begins_all_anew(cursor: str | None) -> None:
    assert [one[:2] for one in remaining(LISTINGS, cursor)] == [(listing, "") for listing in LISTINGS]


def test_a_listing_ends_behind_the_window() -> None:
    window = Window(since=NOON - timedelta(hours=4), until=NOON - timedelta(hours=1.5))
    read = _pages([0, 1], [1, 2], [3, 5], [6, 7], [8])
    assert _seen(_walk(window), read) == [[2], [3, 5]], "what is newer than the window alone is left out"
    asked: list[str] = []

    def counted(position: str) -> tuple[list[Any], str]:
        asked.append(position)
        return read(position)

    assert _seen(_walk(window, is_sorted=True), counted) == [[2], [3, 5]]
    assert asked == ["", "1", "2"]


def test_what_another_listing_held_comes_once() -> None:
    seen: set[str] = set()
    assert _seen(_walk(Window(), seen=seen), _pages([1, 2], [3])) == [[1, 2], [3]]
    assert _seen(_walk(Window(), seen=seen), _pages([1], [2, 3], [4])) == [[4]]
    assert _seen(_walk(Window(), seen=seen, ends_at_known=True), _pages([1], [5])) == []


def test_a_copy_that_comes_by_mistake_hides_nothing() -> None:
    assert _seen(_walk(Window()), _pages([1, 2], [1, 2], [3], [4])) == [[1, 2], [3], [4]]


def test_a_server_that_repeats_itself_is_left() -> None:
    asked: list[str] = []

    def read(position: str) -> tuple[list[Any], str]:
        asked.append(position)
        return [_entry(1)], str(len(asked))

    assert _seen(_walk(Window()), read) == [[1]]
    assert len(asked) == 3
