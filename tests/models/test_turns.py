"""Processes that start, or save the same posts, at the same moment: nobody fails, nothing is there twice."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import func, select

from listener.cli.opening import open_store
from listener.pipeline.linking import link
from listener.settings import Settings
from models.database import open_database, session_of
from models.store.turns import POSTS, take_turn
from models.tables import Brand, Mention, OwnedAuthor, Post
from tests.builders import a_brand, bring, post
from tests.models.test_store import prepared, save
from tests.postgres import empty, running

MANY = 8


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('turns')}/posts.db"
        return
    with running() as address:
        yield address


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    """The database without a row."""
    if address.startswith("sqlite"):
        Path(address.removeprefix("sqlite:///")).unlink(missing_ok=True)
    else:
        empty(address)
    opened = open_database(address)
    yield opened
    opened.dispose()


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """What many give who all begin at the same moment."""
    ready = threading.Barrier(MANY)

    def one(number: int) -> Any:
        ready.wait(20)
        return act(number)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def count(engine: Engine, *tables: Any) -> list[int]:
    with session_of(engine) as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in tables]


def test_many_may_start_at_once(engine: Engine, address: str) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("workers share a PostgreSQL")
    brands = [{"slug": f"b{n}", "name": f"Brand {n}", "owned": {"forum": ["one", "two"]}} for n in range(5)]
    settings = Settings.model_validate({"database_url": address, "brand": brands})
    for opened in at_once(lambda _: open_store(settings)):
        opened.dispose()
    assert count(engine, Brand, OwnedAuthor) == [5, 10]


def test_the_same_posts_may_be_saved_for_many_brands_at_once(engine: Engine) -> None:
    ids = [a_brand(engine, f"brand-{number}", f"account{number}").id for number in range(MANY)]
    posts = [str(number) for number in range(30)]

    def act(number: int) -> None:
        with session_of(engine) as session:
            save(session, *(prepared(source_id, brand_id=ids[number]) for source_id in posts))

    at_once(act)
    assert count(engine, Post, Mention) == [30, 30 * MANY]


def test_a_post_that_comes_while_linking_is_not_called_linked(engine: Engine) -> None:
    """Saving waits for whoever has the turn, so that linking cannot call linked what it has not read."""
    brand = a_brand(engine)
    bring(engine, brand, [post("1")])
    saved = threading.Event()

    def come() -> None:
        with session_of(engine) as session:
            save(session, prepared("2", brand_id=brand.id))
        saved.set()

    coming = threading.Thread(target=come)
    with session_of(engine) as session:
        take_turn(session, POSTS)
        coming.start()
        assert not saved.wait(0.5)
    coming.join(20)
    assert saved.is_set()
    assert link(engine) == 1
