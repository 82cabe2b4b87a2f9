"""Makes a trigger on SQLite or PostgreSQL from one statement; says nothing of what it keeps true."""

from sqlalchemy import Connection, text

OF_AUTHOR = "post_id IN (SELECT id FROM post WHERE author_id = NEW.id)"
"""Which mentions a change of an author is about."""


def create_trigger(connection: Connection, name: str, event: str, differs: str, statement: str) -> None:
    """``event`` is e.g. ``UPDATE OF rating ON post``; where ``differs`` is not empty, only rows of which it holds."""
    when = f"AFTER {event} FOR EACH ROW" + (f" WHEN ({differs})" if differs else "")
    if connection.dialect.name == "postgresql":
        body = f"BEGIN {statement}; RETURN NULL; END"
        connection.execute(text(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"))
        connection.execute(text(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()"))
    else:
        connection.execute(text(f"CREATE TRIGGER {name} {when} BEGIN {statement}; END"))


def differs(*names: str) -> str:
    """That any of these columns has changed."""
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names)
