"""Tells whether anything was written since the last look: what was measured before then need not be measured again."""

from sqlalchemy import Connection, Engine, text

Version = tuple[int, ...]


class DataVersion:
    """Watches one database. Not safe for several threads at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held: Connection | None = None

    def now(self) -> Version:
        """A value that differs from all before once any process has committed a change."""
        if self._engine.dialect.name == "sqlite":
            return self._of_sqlite()
        with self._engine.connect() as connection:  # each writing transaction takes a number
            found = connection.execute(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"))
            return (int(found.scalar_one()),)

    def close(self) -> None:
        """Give the connection back."""
        if self._held is not None:
            self._held.close()

    def _of_sqlite(self) -> Version:
        """The commits of other connections that one connection has seen, and the rows that itself has changed.

        So it is held and never writes; a database in memory has but one connection, which writes for all.
        """
        if self._held is None or self._held.closed:
            self._held = self._engine.connect()
        asked = ("PRAGMA data_version", "SELECT total_changes()")
        try:
            return tuple(int(self._held.execute(text(one)).scalar_one()) for one in asked)
        finally:
            self._held.rollback()
