"""The pace of a host: no stretch of time holds more than it allows, whoever asks."""

import threading

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.collectors.contract import Pace
from listener.network.pace import Bucket, Paces
from tests.network.fakes import FakeTime, always, client, declaration, network

PACES = st.builds(
    Pace,
    requests=st.integers(1, 20),
    seconds=st.sampled_from([0.5, 1.0, 10.0, 60.0]),
    burst=st.integers(1, 30),
)


def starts_of(paces: list[Pace], gaps: list[float]) -> list[float]:
    """When requests start that come with the given gaps between them, under all of the paces."""
    time = FakeTime()
    planned, host = Paces(time.clock), "forum.example"
    starts = []
    for place, gap in enumerate(gaps):
        time.now += gap
        slot = planned.book(host, paces[place % len(paces)], 0.0)
        assert slot is not None
        starts.append(time.now + slot.wait)
    return starts


@settings(deadline=None)
@given(PACES, st.lists(st.floats(0, 5), max_size=80))
def test_no_stretch_of_time_holds_more_than_the_pace(pace: Pace, gaps: list[float]) -> None:
    starts = starts_of([pace], gaps)
    assert starts == sorted(starts)
    for first, later in zip(starts, starts[pace.requests :], strict=False):
        assert later - first >= pace.seconds - 1e-6


@settings(deadline=None)
@given(PACES, st.integers(1, 60))
def test_no_more_than_the_burst_starts_at_once(pace: Pace, count: int) -> None:
    starts = starts_of([pace], [0.0] * count)
    most = min(pace.burst, pace.requests)
    assert starts[:most] == [1000.0] * min(most, count)
    for first, later in zip(starts, starts[most:], strict=False):
        assert later - first >= pace.seconds / pace.requests - 1e-6


@settings(deadline=None)
@given(st.lists(PACES, min_size=2, max_size=3), st.lists(st.floats(0, 5), min_size=5, max_size=60))
def test_of_two_paces_for_one_host_the_strictest_wins(paces: list[Pace], gaps: list[float]) -> None:
    starts = starts_of(paces, gaps)
    for pace in paces:
        known = starts[paces.index(pace) :]
        for first, later in zip(known, known[pace.requests :], strict=False):
            assert later - first >= pace.seconds - 1e-6


def test_a_pause_fills_the_bucket_again() -> None:
    pace = Pace(requests=6, seconds=6.0, burst=3)
    bucket = Bucket(pace)
    for at in (0.0, 0.0, 0.0, 1.0):
        assert bucket.earliest(0.0) == at
        bucket.take(at)
    assert [bucket.earliest(now) for now in (3.9, 4.0, 100.0)] == [3.9, 4.0, 100.0]


def test_hosts_do_not_wait_for_each_other() -> None:
    time = FakeTime()
    one = client(always(json=[]), time, pace=Pace(requests=1, seconds=10.0, burst=1))
    for host in ("a.example", "b.example", "A.example"):
        one.get_json(f"https://{host}/posts")
    assert time.slept == [10.0]


def test_two_sources_share_a_hosts_pace() -> None:
    time = FakeTime()
    shared = network(always(json=[]), time)
    slow = shared.client(declaration("slow", Pace(requests=1, seconds=10.0, burst=1)), {})
    quick = shared.client(declaration("quick"), {})
    for one in (slow, quick, quick):
        one.get_json("https://forum.example/posts")
    assert time.slept == [10.0, 10.0]
    assert shared.request_counts == {"forum.example": 3}


def test_a_stricter_source_that_comes_later_counts_what_went_before() -> None:
    time = FakeTime()
    shared = network(always(json=[]), time)
    shared.client(declaration("quick"), {}).get_json("https://forum.example/posts")
    time.now += 4.0
    slow = shared.client(declaration("slow", Pace(requests=1, seconds=10.0, burst=1)), {})
    slow.get_json("https://forum.example/posts")
    assert time.slept == [6.0]


def test_a_pace_slower_than_patience_is_waited_for() -> None:
    time = FakeTime()
    one = client(always(json=[]), time, pace=Pace(requests=1, seconds=600.0, burst=1), patience=5.0)
    for _ in range(3):
        one.get_json("https://forum.example/posts")
    assert time.slept == [600.0, 600.0]


def test_a_used_up_limit_is_waited_out_by_everyone() -> None:
    time = FakeTime()
    answers = [{"x-ratelimit-remaining": "0", "x-ratelimit-reset": "20"}, {"x-ratelimit-remaining": "9"}, {}]
    shared = network(lambda _request: httpx.Response(200, json=[], headers=answers.pop(0)), time)
    for name in ("one", "two", "three"):
        shared.client(declaration(name), {}).get_json("https://forum.example/posts")
    assert time.slept == [20.0]


def test_eight_threads_leave_one_after_another() -> None:
    """The clock stands still, so each sleep is the planned distance of one request from the start."""
    slept: list[float] = []
    pace = Pace(requests=20, seconds=10.0, burst=4)
    shared = network(always(json=[]), clock=lambda: 5.0, sleep=slept.append)
    one = shared.client(declaration(pace=pace), {})
    gate = threading.Barrier(8)

    def work() -> None:
        gate.wait()
        for _ in range(5):
            one.get_json("https://forum.example/posts")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared.request_counts == {"forum.example": 40}
    starts = [0.0] * (40 - len(slept)) + sorted(slept)
    a_stretch = [0.0] * 4 + [0.5 * place for place in range(1, 17)]
    assert starts == pytest.approx([*a_stretch, *(10.0 + at for at in a_stretch)])


def test_no_lock_is_held_while_sleeping() -> None:
    """While one request sleeps, another of the same host is booked, sent and answered."""
    shared_client = None
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 1:
            assert shared_client is not None
            shared_client.get_json("https://forum.example/other")

    shared = network(always(json=[]), clock=lambda: 5.0, sleep=sleep)
    shared_client = shared.client(declaration(pace=Pace(requests=1, seconds=2.0, burst=1)), {})
    shared_client.get_json("https://forum.example/first")
    shared_client.get_json("https://forum.example/second")
    assert slept == [2.0, 4.0]


def test_more_time_asked_for_while_a_request_sleeps_is_given() -> None:
    """The first request waits for its pace while another one is told to come back in half a minute."""
    time = FakeTime()
    answers = [{}, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}, {}]
    shared = network(
        lambda _request: httpx.Response(200, json=[], headers=answers.pop(0)), time, sleep=lambda s: sleep(s)
    )
    one = shared.client(declaration(pace=Pace(requests=2, seconds=10.0, burst=1)), {})

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if len(time.slept) == 1:
            one.get_json("https://forum.example/other")

    one.get_json("https://forum.example/first")
    one.get_json("https://forum.example/second")
    assert time.slept == [5.0, 5.0, 30.0]


def test_a_hold_is_known_to_whoever_booked_before_it() -> None:
    planned = Paces(lambda: 0.0)
    first = planned.book("forum.example", Pace(), 10.0)
    assert first is not None
    assert not planned.is_held_beyond("forum.example", first)
    planned.hold("forum.example", 8.0)
    assert planned.is_held_beyond("forum.example", first)
    again = planned.book("forum.example", Pace(), 10.0)
    assert again is not None
    assert (again.wait, again.imposed) == (8.0, 8.0)
    assert planned.book("forum.example", Pace(), 7.0) is None
    assert planned.hold_left("forum.example") == 8.0
    assert planned.hold_left("elsewhere.example") == 0.0
