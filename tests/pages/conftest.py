"""A served copy of the demo for each test, and a real Chromium to look at it with."""

import asyncio
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine

from api.app import create_app
from listener.access import Access
from listener.pipeline.demo import build_demo
from models.database import open_database
from tests.api.service import Client, clock

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's database as of the tests' clock; to be copied, not changed."""
    file = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    build_demo(file, clock).dispose()
    return file


@pytest.fixture
def demo(demo_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """A copy of one's own, open."""
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(demo_file, copy)
    engine = open_database(f"sqlite:///{copy}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def reader(demo_file: Path) -> Iterator[Client]:
    """Reads pages of the demo without a browser: one for all tests, so that reports are kept between them."""
    engine = open_database(f"sqlite:///{demo_file}")
    yield Client(engine)
    engine.dispose()


class Served:
    """An application on a port of its own, until it is told to stop."""

    def __init__(self, engine: Engine) -> None:
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # a browser may come before the server is ready, and then waits
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = create_app(engine, clock, access=Access())
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        run = partial(self._server.serve, sockets=[listening])
        self._thread = Thread(target=lambda: asyncio.run(run()), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End within some seconds."""
        self._server.should_exit = True
        self._thread.join(20)


@pytest.fixture
def serve() -> Iterator[Callable[[Engine], str]]:
    """Serves a database on a port of its own until the test ends; gives the address."""
    running: list[Served] = []

    def started(engine: Engine) -> str:
        running.append(Served(engine))
        return running[-1].address

    yield started
    for served in running:
        served.stop()


@pytest.fixture
def site(demo: Engine, serve: Callable[[Engine], str]) -> str:
    """The address of a demo of one's own, to write to."""
    return serve(demo)


@pytest.fixture(scope="session")
def shown(demo_file: Path) -> Iterator[str]:
    """The address of a demo that all tests look at and none writes to: its reports are kept between them."""
    engine = open_database(f"sqlite:///{demo_file}")
    served = Served(engine)
    yield served.address
    served.stop()
    engine.dispose()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's own browser: LISTENER_TEST_BROWSER names it, else the first that is found.

    Ended with its module: while it lives, its event loop runs in this thread, and no other test may run one.
    """
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("LISTENER_TEST_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: install one, or name it in LISTENER_TEST_BROWSER")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Opened]:
    """Opens a page with options of a browser's context; closed when the test ends."""
    contexts = []

    def page(**options: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options})
        contexts.append(context)
        opened = context.new_page()
        opened.set_default_timeout(90_000)  # a busy machine is no failure
        return opened

    yield page
    for context in contexts:
        context.close()
