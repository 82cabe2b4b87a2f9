"""A PostgreSQL of the tests' own: started, emptied, taken away. Tests are skipped where none is installed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from models.database import open_database


@contextmanager
def running() -> Iterator[str]:
    """The address of a server that nobody else has."""
    pgserver = pytest.importorskip("pgserver")
    folder = tempfile.mkdtemp(prefix="listener-pg-")  # not under a home that the server's own user cannot read
    started = pgserver.get_server(folder)
    try:
        yield str(started.get_uri())
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def empty(address: str) -> None:
    """Take all tables away."""
    opened = open_database(address, migrated=False)
    with opened.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    opened.dispose()
