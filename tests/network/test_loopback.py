"""Against a real server over real sockets: limits of time and size, keep-alive, eight threads."""

import gzip
import logging
import threading
import time
from typing import Any

import pytest

from listener.collectors.contract import Pace
from listener.network import Caps, Network, PoliteClient
from models.errors import GarbledError, UnreachableError
from tests.network.fakes import declaration
from tests.network.serving import Visit, Write, serving

pytestmark = pytest.mark.usefixtures("no_proxies")


def nothing(_seconds: float) -> None:
    """Sleep that takes no time."""


def opened(**given: Any) -> Network:
    return Network(None, **{"allow_private": True, "sleep": nothing, **given})


def asked(network: Network, pace: Pace | None = None) -> PoliteClient:
    return network.client(declaration(pace=pace or Pace(1000, 1.0, 1000)), {})


def test_requests_of_one_source_share_a_connection() -> None:
    with serving(lambda visit: visit.send(200, b'{"a": 1}')) as served, opened() as network:
        for _ in range(3):
            assert asked(network).get_json(f"{served.url}/posts").data == {"a": 1}
        assert asked(network).post_json(f"{served.url}/posts", None).data == {"a": 1}
        assert len(served.connections) in (1, 2)
        assert network.request_counts == {"127.0.0.1": 4}


def test_a_gzip_bomb_is_given_up_early() -> None:
    packed = gzip.compress(bytes(100_000_000), 9)

    def bomb(visit: Visit) -> None:
        visit.send(200, packed, Content_Encoding="gzip")

    with serving(bomb) as served, opened(caps=Caps(body=1_000_000)) as network:
        started = time.perf_counter()
        with pytest.raises(GarbledError, match="larger than 1,000,000 bytes"):
            asked(network).get_json(f"{served.url}/posts")
        assert time.perf_counter() - started < 5
        assert served.paths == ["/posts"], "a bomb is not asked for twice"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2000\r\n\r\n"


def _slow_body(visit: Visit) -> None:
    visit.wfile.write(HEAD)
    visit.drip(b" " * 2000, 0.05)


def _slow_head(visit: Visit) -> None:
    visit.drip(HEAD, 0.05)


@pytest.mark.parametrize("slow", [_slow_body, _slow_head])
def test_an_answer_that_trickles_in_is_given_up_after_the_time_for_a_whole_one(slow: Write) -> None:
    caps = Caps(read=5.0, whole=0.4)
    with serving(slow) as served, opened(caps=caps) as network:
        started = time.perf_counter()
        with pytest.raises(UnreachableError, match=r"took longer than 0\.4 s"):
            asked(network).get_json(f"{served.url}/posts")
        assert 0.35 < time.perf_counter() - started < 3
        assert served.paths == ["/posts"]


def test_silence_is_given_up_and_tried_again() -> None:
    def silent(visit: Visit) -> None:
        visit.close_connection = True
        visit.served.stop.wait(1 if len(visit.served.paths) < 3 else 0)
        visit.send(200, b"[]")

    with serving(silent) as served, opened(caps=Caps(read=0.2, whole=10.0)) as network:
        assert asked(network).get_json(f"{served.url}/posts").data == []
        assert len(served.paths) == 3


def test_an_answer_that_breaks_off_is_tried_again_and_given_up() -> None:
    def cut(visit: Visit) -> None:
        visit.wfile.write(HEAD + b'{"a"')
        visit.close_connection = True

    with serving(cut) as served, opened() as network:
        with pytest.raises(UnreachableError, match="broke off"):
            asked(network).get_json(f"{served.url}/posts")
        assert len(served.paths) == 5


def test_what_is_no_http_is_no_answer() -> None:
    def noise(visit: Visit) -> None:
        visit.wfile.write(b"\x00\x01SSH-2.0\r\n\r\n")
        visit.close_connection = True

    with serving(noise) as served, opened() as network, pytest.raises(UnreachableError, match="broke off"):
        asked(network).get_json(f"{served.url}/posts")


def test_a_circle_of_redirects_ends() -> None:
    def turn(visit: Visit) -> None:
        visit.send(302, Location="/b" if visit.path == "/a" else "/a")

    with serving(turn) as served, opened() as network:
        with pytest.raises(GarbledError, match="in a circle"):
            asked(network).get_json(f"{served.url}/a")
        assert served.paths == ["/a", "/b"]


def test_what_servers_send_is_not_logged_even_by_the_library(caplog: pytest.LogCaptureFixture) -> None:
    def point(visit: Visit) -> None:
        visit.send(200 if "key" in visit.path else 302, b"[]", Location="/there?key=s3cr3t")

    caplog.set_level(logging.DEBUG)
    with serving(point) as served, opened() as network:
        assert asked(network).get_json(f"{served.url}/here?token=s3cr3t").data == []
    assert "s3cr3t" not in caplog.text


def test_nobody_listens() -> None:
    with serving(lambda visit: visit.send(200)) as served:
        pass
    with opened() as network, pytest.raises(UnreachableError, match=r"cannot be reached: .*refused"):
        asked(network).get_json(f"{served.url}/posts")


def test_eight_threads_keep_the_pace_of_the_server() -> None:
    """Forty requests at twenty in half a second, four at once, last 0.9 seconds at least."""
    pace = Pace(requests=20, seconds=0.5, burst=4)
    arrivals: list[float] = []

    def note(visit: Visit) -> None:
        arrivals.append(time.monotonic())
        visit.send(200, b"[]")

    with serving(note) as served, opened(sleep=time.sleep) as network:
        one = asked(network, pace)

        def work() -> None:
            for _ in range(5):
                one.get_json(f"{served.url}/posts")

        started = time.monotonic()
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(arrivals) == 40
    arrivals.sort()
    assert arrivals[-1] - started >= 0.9
    assert arrivals[20] - started >= 0.5
