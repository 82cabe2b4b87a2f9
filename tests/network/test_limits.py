"""Headers that say how long to wait: three families, seconds and times, and nonsense."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.network import from_retry_headers
from listener.network.limits import LONGEST, until_reset
from tests.network.fakes import NOON

EPOCH = int(NOON.timestamp())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30),
        ({"retry-after": "0"}, 0),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "Mon, 02 Nov 2026 12:01:30 GMT"}, 90),
        ({"retry-after": "Mon, 02 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "99999999"}, LONGEST),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "7"}, 7),
        ({"retry-after": "3", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "7"}, 3),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "45"}, 45),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(EPOCH + 45)}, 45),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str((EPOCH + 45) * 1000)}, 45),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-02T12:00:45.000Z"}, 45),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-02T14:00:45+02:00"}, 45),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(EPOCH - 45)}, 0),
        ({"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "12"}, 12),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "45"}, None),
        ({"x-ratelimit-remaining": "many", "x-ratelimit-reset": "45"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "later"}, None),
        ({"x-ratelimit-remaining": "0"}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "9"}, 9),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(EPOCH + 5)}, 5),
        ({"ratelimit": "limit=100, remaining=0, reset=50"}, 50),
        ({"ratelimit": "limit=100, remaining=10, reset=50"}, None),
        ({"ratelimit": '"default";r=0;t=30'}, 30),
        ({"ratelimit": '"hour";r=0;t=300, "day";r=50;t=3000'}, 300),
        ({"ratelimit": '"hour";r=5;t=300, "day";r=0;t=3000'}, 3000),
        ({}, None),
    ],
)
def test_the_forms_that_servers_use(headers: dict[str, str], seconds: float | None) -> None:
    assert from_retry_headers(headers, NOON) == seconds


def test_the_servers_own_clock_counts() -> None:
    """A clock of ours that is ten minutes slow makes no wait of ten minutes longer."""
    headers = {"date": format_datetime(NOON, usegmt=True), "retry-after": "Mon, 02 Nov 2026 12:01:00 GMT"}
    assert from_retry_headers(headers, NOON - timedelta(minutes=10)) == 60
    assert from_retry_headers({**headers, "date": "today"}, NOON) == 60


def test_retry_after_says_nothing_about_a_limit() -> None:
    assert until_reset({"retry-after": "30"}, NOON) is None


@settings(deadline=None)
@given(st.integers(0, 86_400))
def test_seconds_and_times_say_the_same(seconds: int) -> None:
    at = NOON + timedelta(seconds=seconds)
    forms = [str(seconds), str(int(at.timestamp())), at.isoformat(), format_datetime(at, usegmt=True)]
    assert {from_retry_headers({"retry-after": form}, NOON) for form in forms} == {float(seconds)}


NAMES = ["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit-reset", "ratelimit", "date"]
VALUES = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.floats().map(str),
    st.datetimes(timezones=st.just(UTC)).map(lambda at: format_datetime(at, usegmt=True)),
    st.datetimes().map(datetime.isoformat),
    st.sampled_from(["0", '"a";r=0;t=1', "remaining=0, reset=99999999999999999999"]),
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), VALUES), st.datetimes(timezones=st.just(UTC)))
def test_whatever_is_sent_is_a_wait_or_none(headers: dict[str, str], now: datetime) -> None:
    for wait in (from_retry_headers(headers, now), until_reset(headers, now)):
        assert wait is None or 0 <= wait <= LONGEST
