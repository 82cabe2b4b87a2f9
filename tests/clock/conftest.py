"""Both databases, with migrated tables, in files and servers that several processes can open."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import open_database


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of this module's own."""
    pgserver = pytest.importorskip("pgserver")
    folder = tempfile.mkdtemp(prefix="listener-pg-")
    started = pgserver.get_server(folder)
    yield str(started.get_uri())
    started.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated database."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/clock.db"
    else:
        address = str(request.getfixturevalue("postgres"))
        opened = open_database(address, migrated=False)
        with opened.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        opened.dispose()
    open_database(address).dispose()
    return address
