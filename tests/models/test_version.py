"""A change by any connection is seen, and without one nothing changes."""

from pathlib import Path

from models.database import open_database, session_of
from models.reads.version import DataVersion
from models.store.brands import BrandData, save_brand
from tests.builders import memory


def test_a_commit_elsewhere_is_seen_and_reading_is_not(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    watched, other = open_database(url), open_database(url)
    version = DataVersion(watched)
    first = version.now()
    with session_of(other) as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM post").all()
    assert version.now() == first
    with session_of(other) as session:
        save_brand(session, BrandData("a", "A"))
    second = version.now()
    assert second != first
    with session_of(watched) as session:  # a connection of the same pool, but not the one that watches
        save_brand(session, BrandData("b", "B"))
    assert version.now() not in (first, second)
    version.close()
    watched.dispose()
    other.dispose()


def test_a_database_in_memory_is_watched_too() -> None:
    engine = memory()
    version = DataVersion(engine)
    first = version.now()
    assert version.now() == first
    with session_of(engine) as session:
        save_brand(session, BrandData("a", "A"))
    assert version.now() != first
