"""Real servers on loopback. One whose package cannot be had is skipped with the reason printed (make test-real)."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs
import pytest

from tests.real.atproto_server import AtprotoNetwork, atproto_server
from tests.real.isso_server import Server, isso_server
from tests.real.mastodon_server import MastodonServer, mastodon_server
from tests.real.missing import Missing
from tests.real.wordpress_server import Site, wordpress_server


def program(name: str) -> str:
    """A command of this environment, else of the path."""
    own = Path(sys.executable).with_name(name)
    return str(own) if own.exists() else name


@contextmanager
def _skipped() -> Iterator[None]:
    try:
        yield
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def mastodon() -> Iterator[MastodonServer]:
    """A Mastodon API."""
    with _skipped(), mastodon_server(program("mastodon_mock")) as server:
        yield server


@pytest.fixture
def wordpress() -> Iterator[Site]:
    """A WordPress site."""
    with _skipped(), wordpress_server() as site:
        yield site


@pytest.fixture
def isso() -> Iterator[Server]:
    """An isso server."""
    with _skipped(), isso_server(program("isso")) as server:
        yield server


@pytest.fixture
def atproto() -> Iterator[AtprotoNetwork]:
    """An AT Protocol network; what npm installs for it is kept in the user's cache."""
    with _skipped(), atproto_server(Path(platformdirs.user_cache_dir("moment-listener")) / "atproto") as network:
        yield network
