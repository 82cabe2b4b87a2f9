"""Opens the database and brings its tables up to date; the URL is handed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from models.errors import StoreError
from models.revisions import watch

_SQLITE = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON")
FEW = 1_000
"""Posts up to which it does not matter in which order they are found."""
_MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str, *, migrated: bool = True) -> Engine:
    """Connect to an SQLite or PostgreSQL URL and, unless told otherwise, apply what migrations are missing.

    Raises StoreError if the URL is malformed, its driver is not installed or nobody answers there.
    """
    try:
        engine = _create(url)
        if migrated:
            migrate(engine)
        watch(engine)
        return engine
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise StoreError(f"database URL {_public(url)!r}: {error}; try sqlite:///posts.db") from error
    except ModuleNotFoundError as error:
        raise StoreError(f"database driver missing ({error.name}): pip install 'moment-listener[postgres]'") from error
    except OSError as error:
        raise StoreError(f"cannot open database {_public(url)!r}: {error.strerror or error}") from error
    except DatabaseError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise StoreError(f"cannot open database {_public(url)!r}: {reason}") from error


def migrate(engine: Engine, revision: str = "head") -> None:
    """Apply the migrations that are missing up to a revision; does nothing on a database that is up to date."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    try:
        with engine.begin() as connection:
            _serialise_migrations(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    except CommandError as error:
        raise StoreError(f"the database was made by a newer version: {error}") from error


def refresh_statistics(engine: Engine) -> bool:
    """Let SQLite look anew at how much lies in its tables, once there is twice as much; say whether it did.

    Without, it walks a brand's whole history to find a week. It takes some seconds a million posts; PostgreSQL does it
    by itself.
    """
    if engine.dialect.name != "sqlite":
        return False
    with engine.begin() as connection:
        last = connection.exec_driver_sql("SELECT max(id) FROM post").scalar() or 0
        has = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'").scalar()
        known = connection.exec_driver_sql("SELECT stat FROM sqlite_stat1 WHERE tbl = 'post'").scalar() if has else None
        if last < FEW or 2 * int(str(known or 0).split()[0]) > last:
            return False
        connection.exec_driver_sql("ANALYZE")
    return True


@contextmanager
def session_of(engine: Engine) -> Iterator[Session]:
    """A session that commits when the block ends well and rolls back when it does not."""
    with Session(engine, expire_on_commit=False) as session:
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


def _create(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() == "postgresql" and address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True)
    options: dict[str, Any] = {}
    if address.database in (None, "", ":memory:"):
        options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    else:
        file = Path(str(address.database)).expanduser()
        file.parent.mkdir(parents=True, exist_ok=True)
        address = address.set(database=str(file))
    engine = create_engine(address, **options)
    event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: Any, _record: Any) -> None:
    """Write-ahead logging lets pages read while an import writes; a killed writer leaves whole transactions.

    What is deleted is overwritten, so that the words of a forgotten person do not stay in free pages of the file.
    """
    cursor = connection.cursor()
    for pragma in _SQLITE:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _serialise_migrations(connection: Any) -> None:
    """Let one process migrate at a time on PostgreSQL; SQLite locks the whole file by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(7331001)"))


def _public(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return url
