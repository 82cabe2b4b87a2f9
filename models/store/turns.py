"""Lets one process at a time do what must not overlap: look for a row and add it, read what is new and call it done."""

from sqlalchemy import text
from sqlmodel import Session

POSTS = "posts"
BRANDS = "brands"


def take_turn(session: Session, name: str) -> None:
    """Wait until no other process is at what the name stands for; the turn ends with the transaction.

    To be called before anything is read that is then relied on. SQLite has one turn for all that is written.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
    elif not getattr(connection.connection.driver_connection, "in_transaction", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
