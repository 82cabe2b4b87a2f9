"""When sources are asked next: known while something is there to ask them, and unknown otherwise."""

import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listener.clock.jobs import Job, run_due
from listener.clock.schedule import Every
from listener.pipeline.health import next_check
from models.database import open_database, session_of
from models.reads.clock import OVERDUE, PASS, RUN, next_pass, run_of
from models.store.clock import drop_job, note_due
from models.tables import Stream
from tests.acceptance.running import COMMAND, environment

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
PATIENCE = 120


def test_whoever_asks_first_says_when(url: str) -> None:
    engine = open_database(url)
    with session_of(engine) as session:
        assert next_pass(session, "amber-roast", NOW) is None
        note_due(session, RUN, NOW + 2 * QUARTER, NOW)
        note_due(session, run_of("north-beans"), NOW + QUARTER, NOW)
        assert next_pass(session, "amber-roast", NOW) == NOW + 2 * QUARTER
        assert next_pass(session, "north-beans", NOW) == NOW + QUARTER
        note_due(session, run_of("north-beans"), NOW + 3 * QUARTER, NOW)
        assert next_pass(session, "north-beans", NOW) == NOW + 2 * QUARTER
        drop_job(session, RUN)
        assert next_pass(session, "amber-roast", NOW) is None
    engine.dispose()


def test_the_clock_of_the_workers_says_it_too(url: str) -> None:
    engine = open_database(url)
    run_due(engine, [Job(PASS, Every(QUARTER), lambda _due: None)], lambda: NOW)
    with session_of(engine) as session:
        assert next_pass(session, "amber-roast", NOW) == NOW + QUARTER
    engine.dispose()


def test_a_time_that_has_long_passed_is_nobodys(url: str) -> None:
    engine = open_database(url)
    with session_of(engine) as session:
        note_due(session, RUN, NOW, NOW)
        assert next_pass(session, "amber-roast", NOW + OVERDUE) == NOW
        assert next_pass(session, "amber-roast", NOW + OVERDUE + timedelta(seconds=1)) is None
    engine.dispose()


@pytest.mark.parametrize(
    ("rests", "following", "wanted"),
    [
        (None, NOW, NOW),
        (NOW + QUARTER, NOW, NOW + QUARTER),
        (NOW - QUARTER, NOW, NOW),
        (NOW + QUARTER, None, None),
    ],
)
def test_a_host_that_rests_is_asked_after_that(
    rests: datetime | None, following: datetime | None, wanted: datetime | None
) -> None:
    stream = Stream(brand_id=1, source="mastodon", key="k", title="mastodon", rests_until=rests)
    assert next_check(stream, following) == wanted


def test_a_run_that_keeps_going_says_when_and_takes_it_back_at_its_end(tmp_path: Path) -> None:
    (tmp_path / "listener.toml").write_text('[[brand]]\nslug = "amber-roast"\nname = "Amber Roast"\n', encoding="utf-8")
    file = tmp_path / "run.db"
    command = [*COMMAND, "run", "--every", "2h", "--config", str(tmp_path / "listener.toml")]
    running = subprocess.Popen(command, env=environment(file) | {"XDG_DATA_HOME": str(tmp_path)}, cwd=tmp_path)
    engine = open_database(f"sqlite:///{file}")
    try:
        end = time.monotonic() + PATIENCE
        found = None
        while time.monotonic() < end and (found is None or found < datetime.now(UTC) + timedelta(hours=1)):
            time.sleep(1)
            assert running.poll() is None
            with session_of(engine) as session:
                found = next_pass(session, "amber-roast", datetime.now(UTC))
        assert found is not None
        assert timedelta(hours=1) < found - datetime.now(UTC) < timedelta(hours=2)
        running.send_signal(signal.SIGINT)
        running.wait(30)
        with session_of(engine) as session:
            assert next_pass(session, "amber-roast", datetime.now(UTC)) is None
    finally:
        running.kill()
        engine.dispose()
