"""The timetable as tables: which stretch comes next, when the past is fetched again, when a thread is looked at."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from listener.pipeline.passes import Stretch, looks_back, next_look, next_stretch
from models.words import ReplyVisibility
from tests.collecting.clock import START as NOW
from tests.collecting.scripted import Scripted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MINUTE = timedelta(minutes=1)
FORUM = replace(Scripted().DECLARATION, overlap=3 * HOUR)
REVIEWS = replace(FORUM, replies=ReplyVisibility.ON_POST)


@pytest.mark.parametrize(
    ("age", "pause"),
    [
        (timedelta(0), timedelta(0)),
        (59 * MINUTE, timedelta(0)),
        (HOUR, HOUR),
        (23 * HOUR, HOUR),
        (DAY, DAY),
        (7 * DAY - MINUTE, DAY),
        (7 * DAY, 7 * DAY),
        (60 * DAY - MINUTE, 7 * DAY),
        (60 * DAY, None),
        (400 * DAY, None),
        (-HOUR, timedelta(0)),
    ],
)
def test_next_look(age: timedelta, pause: timedelta | None) -> None:
    assert next_look(NOW - age, NOW) == (None if pause is None else NOW + pause)


@pytest.mark.parametrize(
    ("covers_until", "since", "until", "expected"),
    [
        (None, None, None, (NOW - 90 * DAY, NOW)),
        (NOW - HOUR, None, None, (NOW - 4 * HOUR, NOW)),
        (NOW - 200 * DAY, None, None, (NOW - 200 * DAY - 3 * HOUR, NOW)),
        (NOW - HOUR, NOW - 9 * DAY, None, (NOW - 9 * DAY, NOW)),
        (NOW - HOUR, NOW - 9 * DAY, NOW - 8 * DAY, (NOW - 9 * DAY, NOW - 8 * DAY)),
        (NOW - HOUR, None, NOW - DAY, (NOW - DAY - 3 * HOUR, NOW - DAY)),
        (None, None, NOW - DAY, (NOW - 91 * DAY, NOW - DAY)),
        (NOW - HOUR, None, NOW + DAY, (NOW - 4 * HOUR, NOW)),
        (NOW + HOUR, None, None, (NOW - 3 * HOUR, NOW)),
    ],
    ids=["first", "next", "long away", "since", "stretch", "until", "first until", "future", "clock set back"],
)
def test_next_stretch(
    covers_until: datetime | None, since: datetime | None, until: datetime | None, expected: tuple[datetime, datetime]
) -> None:
    assert next_stretch(FORUM, covers_until, NOW, since, until) == Stretch(*expected)


@pytest.mark.parametrize(
    ("covers_from", "revisited", "expected"),
    [
        (None, {}, []),
        (None, {"week": NOW, "quarter": NOW}, []),
        (None, {"week": NOW - DAY + MINUTE, "quarter": NOW - 7 * DAY + MINUTE}, []),
        (None, {"week": NOW - DAY, "quarter": NOW - DAY}, [("week", 7)]),
        (NOW - 300 * DAY, {"week": NOW - 9 * DAY, "quarter": NOW - 9 * DAY}, [("week", 7), ("quarter", 90)]),
        (NOW - 30 * DAY, {"week": NOW - 9 * DAY, "quarter": NOW - 9 * DAY}, [("week", 7), ("quarter", 30)]),
        (NOW - 2 * DAY, {"week": NOW - DAY, "quarter": NOW - DAY}, [("week", 2)]),
    ],
)
def test_looks_back(
    covers_from: datetime | None, revisited: dict[str, datetime], expected: list[tuple[str, int]]
) -> None:
    said = {name: at.isoformat() for name, at in revisited.items()}
    found = looks_back(REVIEWS, covers_from, said, NOW)
    assert found == [(name, Stretch(NOW - days * DAY, NOW)) for name, days in expected]
    assert looks_back(FORUM, covers_from, said, NOW) == [], "where replies are posts of their own, threads tell"


@pytest.mark.parametrize("since", [None, NOW - DAY])
def test_a_stretch_survives_the_store(since: datetime | None) -> None:
    stretch = Stretch(since, NOW, "page 7")
    assert Stretch.of_row(stretch.as_row("page 7")) == stretch
    assert Stretch.of_row(stretch.as_row(None)) == replace(stretch, cursor=None)
