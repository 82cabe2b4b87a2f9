"""Empty databases of both kinds: SQLite in memory, and a PostgreSQL that the tests of this folder share."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel

from models.database import open_database
from tests.builders import memory
from tests.postgres import running

NewEngine = Callable[[], Engine]


@pytest.fixture(scope="package")
def postgres() -> Iterator[Engine]:
    """A migrated database on a server of this folder's own."""
    with running() as address:
        engine = open_database(address)
        yield engine
        engine.dispose()


@pytest.fixture(scope="package")
def empty_postgres(postgres: Engine) -> NewEngine:
    """Empties that database, ids included, and gives it out."""
    names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)

    def emptied() -> Engine:
        with postgres.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        return postgres

    return emptied


@pytest.fixture(params=["sqlite", "postgresql"])
def new_engine(request: pytest.FixtureRequest) -> NewEngine:
    """Makes an empty database; of PostgreSQL there is one, which is emptied."""
    if request.param == "sqlite":
        return memory
    emptied: NewEngine = request.getfixturevalue("empty_postgres")
    return emptied
