"""Both databases, with migrated tables, in files and servers that several processes can open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import open_database
from tests.postgres import empty, running


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of this module's own."""
    with running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated database."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/clock.db"
    else:
        address = str(request.getfixturevalue("postgres"))
        empty(address)
    open_database(address).dispose()
    return address
