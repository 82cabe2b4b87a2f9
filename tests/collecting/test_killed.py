"""Collecting that is killed at any point and run again leaves the same rows as one clean run: none lost, none twice."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from listener.cli.opening import open_store
from tests.collecting.clock import START, SimulatedClock, SimulatedNetwork
from tests.collecting.forum import Forum, serving
from tests.collecting.listening import Rows, listening, rows, settings_for
from tests.collecting.victim import sources
from tests.collecting.voices import talk

POINTS = 20
LONGEST_DELAY = 0.02


@dataclass
class Scene:
    """A forum, a process that collects from it on demand, an empty database, and what a clean run leaves."""

    url: str
    forum: Forum
    victim: subprocess.Popen[str]
    empty: Path
    request_count: int = 0
    clean: Rows | None = None

    def run(self, database: Path, kill_at: int | None = None, delay: float = 0.0) -> int:
        """Collect, and kill it so many seconds after that request; return the exit code."""
        reached = threading.Event()
        end = len(self.forum.paths) + (kill_at or 0)

        def watch(_path: str) -> None:
            if len(self.forum.paths) >= end:
                reached.set()

        self.forum.trouble = watch
        pid = int(self._tell(str(database)))
        if kill_at is not None:
            assert reached.wait(60), "it never asked that often"
            time.sleep(delay)
            os.kill(pid, signal.SIGKILL)
        return int(self._tell(""))

    def _tell(self, line: str) -> str:
        assert self.victim.stdin
        assert self.victim.stdout
        self.victim.stdin.write(f"{line}\n")
        self.victim.stdin.flush()
        return self.victim.stdout.readline()

    def database(self, folder: Path) -> Path:
        """A fresh one."""
        return Path(shutil.copy(self.empty, folder / "posts.db"))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Small pages, so that there are many commits to be killed between."""
    forum = Forum(page_size=2)
    talk(forum, random.Random(5), START, count=14, days=80)
    folder = tmp_path_factory.mktemp("clean")
    open_store(settings_for(folder / "empty.db")).dispose()
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with (
        serving(forum.answer) as url,
        subprocess.Popen(
            [sys.executable, "-m", "tests.collecting.victim", url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=kept,
            cwd=Path(__file__).parents[2],
        ) as victim,
    ):
        found = Scene(url, forum, victim, folder / "empty.db")
        database = found.database(folder)
        assert found.run(database) == 0
        found.clean, found.request_count = rows(database), len(forum.paths)
        yield found


@pytest.mark.parametrize("point", range(POINTS))
def test_killed_and_run_again(scene: Scene, point: int, tmp_path: Path) -> None:
    chance = random.Random(point)
    database = scene.database(tmp_path)
    at = 1 + point * (scene.request_count - 1) // POINTS + chance.randrange(3)
    assert scene.run(database, at, chance.uniform(0, LONGEST_DELAY)) == -signal.SIGKILL
    _finish(scene, database)


def test_killed_again_and_again(scene: Scene, tmp_path: Path) -> None:
    """Each time it comes further, though it is never left to finish."""
    chance = random.Random(11)
    database = scene.database(tmp_path)
    killed = [scene.run(database, chance.randrange(2, 9), chance.uniform(0, LONGEST_DELAY)) for _ in range(5)]
    assert killed == [-signal.SIGKILL] * 5
    _finish(scene, database)


def _finish(scene: Scene, database: Path) -> None:
    scene.forum.trouble = lambda _path: None
    settings = settings_for(database, *sources(scene.url))
    with listening(settings, SimulatedNetwork(SimulatedClock()), START) as found:
        assert [(summary.failure, summary.faults) for summary in found.collect()] == [(None, [])] * 2
    assert scene.clean
    left = rows(database)
    for table, wanted in scene.clean.items():
        assert left[table] == wanted, table
