"""Opens WebSockets to checked addresses, or through the environment's proxy, and takes what the other side says.

Pace, patience and retries are ``listener.network.exchange``'s; nothing is ever sent but what keeps a connection alive.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import httpcore
import httpx

from listener.network.caps import Caps
from listener.network.redirects import Ask

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

_CLOSING = 1.0  # seconds for the other side to say goodbye
_NOT_SENT = ("accept", "accept-encoding", "user-agent")  # the last one is handed over by itself


class Closed(Exception):
    """The other side has closed the connection in due form: it has nothing more to say."""


class Turned(Exception):
    """The server answered with another status than that of a WebSocket. ``headers`` have lower-case names."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(f"status {status}")
        self.status, self.headers, self.body = status, headers, body


class Wire(Protocol):
    """An open connection. Its methods raise ``httpx.TransportError`` where it is cut, ``Closed`` where it has ended."""

    def receive(self, seconds: float) -> str | None:
        """The next message as text; None if none came in time."""

    def is_answering(self, seconds: float) -> bool:
        """Whether the other side answers a ping in time; all it said before can be received afterwards."""

    def close(self) -> None:
        """Hang up."""


Dial = Callable[[Ask, Caps], Wire]
"""Opens a connection to where an ask points. Raises ``Turned``, ``httpx.TransportError`` or ``RefusedError``."""


class WebSocketDial:
    """The real one. ``backend`` checks addresses and connects, as it does for every other request."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    @cached_property
    def _tls(self) -> Any:
        return httpx.create_ssl_context()

    def __call__(self, ask: Ask, caps: Caps) -> Wire:
        from websockets.exceptions import InvalidProxy, InvalidStatus, ProxyError, WebSocketException
        from websockets.sync.client import connect

        logging.getLogger("websockets.client").setLevel(logging.WARNING)  # its debug lines hold headers and messages
        is_secure = ask.url.scheme == "https"
        proxy = _proxy_for(ask.url)
        stack = ExitStack()
        try:
            opened = connect(
                f"ws{str(ask.url).removeprefix('http')}",
                sock=None if proxy else self._connected(ask.url, caps),
                ssl=self._tls if is_secure else None,
                proxy=proxy,
                additional_headers={name: value for name, value in ask.headers.items() if name not in _NOT_SENT},
                user_agent_header=ask.headers.get("user-agent"),
                open_timeout=caps.connect,
                close_timeout=_CLOSING,
                max_size=caps.message,
            )
            return _Connection(stack.enter_context(opened), stack)
        except InvalidStatus as error:
            said = error.response
            headers = {name.lower(): value for name, value in said.headers.raw_items()}
            raise Turned(said.status_code, headers, bytes(said.body or b"")) from None
        except (InvalidProxy, ProxyError):
            raise httpx.ProxyError("refused") from None
        except (WebSocketException, ValueError, EOFError):
            raise httpx.RemoteProtocolError("no WebSocket") from None
        except TimeoutError:
            raise httpx.ConnectTimeout("too slow") from None
        except OSError as error:
            raise httpx.ConnectError(error.strerror or "no connection") from None

    def _connected(self, url: httpx.URL, caps: Caps) -> Any:
        """A socket to one of the host's addresses, all of which were checked."""
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            stream = self._backend.connect_tcp(url.host, port, caps.connect)
        except httpcore.ConnectTimeout as error:
            raise httpx.ConnectTimeout(str(error)) from None
        except httpcore.ConnectError as error:
            raise httpx.ConnectError(str(error)) from None
        found = stream.get_extra_info("socket")
        found.settimeout(None)
        return found


class _Connection:
    """A ``Wire`` over the library's connection, whose own thread takes messages in and stops at a few of them."""

    def __init__(self, connection: "ClientConnection", stack: ExitStack) -> None:
        self._connection = connection
        self._stack = stack

    def receive(self, seconds: float) -> str | None:
        from websockets.exceptions import ConnectionClosed

        try:
            said = self._connection.recv(timeout=seconds)
        except TimeoutError:
            return None
        except UnicodeDecodeError:
            return ""
        except ConnectionClosed as error:
            raise self._end(error.rcvd is not None and error.rcvd.code == 1000) from None
        return said if isinstance(said, str) else said.decode("utf-8", "replace")

    def is_answering(self, seconds: float) -> bool:
        from websockets.exceptions import ConnectionClosed

        try:
            return self._connection.ping().wait(seconds)
        except ConnectionClosed as error:
            if error.rcvd is not None and error.rcvd.code == 1000:
                return True  # the messages before that are still to be received
            raise self._end(False) from None

    def close(self) -> None:
        self._stack.close()

    def _end(self, is_in_due_form: bool) -> Exception:
        return Closed() if is_in_due_form else httpx.RemoteProtocolError("cut off")


def _proxy_for(url: httpx.URL) -> str | None:
    """The proxy that the environment names for a host; it resolves names itself."""
    from urllib.request import getproxies, proxy_bypass

    known = getproxies()
    proxy = known.get(url.scheme) or known.get("all")
    if not proxy or proxy_bypass(url.host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
