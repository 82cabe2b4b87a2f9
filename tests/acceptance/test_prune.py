"""Old posts are counted first and removed when told so; no word of them stays in the file, none comes back."""

from pathlib import Path

import pytest

from tests.acceptance.running import listener, succeed
from tests.builders import lines, post, reply

WORDS = "Sitruuna kettle broke on day three"
OLD = [
    post("1", WORDS, author="Ann"),
    reply("2", "1", hours=1),
    post("3", f"copied: {WORDS}, and it still drips", author="bea", hours=2),
    post("4", f"copied: {WORDS}, and it still drips", author="eve", hours=3),
]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "posts.db"
    old = [one | {"published_at": one["published_at"].replace("2026", "2021")} for one in OLD]
    (tmp_path / "posts.jsonl").write_bytes(lines(old))
    succeed(file, "import", str(tmp_path / "posts.jsonl"), "--brand", "amber-roast")
    return file


def test_counted_first_then_removed_for_good(database: Path) -> None:
    Path("listener.toml").write_text("keep_days = 700\n", encoding="utf-8")
    counted = listener(database, "prune")
    assert counted.returncode == 0
    assert b"4 posts in 3 threads are older" in counted.stderr
    assert b"nothing was removed" in counted.stderr
    assert b"4 posts removed" in listener(database, "prune", "--yes").stderr
    for file in (database, Path(f"{database}-wal")):
        assert not file.exists() or b"Sitruuna" not in file.read_bytes()
    succeed(database, "import", "posts.jsonl", "--brand", "amber-roast")
    assert b"Sitruuna" not in database.read_bytes()
    assert b"0 posts in 0 threads" in listener(database, "prune", "--yes").stderr


def test_without_a_number_of_days_nothing_goes(database: Path) -> None:
    done = listener(database, "prune", "--yes")
    assert done.returncode == 1
    assert b"set keep_days" in done.stderr
    assert b"Sitruuna" in database.read_bytes() or b"Sitruuna" in Path(f"{database}-wal").read_bytes()


@pytest.mark.parametrize("days", ["0", "-1", '"forever"', "40000", "1.5"])
def test_what_is_no_number_of_days_is_refused(database: Path, days: str) -> None:
    Path("listener.toml").write_text(f"keep_days = {days}\n", encoding="utf-8")
    done = listener(database, "prune", "--yes")
    assert done.returncode == 1
    assert b"keep_days" in done.stderr
