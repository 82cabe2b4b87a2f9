"""Runs a real WordPress with seeded comments on 127.0.0.1 with a database of its own; collects nothing."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.real.missing import Missing

BRAND = "amberroast"
_FILES = {
    "init.sql": "CREATE DATABASE wp;\n",
    "settings.php": """<?php
foreach (['DB_NAME' => 'wp', 'DB_USER' => 'root', 'DB_PASSWORD' => '', 'DB_CHARSET' => 'utf8mb4',
  'DB_HOST' => 'localhost:' . __DIR__ . '/socket', 'WP_HOME' => getenv('SITE'), 'WP_SITEURL' => getenv('SITE'),
  'WP_HTTP_BLOCK_EXTERNAL' => true, 'DISABLE_WP_CRON' => true, 'ABSPATH' => '/usr/share/wordpress/',
] as $name => $value) { define($name, $value); } $table_prefix = 'wp_';
""",
    "router.php": """<?php
require __DIR__ . '/settings.php';
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require ABSPATH . 'wp-settings.php';
wp();
require ABSPATH . WPINC . '/template-loader.php';
""",
    "calls.php": """<?php
$calls = json_decode(stream_get_contents(STDIN), true);
$_SERVER += ['HTTP_HOST' => parse_url(getenv('SITE'), PHP_URL_HOST), 'SERVER_PROTOCOL' => 'HTTP/1.1'];
if ($calls[0][0] === 'wp_install') { define('WP_INSTALLING', true); }
function wp_mail() { return true; }
require __DIR__ . '/settings.php';
require ABSPATH . 'wp-settings.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
echo "\\n", json_encode(array_map(fn($call) => $call[0](...$call[1]), $calls));
""",
}
_SEEDS: list[tuple[str, float, dict[str, Any], str]] = [  # name, hours ago, whose, text
    ("question", 50, {"guest": "Zofia"}, "Czy młynek Amber Roast zmieli ziarna do kawiarki? Nie ma tego w instrukcji."),
    ("answer", 47, {"user": BRAND, "to": "question"}, "Tak, proszę ustawić pokrętło na 14 i mielić po 20 g."),
    ("thanks", 46, {"guest": "Zofia", "to": "answer"}, "Dziękuję, działa!"),
    ("complaint", 30, {"guest": "Jonas P."}, "Antra savaitė laukiu „Amber Roast“ atsakymo: malūnėlis sudužęs."),
    ("forged", 29, {"guest": BRAND, "to": "complaint"}, "We refund you. <b>Amber Roast</b>"),
    ("edited", 20, {"user": "noa"}, "הידית של המטחנה נשברה אחרי שבוע."),
    ("deleted", 10, {"guest": "曉青"}, "琥珀烘焙的客服兩週沒有回信，太失望了。"),
    ("held", 5, {"guest": "Newcomer", "approved": 0}, "Waiting for approval"),
]


@dataclass(frozen=True)
class Site:
    """A running site, seeded at ``now`` (UTC): ``numbers`` of its article, comments and users by their names."""

    base_url: str
    folder: Path
    environment: dict[str, str]
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    numbers: dict[str, int] = field(default_factory=lambda: {BRAND: 1})

    def call(self, *calls: tuple[str, list[Any]]) -> list[Any]:
        """Call WordPress's own functions, one after another; return what each returned."""
        command, said = ["php", str(self.folder / "calls.php")], json.dumps(calls).encode()
        done = subprocess.run(command, input=said, stdout=subprocess.PIPE, env=self.environment, check=True)
        return list(json.loads(done.stdout.splitlines()[-1]))

    def comment(self, name: str, hours_ago: float, whose: dict[str, Any], text: str) -> None:
        """Add a comment; ``whose``: ``user`` or ``guest``, and maybe ``to`` (a comment's name) and ``approved``."""
        at = self.now - timedelta(hours=hours_ago)
        row = {
            "comment_post_ID": self.numbers["article"],
            "comment_content": text,
            "comment_author": whose.get("guest") or whose["user"],
            "user_id": self.numbers.get(whose.get("user", ""), 0),
            "comment_parent": self.numbers.get(whose.get("to", ""), 0),
            "comment_approved": whose.get("approved", 1),
            "comment_date_gmt": f"{at:%Y-%m-%d %H:%M:%S}",
            "comment_date": f"{at + timedelta(hours=2):%Y-%m-%d %H:%M:%S}",
        }
        self.numbers[name] = self.call(("wp_insert_comment", [row]))[0]

    def answer_late(self, to: str, text: str) -> None:
        """The brand answers the comment of that name; the answer is called "answer to" that name."""
        self.comment(f"answer to {to}", 0, {"user": BRAND, "to": to}, text)

    def edit(self, name: str, text: str) -> None:
        """Change a comment's text."""
        self.call(("wp_update_comment", [{"comment_ID": self.numbers[name], "comment_content": text}]))

    def delete(self, name: str, *, for_good: bool = False) -> None:
        """Move a comment to the trash, or remove it: its replies then move up to its parent."""
        self.call(("wp_delete_comment", [self.numbers[name], for_good]))


@contextmanager
def wordpress_server() -> Iterator[Site]:
    """A seeded site for as long as the context lasts. Raises Missing where a package is not installed."""
    if not (shutil.which("php") and shutil.which("mariadbd") and Path("/usr/share/wordpress").is_dir()):
        raise Missing("one of the packages wordpress, php-cli, php-mysql and mariadb-server is not installed")
    with TemporaryDirectory(prefix="wordpress-") as name:
        for file, text in _FILES.items():
            Path(name, file).write_text(text, "utf-8")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            host, port = probe.getsockname()
        site = Site(f"http://{host}:{port}", Path(name), {**os.environ, "SITE": f"http://{host}:{port}"})
        own = ["--no-defaults", "--user=root", f"--datadir={name}/data"]
        subprocess.run(["mariadb-install-db", *own], stdout=subprocess.DEVNULL, check=True)
        own += ["--skip-networking", "--skip-grant-tables", f"--socket={name}/socket", f"--init-file={name}/init.sql"]
        serve = ["php", "-S", f"{host}:{port}", "-t", name, f"{name}/router.php"]
        with _running(["mariadbd", *own], site), _running(serve, site):
            _seed(site)
            yield site


def _seed(site: Site) -> None:
    for _ in range(600):  # tenths of a second for the database to come up
        if (site.folder / "socket").exists():
            break
        time.sleep(0.1)
    site.call(("wp_install", ["Amber Roast", BRAND, "team@amber.example", True, "", "secret"]))
    article = {"post_title": "Grinders &amp; <em>mills</em>", "post_status": "publish", "comment_status": "open"}
    site.numbers["article"], site.numbers["noa"], *_ = site.call(
        ("wp_insert_post", [article | {"post_author": 1}]),
        ("wp_insert_user", [{"user_login": "noa", "user_pass": "secret", "display_name": "נועה"}]),
        ("update_option", ["permalink_structure", "/%postname%/"]),
        ("update_option", ["gmt_offset", 2]),
        ("wp_delete_comment", [1, True]),
    )
    for seed in _SEEDS:
        site.comment(*seed)
    site.edit("edited", "הידית של המטחנה נשברה אחרי שבוע. עדכון: גם השנייה.")
    site.delete("deleted")


@contextmanager
def _running(command: list[str], site: Site) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=site.environment, stdout=quiet, stderr=quiet) as server:
        try:
            yield
        finally:
            server.terminate()
