"""Messages of a real WebSocket on the loopback address: when they end, when that is an error, who is not asked."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve
from websockets.utils import accept_key

from listener.network import Caps, Network
from models.errors import BusyError, GoneError, RefusedError, SourceError, UnreachableError
from tests.network.fakes import declaration
from tests.network.serving import Visit, serving

pytestmark = pytest.mark.usefixtures("no_proxies")
QUICK = Caps(connect=2.0, read=0.2, attempts=2)
Turn = Callable[[ServerConnection, Request], Response | None]


@contextmanager
def speaking(speak: Callable[[ServerConnection], None], turn: Turn | None = None) -> Iterator[str]:
    """A server; its address."""
    with serve(speak, "127.0.0.1", 0, process_request=turn) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/subscribe"
        finally:
            server.shutdown()
            thread.join()


def heard(url: str, caps: Caps = QUICK, *, quiet: float = 0.1, allow_private: bool = True) -> list[str]:
    with Network("t@example.org", allow_private, caps=caps, sleep=lambda _seconds: None) as network:
        return list(network.client(declaration(), {}).messages(url, {"wanted": "a b"}, quiet))


def test_messages_end_where_a_live_server_has_no_more() -> None:
    asked: list[str] = []

    def speak(connection: ServerConnection) -> None:
        assert connection.request is not None
        asked.extend([connection.request.path, connection.request.headers["User-Agent"]])
        for said in ("ąž", "שלום", b"\xe4\xbd\xa0\xff"):
            connection.send(said)
        connection.recv()

    with speaking(_patient(speak)) as url:
        assert heard(url) == ["ąž", "שלום", "你\ufffd"]
    assert asked[0] == "/subscribe?wanted=a%20b" or asked[0] == "/subscribe?wanted=a+b"
    assert asked[1].startswith("moment-listener/")


def _patient(speak: Callable[[ServerConnection], None]) -> Callable[[ServerConnection], None]:
    def spoken(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            speak(connection)

    return spoken


def test_a_server_that_ends_in_due_form_has_no_more() -> None:
    with speaking(lambda connection: connection.send("all")) as url:
        assert heard(url, quiet=60.0) == ["all"]


def test_a_server_that_goes_away_has_broken_off() -> None:
    with (
        speaking(_patient(lambda connection: connection.close(1001))) as url,
        pytest.raises(UnreachableError, match="broke off"),
    ):
        heard(url, quiet=60.0)


def test_a_message_too_large_is_no_message() -> None:
    def speak(connection: ServerConnection) -> None:
        connection.send("small")
        connection.send("x" * 5000)

    with speaking(_patient(speak)) as url, pytest.raises(UnreachableError, match="broke off"):
        heard(url, Caps(message=1000))


def test_a_server_that_falls_silent_is_no_quiet_one() -> None:
    """Its connection stands, and nobody is there: not even a ping is answered."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_stall, args=(listening,))
        thread.start()
        with pytest.raises(UnreachableError, match="did not answer in time"):
            heard(f"ws://127.0.0.1:{listening.getsockname()[1]}/subscribe")
        thread.join()


def _stall(listening: socket.socket) -> None:
    visitor, _ = listening.accept()
    with visitor, visitor.makefile("rb") as lines:
        asked = dict(line.decode().strip().split(": ", 1) for line in iter(lines.readline, b"\r\n") if b": " in line)
        key = accept_key(asked["Sec-WebSocket-Key"])
        said = f"HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {key}\r\n\r\n"
        visitor.sendall(said.encode() + b"\x81\x05first")
        while visitor.recv(1000):
            """Whatever is said is heard, and never answered."""


@pytest.mark.parametrize(
    ("status", "error"), [(401, RefusedError), (404, GoneError), (400, SourceError), (503, UnreachableError)]
)
def test_a_server_that_turns_us_away_says_why(status: int, error: type[SourceError]) -> None:
    attempts: list[str] = []

    def turn(connection: ServerConnection, request: Request) -> Response:
        attempts.append(request.path)
        return connection.respond(HTTPStatus(status), "the cursor is no number")

    with speaking(lambda _connection: None, turn) as url, pytest.raises(error) as caught:
        heard(url)
    assert len(attempts) == (2 if status == 503 else 1)
    assert "\n" not in str(caught.value)
    assert status == 503 or "the cursor is no number" in str(caught.value) or status == 404


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks() -> None:
    def turn(_connection: ServerConnection, _request: Request) -> Response:
        return Response(429, "Too Many Requests", Headers({"Retry-After": "86400"}), b"")

    with speaking(lambda _connection: None, turn) as url, pytest.raises(BusyError, match="asks to be left alone"):
        heard(url)


def test_what_is_no_websocket_is_an_error() -> None:
    with serving(lambda visit: _answer(visit)) as served, pytest.raises(SourceError):
        heard(served.url.replace("http", "ws"))


def _answer(visit: Visit) -> None:
    visit.send(200, b"<p>hello</p>")


def test_private_addresses_are_refused_before_anything_is_sent() -> None:
    asked: list[str] = []

    def turn(_connection: ServerConnection, request: Request) -> None:
        asked.append(request.path)

    with speaking(lambda _connection: None, turn) as url:
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
            with pytest.raises(RefusedError, match=r"set network\.allow_private_addresses = true"):
                heard(url.replace("127.0.0.1", host), allow_private=False)
    assert asked == []


def test_a_name_that_stands_for_a_private_address_is_refused_at_the_connection() -> None:
    with Network(None, resolve=lambda _host, _port: ["8.8.8.8", "10.0.0.1"]) as network, pytest.raises(RefusedError):
        list(network.client(declaration(), {}).messages("wss://stream.example/subscribe"))


def test_nobody_is_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(UnreachableError, match="cannot be reached"):
            heard(f"ws://127.0.0.1:{taken.getsockname()[1]}")


@pytest.mark.parametrize("url", ["https://stream.example", "stream.example", "file:///etc/passwd"])
def test_only_streams_are_listened_to(url: str) -> None:
    with pytest.raises(SourceError, match="a source is set to what is no"):
        heard(url)
