"""A person asks what is stored of them, and to be forgotten: nothing comes back, and no word stays in the file."""

import json
from pathlib import Path

import pytest

from tests.acceptance.running import listener, succeed
from tests.builders import lines, post, reply

WORDS = "Sitruuna kettle broke on day three"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    file = tmp_path / "posts.db"
    (tmp_path / "posts.jsonl").write_bytes(_posts())
    succeed(file, "import", str(tmp_path / "posts.jsonl"), "--brand", "amber-roast")
    return file


def _posts() -> bytes:
    return lines([post("1", WORDS, author="Ann"), reply("2", "1", hours=1), post("3", author="bea", hours=2)])


def test_export_holds_the_persons_posts_alone(database: Path) -> None:
    rows = [
        json.loads(line)
        for line in succeed(database, "export", "--author", "@ann", "--source", "mastodon").splitlines()
    ]
    assert [row["source_id"] for row in rows] == ["1"]
    assert rows[0]["text"] == WORDS
    assert rows[0]["author"]["handle"] == "Ann"
    assert rows[0]["mentions"][0]["relation"] == "indirect"


def test_the_forgotten_stay_forgotten(database: Path) -> None:
    succeed(database, "forget", "--author", "ann", "--source", "mastodon")
    assert b"Sitruuna" not in database.read_bytes()
    wal = Path(f"{database}-wal")
    assert not wal.exists() or b"Sitruuna" not in wal.read_bytes()
    succeed(database, "import", str(database.parent / "posts.jsonl"), "--brand", "amber-roast")
    assert b"Sitruuna" not in database.read_bytes()
    done = listener(database, "export", "--author", "ann", "--source", "mastodon")
    assert b"nobody called" in done.stderr


def test_a_stranger_and_the_brand_are_refused(database: Path) -> None:
    for name, reason in (("nobody", b"nobody called"), ("amberroast", b"own account")):
        done = listener(database, "forget", "--author", name, "--source", "mastodon")
        assert done.returncode == 1
        assert reason in done.stderr
