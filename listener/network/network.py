"""What all sources of a process share: connections, paces, robots.txt. It asks nothing by itself."""

import random
import time
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from types import TracebackType
from typing import Self

import httpx

from listener.collectors.contract import Declaration
from listener.network.caps import Caps
from listener.network.client import PoliteClient
from listener.network.exchange import Surroundings
from listener.network.pace import Paces
from listener.network.robots import AGENT, Robots
from listener.network.transport import GuardedBackend, Resolve, open_transport, system_resolve
from listener.network.websocket import Dial, WebSocketDial


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Network:
    """Connections and paces of one process; thread-safe, to be closed or used with ``with``.

    ``contact``: an address or page for webmasters, sent with every request. ``patience``: the seconds that one call
    waits in all for what servers ask for or for their failures to pass; waiting for the declared pace is not counted.
    ``clock`` counts seconds, ``wall`` tells the time (aware, UTC), ``chance`` draws from 0 to 1, ``resolve`` looks
    names up: all are handed in by tests, as are ``transport`` and, for WebSockets, ``dial``. Proxies of the environment
    are used (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY); a proxy resolves names itself, so that behind one only
    addresses written in URLs are checked. Raises SettingsError for a proxy that cannot be used.
    """

    def __init__(
        self,
        contact: str | None = None,
        allow_private: bool = False,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], None] = time.sleep,
        patience: float = 90.0,
        *,
        caps: Caps | None = None,
        chance: Callable[[], float] = random.random,
        resolve: Resolve = system_resolve,
        dial: Dial | None = None,
    ) -> None:
        self._agent = user_agent(contact)
        self._robots = Robots(clock)
        self._paces = Paces(clock)
        backend = GuardedBackend(resolve, allow_private, clock)
        self._transport = transport or open_transport(backend)
        self._shared = Surroundings(
            transport=self._transport,
            dial=dial or WebSocketDial(backend),
            paces=self._paces,
            caps=caps or Caps(),
            clock=clock,
            wall=wall,
            sleep=sleep,
            chance=chance,
            patience=patience,
            allow_private=allow_private,
        )

    def client(self, declaration: Declaration, secrets: Mapping[str, str]) -> PoliteClient:
        """A client for one source; ``secrets`` by the names of its declaration."""
        return PoliteClient(self._shared, self._robots, self._agent, declaration, secrets)

    @property
    def request_counts(self) -> Mapping[str, int]:
        """Requests sent so far, by host: attempts and redirects each count."""
        return self._paces.request_counts

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def user_agent(contact: str | None) -> str:
    """Who we say we are: name, version and, where one is set, a contact, in the letters that a header may hold."""
    name = f"{AGENT}/{version('moment-listener')}"
    plain = unicodedata.normalize("NFKD", contact or "").encode("ascii", "ignore").decode()
    shown = " ".join("".join(letter if letter.isprintable() else " " for letter in plain).split()).strip("()+ ")
    return f"{name} (+{shown})" if shown else name
