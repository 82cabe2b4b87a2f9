"""Starts the server of the package mastodon_mock on this machine and fills it by its API; it collects nothing."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.real.missing import Missing

BRAND = "amberroast"
PEOPLE = ("ola", "jonas", "noa", "mei", "beanbot", "tarp")
START_SECONDS = 30.0


@dataclass(slots=True)
class MastodonServer:
    """A running server; ``ids`` are the ids of its posts by the names that ``seed`` gives them."""

    base_url: str
    ids: dict[str, str] = field(default_factory=dict)

    def say(self, name: str, account: str, text: str, **more: str | None) -> str:
        """Post as an account and remember the id by ``name``; ``more``: in_reply_to_id, language, visibility ..."""
        said = {key: value for key, value in more.items() if value is not None}
        self.ids[name] = self._ask("POST", "statuses", account, {"status": text, **said})
        return self.ids[name]

    def edit(self, name: str, account: str, text: str) -> None:
        """Change the text of a post."""
        self._ask("PUT", f"statuses/{self.ids[name]}", account, {"status": text})

    def delete(self, name: str, account: str) -> None:
        """Take a post away for good."""
        self._ask("DELETE", f"statuses/{self.ids[name]}", account)

    def boost(self, name: str, account: str) -> None:
        """Spread another's post."""
        self._ask("POST", f"statuses/{self.ids[name]}/reblog", account)

    def fail_next(self, path: str, status: int, headers: dict[str, str], count: int = 1) -> None:
        """Have the next requests to a path answered with an error."""
        effect = {"type": "status", "status": status, "headers": headers}
        rule = {"match": {"path": path}, "effect": effect, "count": count}
        httpx.post(f"{self.base_url}/api/v1/_mock/faults", json=rule).raise_for_status()

    def _ask(self, method: str, path: str, account: str, body: dict[str, str] | None = None) -> str:
        headers = {"Authorization": f"Bearer {token_of(account)}"}
        answer = httpx.request(method, f"{self.base_url}/api/v1/{path}", json=body, headers=headers)
        return str(answer.raise_for_status().json()["id"])


@contextmanager
def mastodon_server(program: str = "mastodon_mock") -> Iterator[MastodonServer]:
    """A seeded server on 127.0.0.1, gone afterwards. ``program``: the command that the package installs.

    Raises Missing if there is no such program and TimeoutError if it does not answer within 30 seconds.
    """
    if shutil.which(program) is None:
        raise Missing(f"{program} is not installed: pip install mastodon_mock==0.6.1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "server.toml"
        config.write_text(_config(), "utf-8")
        command = [program, "serve", "--host", "127.0.0.1", "--port", str(port), "--in-memory", "--config", str(config)]
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            server = MastodonServer(f"http://127.0.0.1:{port}")
            _wait_for(server, process)
            seed(server)
            yield server
        finally:
            process.terminate()
            process.wait()


def token_of(account: str) -> str:
    """The access token of an account."""
    return f"{account}-token"


def seed(server: MastodonServer) -> None:
    """A question with the brand's answer, a complaint without, an edited and a deleted post, in four languages.

    Furthermore what nobody else is meant to read or what is no post: a post for followers, a message, a boost.
    """
    say = server.say
    question = say("question", "ola", "@amberroast Czy macie kawę bezkofeinową? #AmberRoast", language="pl")
    say("answer", BRAND, "@ola Tak, od wtorku mamy dwie nowe!", in_reply_to_id=question, language="pl")
    say("complaint", "jonas", "Trečia savaitė, o siuntos iš #AmberRoast nėra. Niekas neatsako.", language="lt")
    say("edited", "noa", "הקפה של #AmberRoast הגיע קר.", language="he")
    server.edit("edited", "noa", "הקפה של #AmberRoast הגיע קר, והשליח התנצל.")
    say("deleted", "mei", "這則貼文很快就會刪掉 #AmberRoast", language="zh-TW")
    server.delete("deleted", "mei")
    say("praise", "mei", "#AmberRoast 的淺焙豆子聞起來像莓果，下次還會再買。", language="zh-TW")
    say("robot", "beanbot", "Today's price of #AmberRoast house blend: 9.80", language="en")
    thanks = say("thanks", "ola", "@amberroast Dzięki!", in_reply_to_id=server.ids["answer"], language="pl")
    say("farewell", BRAND, "@ola Do zobaczenia w kolejce po drugą.", in_reply_to_id=thanks, language="pl")
    say("warned", "tarp", "Spilled it all over the #AmberRoast counter, sorry!", spoiler_text="coffee accident")
    say("followers", "tarp", "Only for my followers: #AmberRoast is fine", visibility="private")
    say("message", "tarp", "@amberroast my order number is 4711 #AmberRoast", visibility="direct")
    server.boost("complaint", "tarp")


def _config() -> str:
    """Accounts with their tokens, and neither posts nor follows of the package's own."""
    tables = [
        f'[[seed.accounts]]\nusername = "{account}"\ndisplay_name = "{account.title()}"\n'
        f'access_token = "{token_of(account)}"\nbot = {"true" if account.endswith("bot") else "false"}\n'
        for account in (BRAND, *PEOPLE)
    ]
    return "[seed]\nfollows = []\nstatuses = []\nannouncements = []\n\n" + "\n".join(tables)


def _wait_for(server: MastodonServer, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{server.base_url}/api/v1/instance").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(f"no server at {server.base_url} after {START_SECONDS:.0f} s")
