"""Keeps true the columns of ``mention`` that repeat its post and author: by triggers, so that no writer can forget.

Each row's copies are set by one statement. A change here needs a migration; and one that makes ``post``, ``author`` or
``mention`` anew (a batch on SQLite) drops their triggers and must call ``create_triggers`` again.
"""

from sqlalchemy import Connection, text

COPIED = ("published_at", "source", "kind", "language", "author_id", "replies_seen_seconds")
_STANDING = """CASE
    WHEN mention.relation = 'own' OR p.gone_at IS NOT NULL OR a.owner_id IS NOT NULL OR coalesce(a.is_bot, false)
        THEN 0
    WHEN p.duplicate_of_id IS NOT NULL THEN 1 ELSE 2 END"""
"""As ``models.words.Standing``."""
_SET = f"""UPDATE mention SET ({", ".join(COPIED)}, standing) = (
    SELECT {", ".join(f"p.{name}" for name in COPIED)}, {_STANDING}
    FROM post p LEFT JOIN author a ON a.id = p.author_id WHERE p.id = mention.post_id)"""


def set_standings(connection: Connection) -> None:
    """Set the copies of every mention, as a migration does once."""
    connection.execute(text(_SET))


def create_triggers(connection: Connection) -> None:
    """Make the triggers, on SQLite or PostgreSQL; the tables are to be there."""
    make = _on_postgresql if connection.dialect.name == "postgresql" else _on_sqlite
    for name, event, condition, which in (
        ("mention_added", "INSERT ON mention", "", "id = NEW.id"),
        ("mention_related", "UPDATE OF relation ON mention", _differs("relation"), "id = NEW.id"),
        (
            "post_changed",
            f"UPDATE OF {', '.join(_WATCHED)} ON post",
            _differs(*_WATCHED),
            "post_id = NEW.id",
        ),
        (
            "author_changed",
            "UPDATE OF owner_id, is_bot ON author",
            _differs("owner_id", "is_bot"),
            "post_id IN (SELECT id FROM post WHERE author_id = NEW.id)",
        ),
    ):
        for statement in make(name, f"AFTER {event} FOR EACH ROW {condition}", f"{_SET} WHERE mention.{which}"):
            connection.execute(text(statement))


_WATCHED = (*COPIED, "duplicate_of_id", "gone_at")


def _differs(*names: str) -> str:
    return "WHEN (" + " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names) + ")"


def _on_sqlite(name: str, when: str, statement: str) -> list[str]:
    return [f"CREATE TRIGGER {name} {when} BEGIN {statement}; END"]


def _on_postgresql(name: str, when: str, statement: str) -> list[str]:
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statement}; RETURN NULL; END $$",
        f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()",
    ]
