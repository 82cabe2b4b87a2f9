"""Connections go to checked addresses only: names that change, redirects, TLS names, proxies."""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import pytest

from listener.network import Network, PoliteClient
from listener.network.transport import DEADLINE, GuardedBackend, Resolve, open_transport, system_resolve
from models.errors import RefusedError, SettingsError, UnreachableError
from tests.network.fakes import declaration
from tests.network.serving import Visit, serving

pytestmark = pytest.mark.usefixtures("no_proxies")


class Detour(httpcore.SyncBackend):
    """Dials the loopback server whatever address it is given, and remembers that."""

    def __init__(self, port: int, dead: Iterable[str] = ()) -> None:
        self.port = port
        self.dead = tuple(dead)
        self.dialled: list[str] = []

    def connect_tcp(self, *given: Any, **_: Any) -> httpcore.NetworkStream:
        host, _port, timeout = given[:3]
        self.dialled.append(host)
        if host in self.dead:
            raise httpcore.ConnectTimeout("dead")
        return super().connect_tcp("127.0.0.1", self.port, timeout)


def guarded(resolve: Resolve, detour: Detour) -> Network:
    backend = GuardedBackend(resolve, False, time.monotonic, detour)
    return Network(None, transport=open_transport(backend), sleep=lambda _seconds: None)


def asked(network: Network) -> PoliteClient:
    return network.client(declaration(), {})


def hang_up(visit: Visit) -> None:
    """Answer, and make the next request open a new connection."""
    visit.send(200, b"[]", Connection="close")
    visit.close_connection = True


def test_a_loopback_address_is_refused_on_a_real_socket() -> None:
    with serving(hang_up) as served, Network(None) as network:
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
            with pytest.raises(RefusedError, match=r"set network\.allow_private_addresses = true"):
                asked(network).get_json(f"http://{host}:{served.port}/posts")
        assert served.paths == []
        assert network.request_counts == {}


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1%eth0"]], ids=str
)
def test_a_name_that_stands_for_a_private_address_is_refused_at_the_connection(addresses: list[str]) -> None:
    detour = Detour(1)
    refused = pytest.raises(RefusedError, match=r"forum\.example \(.*\) is not an address of the public internet")
    with guarded(lambda *_: addresses, detour) as network, refused:
        asked(network).get_json("http://forum.example/posts")
    assert detour.dialled == []


def test_a_name_is_resolved_once_and_the_checked_address_is_dialled() -> None:
    answers: Iterator[list[str]] = iter([["8.8.8.8"], ["127.0.0.1"]])
    with serving(hang_up) as served:
        detour = Detour(served.port)
        with guarded(lambda *_: next(answers), detour) as network:
            assert asked(network).get_json("http://forum.example/posts").data == []
            with pytest.raises(RefusedError):
                asked(network).get_json("http://forum.example/posts")
        assert detour.dialled == ["8.8.8.8"]
        assert (served.paths, served.hosts) == (["/posts"], ["forum.example"])


def test_a_redirect_to_a_name_that_is_private_is_refused() -> None:
    known = {"forum.example": ["8.8.8.8"], "evil.example": ["192.168.0.1"]}
    with serving(lambda visit: visit.send(302, Location="http://evil.example/admin")) as served:
        refused = pytest.raises(RefusedError, match=r"evil\.example \(192\.168\.0\.1\)")
        with guarded(lambda host, _port: known[host], Detour(served.port)) as network, refused:
            asked(network).get_json("http://forum.example/posts")
        assert served.paths == ["/posts"]


def test_the_next_address_is_tried_if_the_first_is_dead() -> None:
    with serving(hang_up) as served:
        detour = Detour(served.port, dead=["2606:4700::1111"])
        with guarded(lambda *_: ["2606:4700::1111", "8.8.8.8"], detour) as network:
            assert asked(network).get_json("http://forum.example/posts").data == []
        assert detour.dialled == ["2606:4700::1111", "8.8.8.8"]


@pytest.mark.parametrize("error", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_that_nobody_knows(error: Exception) -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        raise error

    for way, said in ((resolve, "its name cannot be resolved"), (lambda *_: [], "its name has no address")):
        with guarded(way, Detour(1)) as network, pytest.raises(UnreachableError, match=f"cannot be reached: {said}"):
            asked(network).get_json("http://forum.example/posts")


def test_the_system_s_resolver() -> None:
    assert "127.0.0.1" in system_resolve("localhost", 80)


class Noted(httpcore.NetworkStream):
    """A connection that remembers how it was used."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, object]] = []

    def read(self, *given: Any, **_: Any) -> bytes:
        self.noted.append(("read", given[1]))
        return b""

    def write(self, *given: Any, **_: Any) -> None:
        self.noted.append(("write", given[1]))

    def close(self) -> None:
        self.noted.append(("close", None))

    def start_tls(self, *given: Any, **_: Any) -> httpcore.NetworkStream:
        self.noted.append(("tls", given[1]))
        return self


class Dialling(httpcore.NetworkBackend):
    """Gives out one connection."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self.stream = stream

    def connect_tcp(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        return self.stream


def test_tls_asks_for_the_name_not_for_the_address() -> None:
    stream = Noted()
    backend = GuardedBackend(lambda *_: ["8.8.8.8"], False, time.monotonic, Dialling(stream))
    network = Network(None, transport=open_transport(backend), sleep=lambda _seconds: None)
    with network, pytest.raises(UnreachableError):
        asked(network).get_json("https://forum.example/posts")
    assert ("tls", "forum.example") in stream.noted


def test_a_connection_waits_no_longer_than_the_request_has_left() -> None:
    stream = Noted()
    backend = GuardedBackend(lambda *_: ["8.8.8.8"], False, lambda: 100.0, Dialling(stream))
    timed = backend.connect_tcp("forum.example", 443)
    timed.read(10, None)
    timed.read(10, 30.0)
    token = DEADLINE.set(104.0)
    timed.read(10, 30.0)
    timed.write(b"a", 2.0)
    DEADLINE.reset(token)
    token = DEADLINE.set(99.0)
    timed.read(10, 30.0)
    DEADLINE.reset(token)
    assert stream.noted == [("read", None), ("read", 30.0), ("read", 4.0), ("write", 2.0), ("read", 0.001)]


def test_a_proxy_of_the_environment_is_used_save_for_the_hosts_it_is_not_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(hang_up) as served:
        monkeypatch.setenv("http_proxy", f"127.0.0.1:{served.port}")
        monkeypatch.setenv("no_proxy", "direct.example")
        detour = Detour(served.port)
        with guarded(lambda *_: ["8.8.8.8"], detour) as network:
            assert asked(network).get_json("http://forum.example/posts").data == []
            assert detour.dialled == []
            assert asked(network).get_json("http://direct.example/posts").data == []
            assert detour.dialled == ["8.8.8.8"]
            with pytest.raises(RefusedError):
                asked(network).get_json(f"{served.url}/posts")
        assert served.paths == ["http://forum.example/posts", "/posts"]


@pytest.mark.parametrize("url", ["ftp://proxy.example", "http://[::1"])
def test_a_proxy_that_cannot_be_used_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("https_proxy", url)
    with pytest.raises(SettingsError, match="HTTPS_PROXY is no usable proxy"):
        Network(None)


def test_importing_the_network_loads_no_model_and_no_store() -> None:
    heavy = "{'spacy', 'transformers', 'onnxruntime', 'torch', 'sqlmodel', 'fastapi'}"
    code = f"import sys, listener.network; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
