"""A change by any connection is counted for what it belongs to, on both databases; without one nothing changes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from models.database import open_database, session_of
from models.reads.version import Version, version_of
from models.revisions import FIGURES, TRIAGE, kind_of
from models.store.brands import BrandData, save_brand
from models.store.clock import take_lease
from models.tables import Brand
from tests.builders import NOW, memory
from tests.postgres import running

pytest.importorskip("pgserver")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/a.db"
        return
    with running() as address:
        yield address


def add_brand(engine: Engine, slug: str) -> None:
    with session_of(engine) as session:
        save_brand(session, BrandData(slug, slug.upper()))


def test_a_commit_elsewhere_is_seen_and_reading_is_not(address: str) -> None:
    watched, other = open_database(address), open_database(address)
    first = version_of(watched)
    with session_of(other) as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM post").all()
    assert version_of(watched) == first
    add_brand(other, "a")
    second = version_of(watched)
    assert second.figures > first.figures
    assert second.triage == first.triage
    add_brand(watched, "b")
    assert version_of(watched).figures > second.figures
    watched.dispose()
    other.dispose()


def test_what_is_rolled_back_is_not_counted(address: str) -> None:
    engine = open_database(address)
    add_brand(engine, "a")
    first = version_of(engine)
    with Session(engine) as session:
        save_brand(session, BrandData("b", "B"))
        session.rollback()
        assert session.get(Brand, 1) is not None
        session.commit()
    assert version_of(engine) == first
    engine.dispose()


def test_a_lease_changes_no_figure(address: str) -> None:
    engine = open_database(address)
    add_brand(engine, "a")
    first = version_of(engine)
    with session_of(engine) as session:
        assert take_lease(session, "round", "somebody", NOW, timedelta(minutes=1))
    assert version_of(engine) == first
    engine.dispose()


def test_a_database_in_memory_is_watched_too() -> None:
    engine = memory()
    first = version_of(engine)
    assert version_of(engine) == first == Version(0, 0)
    add_brand(engine, "a")
    assert version_of(engine) == Version(1, 0)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("SELECT * FROM mention", None),
        ("UPDATE mention SET stage = 'update'", FIGURES),
        ('  insert or ignore into "post" (id) values (1)', FIGURES),
        ("DELETE FROM triage WHERE mention_id = 1", TRIAGE),
        ("UPDATE lease SET holder = 'x'", None),
        ("WITH old AS (SELECT 1) DELETE FROM post", FIGURES),
        ("WITH old AS (SELECT 1) SELECT * FROM old", None),
        ("PRAGMA foreign_keys=ON", None),
    ],
)
def test_a_statement_belongs_to_what_it_writes(statement: str, kind: str | None) -> None:
    assert kind_of(statement) == kind
