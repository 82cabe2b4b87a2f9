"""A real server on the loopback address, one thread a connection, whose answers a function writes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Write = Callable[["Visit"], None]


@dataclass
class Served:
    """What the server has seen; ``stop`` is set when it ends, so that slow answers end too."""

    port: int = 0
    paths: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


class Visit(BaseHTTPRequestHandler):
    """One connection. ``served`` and ``write`` are set by ``serving``."""

    protocol_version = "HTTP/1.1"
    served: Served
    write: Write

    def do_GET(self) -> None:
        self.served.paths.append(self.path)
        self.served.hosts.append(self.headers.get("host", ""))
        self.served.connections.add(self.client_address)
        type(self).write(self)

    do_POST = do_GET

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self, data: bytes, pause: float) -> None:
        """Raw bytes, one at a time, until the other side hangs up or the server ends."""
        self.close_connection = True
        for place in range(len(data)):
            if self.served.stop.wait(pause):
                return
            try:
                self.wfile.write(data[place : place + 1])
            except OSError:
                return

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up early is what some tests are about."""


@contextmanager
def serving(write: Write) -> Iterator[Served]:
    """A running server."""
    served = Served()
    server = _Server(("127.0.0.1", 0), type("Bound", (Visit,), {"served": served, "write": staticmethod(write)}))
    served.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        served.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()
