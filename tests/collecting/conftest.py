"""A forum without sockets, a brand that listens to it; the environment's proxies stay out."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.collecting.clock import START, SimulatedClock, SimulatedNetwork
from tests.collecting.forum import Forum
from tests.collecting.listening import Listening, listening, settings_for

Listen = Callable[..., AbstractContextManager[Listening]]
HOST = "https://forum.example"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)


@pytest.fixture
def forum() -> Forum:
    """An empty one, three comments a page."""
    return Forum(page_size=3)


@pytest.fixture
def listen(tmp_path: Path, forum: Forum) -> Listen:
    """``with listen(*sources) as listening``: a fresh database; ``hosts`` are further forums by the names of hosts."""

    @contextmanager
    def opened(*sources: Mapping[str, Any], hosts: Mapping[str, Forum] | None = None) -> Iterator[Listening]:
        known = {"forum.example": forum, **(hosts or {})}

        def answer(request: httpx.Request) -> httpx.Response:
            return known[request.url.host].respond(request)

        settings = settings_for(tmp_path / "posts.db", *sources)
        with listening(settings, SimulatedNetwork(SimulatedClock(), answer), START) as found:
            yield found

    return opened


@pytest.fixture
def wordpress(listen: Listen) -> Iterator[Listening]:
    """The forum as a WordPress site, listened to."""
    with listen({"name": "wordpress", "base_url": HOST}) as found:
        yield found


@pytest.fixture
def discourse(listen: Listen) -> Iterator[Listening]:
    """The forum as Discourse, listened to."""
    with listen({"name": "discourse", "base_url": HOST, "filter": False}) as found:
        yield found
