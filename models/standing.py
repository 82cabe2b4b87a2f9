"""Keeps true the columns of ``mention`` that repeat its post and author: by triggers, so that no writer can forget.

Each row's copies are set by one statement. A change here needs a migration; and one that makes ``post``, ``author`` or
``mention`` anew (a batch on SQLite) drops their triggers and must call ``create_triggers`` again.
"""

from sqlalchemy import Connection, text

from models.triggers import OF_AUTHOR, create_trigger, differs

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
    for name, event, changed, which in (
        ("mention_added", "INSERT ON mention", "", "id = NEW.id"),
        ("mention_related", "UPDATE OF relation ON mention", differs("relation"), "id = NEW.id"),
        ("post_changed", f"UPDATE OF {', '.join(_WATCHED)} ON post", differs(*_WATCHED), "post_id = NEW.id"),
        ("author_changed", "UPDATE OF owner_id, is_bot ON author", differs("owner_id", "is_bot"), OF_AUTHOR),
    ):
        create_trigger(connection, name, event, changed, f"{_SET} WHERE mention.{which}")


_WATCHED = (*COPIED, "duplicate_of_id", "gone_at")
