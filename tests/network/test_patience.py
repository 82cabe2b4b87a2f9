"""What is tried again, how long is waited, and when it is given up."""

import httpx
import pytest

from models.errors import BusyError, RefusedError, SourceError, UnreachableError
from tests.network.fakes import FakeTime, Script, client, declaration, network

URL = "https://forum.example/posts"
GOOD = httpx.Response(200, json=["ok"])


def busy(status: int = 429, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_passing_failures_are_tried_again_with_growing_waits(status: int) -> None:
    time, server = FakeTime(), Script(busy(status), busy(status), busy(status), busy(status), GOOD)
    assert client(server, time).get_json(URL).data == ["ok"]
    assert time.slept == [2.0, 4.0, 8.0, 16.0]


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("x"),
        httpx.ConnectTimeout("x"),
        httpx.ReadTimeout("x"),
        httpx.ReadError("x"),
        httpx.RemoteProtocolError("x"),
    ],
)
def test_so_are_broken_connections(error: Exception) -> None:
    time, server = FakeTime(), Script(error, error, GOOD)
    assert client(server, time).post_json(URL, {"a": 1}).data == ["ok"]
    assert time.slept == [2.0, 4.0]
    assert [request.content for request in server.asked] == [b'{"a": 1}'] * 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422, 501])
def test_other_failures_are_final(status: int) -> None:
    time, server = FakeTime(), Script(busy(status), GOOD)
    with pytest.raises(SourceError):
        client(server, time).get_json(URL)
    assert (len(server.asked), time.slept) == (1, [])


@pytest.mark.parametrize(("status", "kind"), [(429, BusyError), (500, UnreachableError), (503, UnreachableError)])
def test_after_five_attempts_it_is_given_up(status: int, kind: type[SourceError]) -> None:
    server = Script(busy(status))
    with pytest.raises(kind):
        client(server).get_json(URL)
    assert len(server.asked) == 5


def test_waits_without_a_word_from_the_server_are_drawn() -> None:
    draws = iter([0.25, 0.5, 0.0, 1.0])
    time = FakeTime()
    with pytest.raises(UnreachableError):
        client(Script(busy(500)), time, chance=lambda: next(draws, 1.0)).get_json(URL)
    assert time.slept == [0.5, 2.0, 0.0, 16.0]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("after", ["20", "Mon, 02 Nov 2026 12:00:20 GMT"])
def test_retry_after_is_obeyed(status: int, after: str) -> None:
    time = FakeTime()
    assert client(Script(busy(status, retry_after=after), GOOD), time).get_json(URL).data == ["ok"]
    assert time.slept == [20.0]


@pytest.mark.parametrize("after", ["0", "Mon, 02 Nov 2026 11:00:00 GMT", "soon"])
def test_at_once_is_not_taken_at_its_word(after: str) -> None:
    time = FakeTime()
    client(Script(busy(429, retry_after=after), busy(429, retry_after=after), GOOD), time).get_json(URL)
    assert time.slept == [2.0, 4.0]


def test_a_used_up_limit_behind_a_403_is_no_refusal() -> None:
    limits = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "30"}
    time = FakeTime()
    assert client(Script(busy(403, **limits), GOOD), time).get_json(URL).data == ["ok"]
    assert client(Script(busy(403, retry_after="5"), GOOD), time).get_json(URL).data == ["ok"]
    assert time.slept == [30.0, 5.0]
    with pytest.raises(RefusedError):
        client(Script(busy(403, x_ratelimit_remaining="9", x_ratelimit_reset="30"), GOOD)).get_json(URL)
    with pytest.raises(BusyError):
        client(Script(busy(403, retry_after="1"))).get_json(URL)


def test_longer_than_patience_is_not_waited_and_the_time_is_named() -> None:
    time, server = FakeTime(), Script(busy(429, retry_after="3600"))
    with pytest.raises(BusyError, match=r"until 2026-11-02 13:00 UTC \(3600 s\), and a call waits 90 s in all"):
        client(server, time).get_json(URL)
    assert (len(server.asked), time.slept) == (1, [])


def test_the_host_is_left_alone_by_all_its_sources() -> None:
    time, server = FakeTime(), Script(busy(429, retry_after="3600"), GOOD)
    shared = network(server, time)
    for name in ("one", "two"):
        with pytest.raises(BusyError, match="13:00 UTC"):
            shared.client(declaration(name), {}).get_json(URL)
    assert len(server.asked) == 1
    assert shared.client(declaration(), {}).get_json("https://other.example").data == ["ok"]
    time.now += 3600
    assert shared.client(declaration(), {}).get_json(URL).data == ["ok"]


def test_the_last_refusal_counts_for_the_next_call_too() -> None:
    time, server = FakeTime(), Script(*[busy(429, retry_after="10")] * 5, GOOD)
    asked = client(server, time)
    with pytest.raises(BusyError):
        asked.get_json(URL)
    assert asked.get_json(URL).data == ["ok"]
    assert time.slept == [10.0] * 5


def test_all_waits_of_a_call_share_its_patience() -> None:
    time = FakeTime()
    with pytest.raises(BusyError, match=r"\(40 s\)"):
        client(Script(busy(429, retry_after="40")), time).get_json(URL)
    assert time.slept == [40.0, 40.0]
    for status, kind in ((500, UnreachableError), (503, UnreachableError), (429, BusyError)):
        time = FakeTime()
        with pytest.raises(kind, match=r"error of the server's own|again and again"):
            client(Script(busy(status)), time, patience=5.0).get_json(URL)
        assert time.slept == [2.0]


def test_a_clock_that_stands_still_makes_no_endless_loop() -> None:
    """As tests of collectors do: they sleep without letting time pass."""
    slept: list[float] = []
    asked = client(Script(busy(429, retry_after="5"), GOOD), clock=lambda: 1.0, sleep=slept.append)
    assert asked.get_json(URL).data == ["ok"]
    assert slept == [5.0]


def test_every_attempt_is_counted() -> None:
    shared = network(Script(busy(500), httpx.ConnectError("x"), GOOD))
    shared.client(declaration(), {}).get_json(URL)
    assert shared.request_counts == {"forum.example": 3}
