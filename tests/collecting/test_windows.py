"""Which stretch of time each pass asks for, what of it counts as covered, and what goes on record as a gap."""

from datetime import datetime, timedelta

import pytest

from listener.collectors.contract import Page, Shortfall
from models.errors import GarbledError
from models.words import ReplyVisibility
from tests.collecting.clock import START
from tests.collecting.listening import Listening
from tests.collecting.scripted import Scripted, Step, raw

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GAPS = "SELECT gap_from, gap_until, reason FROM coverage_gap"
COVERED = "SELECT covers_from, covers_until, open_pass FROM stream"


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


def _script(listening: Listening, *passes: list[Step], **declared: ReplyVisibility) -> Scripted:
    script = Scripted(*passes, **declared)
    listening.replace_stream(collector=script)
    return script


def _window(script: Scripted, place: int) -> tuple[datetime | None, datetime | None, str | None]:
    window = script.windows[place]
    return window.since, window.until, window.cursor


def test_windows_follow_one_another(wordpress: Listening) -> None:
    script = _script(wordpress)
    wordpress.collect()
    wordpress.collect(minutes=30)
    script.passes = [[Page([raw("a", START)], "here"), GarbledError("no")]]
    wordpress.collect(minutes=30)
    wordpress.collect(minutes=30)
    assert [_window(script, place) for place in range(5)] == [
        (START - 90 * DAY, START, None),
        (START - HOUR, START + HOUR / 2, None),
        (START - HOUR / 2, START + HOUR, None),
        (START - HOUR / 2, START + HOUR, "here"),
        (START, START + HOUR * 1.5, None),
    ]
    assert wordpress.ask(COVERED) == [(_at(START - 90 * DAY), _at(START + HOUR * 1.5), None)]


def test_what_lies_apart_does_not_extend_what_is_covered(wordpress: Listening) -> None:
    script = _script(wordpress)
    wordpress.collect()
    wordpress.collect(minutes=48 * 60, since=START + DAY)
    assert wordpress.ask(COVERED) == [(_at(START - 90 * DAY), _at(START), None)]
    wordpress.collect(minutes=30)
    assert _window(script, 2)[0] == START - HOUR, "the day between is fetched"
    wordpress.collect(minutes=30, since=START - 200 * DAY)
    assert wordpress.ask(COVERED) == [(_at(START - 200 * DAY), _at(START + 2 * DAY + HOUR), None)]


def test_an_interrupted_pass_that_lay_apart_leaves_no_hole(wordpress: Listening) -> None:
    script = _script(wordpress)
    wordpress.collect()
    script.passes = [[GarbledError("no")]]
    wordpress.collect(minutes=48 * 60, since=START + DAY)
    wordpress.collect(minutes=30)
    assert _window(script, 2)[0] == START + DAY, "resumed"
    assert _window(script, 3)[0] == START - HOUR
    assert wordpress.ask(COVERED)[0][1] == _at(START + 2 * DAY + HOUR / 2)


def test_a_shortfall_is_one_gap_once(wordpress: Listening) -> None:
    steps: list[Step] = [
        Page([raw("a", START - 5 * DAY)], "1"),
        Shortfall("only one is shown"),
        Page([raw("b", START)], "2"),
    ]
    _script(wordpress, [*steps, Shortfall("only one is shown")], [*steps[:2], GarbledError("no")], steps)
    (summary,) = wordpress.collect()
    assert summary.shortfalls == ["only one is shown"]
    expected = [(_at(START - 90 * DAY), _at(START - 5 * DAY), "only one is shown")]
    assert wordpress.ask(GAPS) == expected
    wordpress.collect(since=START - 90 * DAY)
    assert wordpress.ask(GAPS) == expected, "the pass was not finished"
    wordpress.collect(since=START - 90 * DAY)
    assert wordpress.ask(GAPS) == expected, "the same gap again"


def _shown_from(at: datetime) -> list[Step]:
    """A pass that goes back to some time only."""
    return [Page([raw(f"{at}", at)]), Shortfall("only one is shown")]


def test_a_gap_that_goes_on_grows(wordpress: Listening) -> None:
    _script(wordpress, _shown_from(START), _shown_from(START + HOUR * 2))
    wordpress.collect()
    wordpress.collect(minutes=180)
    assert wordpress.ask(GAPS) == [(_at(START - 90 * DAY), _at(START + HOUR * 2), "only one is shown")]


@pytest.mark.parametrize(
    "begin",
    [
        START + DAY,
        START - 200 * DAY,
    ],
)
def test_gaps_that_lie_apart_are_two(wordpress: Listening, begin: datetime) -> None:
    _script(wordpress, _shown_from(START), _shown_from(begin + DAY / 2))
    wordpress.collect()
    wordpress.collect(minutes=48 * 60, since=begin)
    gaps = [(_at(START - 90 * DAY), _at(START)), (_at(begin), _at(begin + DAY / 2))]
    assert sorted(gap[:2] for gap in wordpress.ask(GAPS)) == sorted(gaps)


def test_no_gap_ends_before_it_begins(wordpress: Listening) -> None:
    """A listing may show posts from before the stretch that was asked for."""
    _script(wordpress, [Page([raw("a", START - 100 * DAY)]), Shortfall("only one is shown")])
    wordpress.collect()
    assert all(begin <= end for begin, end, _ in wordpress.ask(GAPS))


def test_what_makes_a_pass_conditional_is_kept_once_it_is_finished(wordpress: Listening) -> None:
    told: list[Step] = [Page([raw("a", START)], validators={"etag": '"1"'})]
    script = _script(wordpress, told, [], [Page([], validators={"etag": '"2"'}), GarbledError("no")])
    wordpress.collect()
    for minutes in (10, 10):
        wordpress.collect(minutes)
    assert [dict(window.validators) for window in script.windows] == [{}, {"etag": '"1"'}, {"etag": '"1"'}]
    wordpress.collect(10)
    wordpress.collect(10, since=START - DAY)
    assert [dict(window.validators) for window in script.windows[3:]] == [{}, {"etag": '"1"'}, {}]


def test_where_replies_stand_on_posts_the_past_is_fetched_again(wordpress: Listening) -> None:
    script = _script(wordpress, replies=ReplyVisibility.ON_POST)
    wordpress.collect()
    assert len(script.windows) == 1, "the first pass has seen it all"
    wordpress.collect(minutes=23 * 60)
    assert len(script.windows) == 2
    script.passes = [[], [Page([raw("a", START - 3 * DAY)]), Shortfall("only one is shown")]]
    (summary,) = wordpress.collect(minutes=60)
    now = START + DAY
    assert _window(script, 3) == (now - 7 * DAY, now, None)
    assert summary.shortfalls == ["only one is shown"]
    assert wordpress.ask(GAPS) == [], "nothing that was not known before"
    wordpress.collect(minutes=60)
    assert len(script.windows) == 5
    wordpress.collect(minutes=6 * 24 * 60)
    assert [_window(script, place)[0] for place in (6, 7)] == [wordpress.now - 7 * DAY, wordpress.now - 90 * DAY]


def test_an_interrupted_look_back_is_made_up_for(wordpress: Listening) -> None:
    script = _script(wordpress, replies=ReplyVisibility.ON_POST)
    wordpress.collect()
    script.passes = [[], [GarbledError("no")]]
    (summary,) = wordpress.collect(minutes=24 * 60)
    assert summary.failure == "no"
    assert wordpress.ask(COVERED)[0][1:] == (_at(START + DAY), None)
    (summary,) = wordpress.collect(minutes=10)
    assert summary.failure is None
    assert [_window(script, place)[0] for place in (3, 4)] == [START + DAY - HOUR, wordpress.now - 7 * DAY]
