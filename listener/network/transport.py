"""Opens connections: to checked addresses only, within a deadline, or through the environment's proxy.

It sends one request as it is; pace, patience and redirects are ``listener.network.exchange``'s.
"""

import logging
import math
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

from listener.network.addresses import check_address
from models.errors import SettingsError

Resolve = Callable[[str, int], list[str]]
"""Addresses of a host name; raises OSError."""

DEADLINE: ContextVar[float] = ContextVar("deadline", default=math.inf)
"""When the running request has to be over, on the clock of the network: connections outlive it, so they ask."""

_MOST_ADDRESSES = 6


def system_resolve(host: str, port: int) -> list[str]:
    """Addresses of a host by the system's resolver, in its order. Takes as long as that does."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class _TimedStream(httpcore.NetworkStream):
    """A connection that waits for its other side no longer than the running request has left."""

    def __init__(self, inner: httpcore.NetworkStream, clock: Callable[[], float]) -> None:
        self._inner = inner
        self._clock = clock

    def _left(self, timeout: float | None) -> float | None:
        left = max(DEADLINE.get() - self._clock(), 0.001)
        shorter = left if timeout is None else min(left, timeout)
        return shorter if math.isfinite(shorter) else None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, self._left(timeout)), self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves a name once, checks every address of it and connects to one of those very addresses.

    So neither a redirect nor a name that changes its address between check and connection gets past the check;
    TLS still asks for the name's certificate.
    """

    def __init__(
        self,
        resolve: Resolve,
        allow_private: bool,
        clock: Callable[[], float],
        inner: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._resolve = resolve
        self._allow_private = allow_private
        self._clock = clock
        self._inner = inner or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._addresses(host, port)
        end = self._clock() + (math.inf if timeout is None else timeout)
        failure: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("its name has no address")
        for place, address in enumerate(addresses):
            # An address that swallows everything must not use up the time of the next one.
            share = max((end - self._clock()) / (len(addresses) - place), 0.001)
            try:
                stream = self._inner.connect_tcp(
                    address, port, share if math.isfinite(share) else None, local_address, socket_options
                )
                return _TimedStream(stream, self._clock)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("its name cannot be resolved") from None
        if not self._allow_private:
            for address in addresses:
                check_address(host, address)
        return addresses[:_MOST_ADDRESSES]


class _DirectTransport(httpx.HTTPTransport):
    """The library's transport with a pool whose connections are guarded."""

    def __init__(self, backend: httpcore.NetworkBackend, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=50,
            max_keepalive_connections=20,
            keepalive_expiry=5,
            network_backend=backend,
        )


class _Routes(httpx.BaseTransport):
    """Sends each request directly or through the proxy of its scheme."""

    def __init__(
        self,
        direct: httpx.BaseTransport,
        proxied: Mapping[str, httpx.BaseTransport],
        is_direct: Callable[[str], bool],
    ) -> None:
        self._direct = direct
        self._proxied = proxied
        self._is_direct = is_direct

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        proxy = self._proxied.get(request.url.scheme) or self._proxied.get("all")
        route = self._direct if proxy is None or self._is_direct(request.url.host) else proxy
        return route.handle_request(request)

    def close(self) -> None:
        for route in (self._direct, *self._proxied.values()):
            route.close()


def open_transport(backend: httpcore.NetworkBackend) -> httpx.BaseTransport:
    """Guarded connections, or the proxies of HTTP_PROXY, HTTPS_PROXY, ALL_PROXY save for the hosts in NO_PROXY.

    A proxy resolves names itself, so behind one only addresses and ``localhost`` written in a URL are checked, and
    the time for a whole request is watched from the first byte of a body on.
    Certificates: SSL_CERT_FILE and SSL_CERT_DIR, else the bundled ones. Raises SettingsError for a bad proxy.
    """
    from urllib.request import getproxies, proxy_bypass

    logging.getLogger("httpcore").setLevel(logging.WARNING)  # its debug lines hold the headers of answers
    tls = httpx.create_ssl_context()
    proxied = {
        scheme: _through(scheme, url, tls) for scheme, url in getproxies().items() if scheme in ("http", "https", "all")
    }
    return _Routes(_DirectTransport(backend, tls), proxied, lambda host: bool(proxy_bypass(host)))


def _through(scheme: str, url: str, tls: ssl.SSLContext) -> httpx.BaseTransport:
    try:
        return httpx.HTTPTransport(verify=tls, proxy=url if "://" in url else f"http://{url}")
    except (ValueError, httpx.InvalidURL, ImportError):
        advice = "write http://host:port (socks5:// needs: pip install 'httpx[socks]')"
        raise SettingsError(f"{scheme.upper()}_PROXY is no usable proxy; {advice}") from None
