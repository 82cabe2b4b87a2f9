"""A client over the sample posts, each test with a database of its own: a copy, since making one anew takes longer."""

import sqlite3
from typing import cast

import pytest
from sqlalchemy import Engine

from models.database import open_database
from tests.api.service import Client, filled


@pytest.fixture(scope="session")
def sample() -> Engine:
    """The sample posts; to be copied, not changed."""
    return filled()


@pytest.fixture
def client(sample: Engine) -> Client:
    """A service with the sample posts."""
    engine = open_database("sqlite://", migrated=False)
    _raw(sample).backup(_raw(engine))
    return Client(engine)


def _raw(engine: Engine) -> sqlite3.Connection:
    return cast(sqlite3.Connection, engine.raw_connection().driver_connection)
