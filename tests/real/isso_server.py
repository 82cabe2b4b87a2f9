"""Runs a real isso comment server on 127.0.0.1 and fills it by its API; it collects nothing."""

import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests.real.missing import Missing

BRAND = "Amber Roast"
PAGES = ("/grinders/", "/presses/")
_MAIL = {BRAND: "team@amber.example"}  # what tells people apart: without one it is the address they write from
_SETTINGS = """[general]
dbpath = {folder}/comments.db
host = {url}/
[server]
listen = {url}
[guard]
enabled = false
"""
_SEEDS: list[tuple[str, float, str, str | None, str]] = [  # name, hours ago, page or comment, author, text
    ("question", 50, PAGES[0], "Zofia", "Czy młynek zmieli ziarna do **kawiarki**?"),
    ("answer", 47, "question", BRAND, "Tak, proszę ustawić pokrętło na 14."),
    ("thanks", 46, "answer", "Zofia & Adam", "Dziękuję, działa!"),
    ("complaint", 30, PAGES[0], "Jonas P.", "Antra savaitė laukiu atsakymo: malūnėlis atkeliavo sudužęs."),
    ("edited", 20, PAGES[1], None, "הידית של המטחנה נשברה אחרי שבוע."),
    ("deleted", 10, PAGES[1], "曉青", "琥珀烘焙的客服兩週沒有回信，太失望了。"),
    ("kept place", 9, PAGES[1], "Ola", "This one goes, but it has an answer"),
    ("lone answer", 8, "kept place", "Jan", "我也是這樣想的。"),
    ("held", 5, PAGES[1], "Newcomer", "Waiting for approval"),
]


@dataclass(frozen=True)
class Server:
    """A running server, seeded at ``now`` (UTC): numbers, pages, authors' hashes and edit keys of its comments by name.

    The brand's hash is that of "answer".
    """

    base_url: str
    folder: Path
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    numbers: dict[str, int] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def comment(self, name: str, hours_ago: float, under: str, author: str | None, text: str) -> None:
        """Write under a page or in answer to the comment of that name."""
        page, parent = self.pages.get(under, under), self.numbers.get(under)
        said: dict[str, Any] = {"text": text, "author": author, "parent": parent, "title": page}
        said["email"] = _MAIL.get(author or "", f"{author}@people.example")
        answer = httpx.post(f"{self.base_url}/new", params={"uri": page}, json=said).raise_for_status()
        made = answer.json()
        self.numbers[name], self.pages[name], self.hashes[name] = made["id"], page, made["hash"]
        self.keys[name] = answer.headers["set-cookie"].partition(";")[0]
        at = self.now - timedelta(hours=hours_ago)
        self.write("UPDATE comments SET created = ? WHERE id = ?", at.timestamp(), made["id"])

    def answer_late(self, to: str, text: str) -> None:
        """The brand answers the comment of that name; the answer is called "answer to" that name."""
        self.comment(f"answer to {to}", 0, to, BRAND, text)

    def edit(self, name: str, text: str) -> None:
        """The author changes a comment's text."""
        answer = httpx.put(self._address(name), json={"text": text}, headers={"Cookie": self.keys[name]})
        self.keys[name] = answer.raise_for_status().headers["set-cookie"].partition(";")[0]

    def delete(self, name: str) -> None:
        """The author removes a comment; isso keeps its empty place as long as there are replies to it."""
        httpx.delete(self._address(name), headers={"Cookie": self.keys[name]}).raise_for_status()

    def hold(self, name: str) -> None:
        """Have a comment wait for approval."""
        self.write("UPDATE comments SET mode = 2 WHERE id = ?", self.numbers[name])

    def write(self, statement: str, *values: float) -> None:
        """Change isso's database."""
        with closing(sqlite3.connect(self.folder / "comments.db")) as connection, connection:
            connection.execute(statement, values)

    def _address(self, name: str) -> str:
        return f"{self.base_url}/id/{self.numbers[name]}"


@contextmanager
def isso_server(program: str = "isso") -> Iterator[Server]:
    """A seeded server for as long as the context lasts. Raises Missing where the package isso is not installed."""
    if shutil.which(program) is None:
        raise Missing(f"the package isso is not installed: there is no program {program!r}")
    with TemporaryDirectory(prefix="isso-") as folder:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            url = "http://{}:{}".format(*probe.getsockname())
        settings = Path(folder, "isso.cfg")
        settings.write_text(_SETTINGS.format(folder=folder, url=url), "utf-8")
        quiet = subprocess.DEVNULL
        with subprocess.Popen([program, "-c", str(settings), "run"], stdout=quiet, stderr=quiet) as process:
            try:
                server = Server(url, Path(folder))
                _await(url)
                _seed(server)
                yield server
            finally:
                process.terminate()


def _await(url: str) -> None:
    for _ in range(100):
        try:
            httpx.get(f"{url}/config").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise Missing("isso does not come up within ten seconds")


def _seed(server: Server) -> None:
    for seed in _SEEDS:
        server.comment(*seed)
    server.edit("edited", "הידית של המטחנה נשברה אחרי שבוע. עדכון: גם השנייה.")
    server.delete("deleted")
    server.delete("kept place")
    server.hold("held")
