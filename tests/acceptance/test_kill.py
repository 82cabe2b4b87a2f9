"""An import that is killed and repeated leaves the same rows as one clean run; a second run changes nothing."""

import json
import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.acceptance.running import COMMAND, environment, listener, succeed

POSTS = 3000
ANSWER = "We sent a new one today, it will be with you by Friday."
WORDS = ("kettle", "lid", "late", "parcel", "box", "leak", "tin", "bean", "cup", "spoon")
COMPARED = {
    "post": "source, source_id, text, language, published_at, parent_source_id, content_hash, text_hash, is_pending, "
    "reply_kind",
    "author": "source, source_id, handle, is_bot",
    "thread": "source, root_source_id",
    "coverage": "source, covers_until",
}
LINKS = """
SELECT post.source_id, parent.source_id, thread.root_source_id, first.source_id, mention.relation, mention.answered_at,
       mention.redirected_at
FROM post LEFT JOIN post parent ON parent.id = post.parent_id LEFT JOIN thread ON thread.id = post.thread_id
LEFT JOIN post first ON first.id = post.duplicate_of_id LEFT JOIN mention ON mention.post_id = post.id
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Threads of complaint, answer and thanks, replies before their parents, and some repeated complaints."""
    chance = random.Random(7)
    lines = []
    for number in range(POSTS // 3):
        asked = f"2026-10-{1 + number % 28:02d}T{number % 24:02d}:00:00Z"
        answered = f"2026-10-{1 + number % 28:02d}T{number % 24:02d}:40:00Z"
        author = {"handle": f"customer{chance.randrange(POSTS // 6)}"}
        words = " ".join(chance.choice(WORDS) for _ in range(9))
        lines += [
            {"source": "forum", "source_id": f"a{number}", "text": f"Please help: {words}", "published_at": asked,
             "author": author},
            {"source": "forum", "source_id": f"b{number}", "text": ANSWER,
             "published_at": answered, "author": {"handle": "shop", "is_owned": True}, "kind": "reply",
             "parent_source_id": f"a{number}"},
            {"source": "forum", "source_id": f"c{number}", "text": "Thanks, that was quick!",
             "published_at": f"2026-10-{1 + number % 28:02d}T{number % 24:02d}:50:00Z", "author": author,
             "kind": "reply", "parent_source_id": f"b{number}"},
        ]  # fmt: skip
    chance.shuffle(lines)
    path = tmp_path_factory.mktemp("posts") / "posts.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def clean_rows(file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    database = tmp_path_factory.mktemp("clean") / "clean.sqlite3"
    succeed(database, "import", str(file), "--brand", "shop")
    before = rows(database)
    said = listener(database, "import", str(file), "--brand", "shop").stderr.decode()
    assert f"0 new, 0 changed, {POSTS} unchanged, 0 bad lines" in said
    assert rows(database) == before
    return before


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """What an import leaves, without the ids and times that two runs may give differently."""
    with sqlite3.connect(database) as connection:
        found = {table: connection.execute(f"SELECT {columns} FROM {table}") for table, columns in COMPARED.items()}
        found["links"] = connection.execute(LINKS)
        return {name: sorted(cursor.fetchall(), key=repr) for name, cursor in found.items()}


def stored(database: Path, query: str) -> int:
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            return int(connection.execute(query).fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.mark.parametrize(
    "moment",
    [
        "SELECT count(*) >= 500 FROM post",
        "SELECT count(*) >= 1500 FROM post",
        "SELECT count(*) > 0 FROM post WHERE thread_id IS NOT NULL",
        "SELECT count(*) > 0 FROM mention WHERE answered_at IS NOT NULL",
    ],
    ids=["first batch", "middle", "threads", "replies"],
)
def test_killed_and_repeated(
    file: Path, clean_rows: dict[str, list[tuple[object, ...]]], tmp_path: Path, moment: str
) -> None:
    database = tmp_path / "killed.sqlite3"
    command = [*COMMAND, "import", str(file), "--brand", "shop"]
    with subprocess.Popen(command, env=environment(database), stderr=subprocess.DEVNULL) as running:
        while running.poll() is None and not stored(database, moment):
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL, "it finished before it could be killed"
    succeed(database, "import", str(file), "--brand", "shop")
    assert rows(database) == clean_rows
