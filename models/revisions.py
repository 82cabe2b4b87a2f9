"""Counts the commits that change figures, and those that change triage, in the transaction itself.

What was measured before a commit need not be measured again if nothing that it rests on was written. All that writes
through ``models.database`` is counted, in whichever process; a change by other tools is not.
"""

import re
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect
from sqlmodel import Field, SQLModel

FIGURES, TRIAGE = "figures", "triage"
_TRIAGE = frozenset(("triage", "mention_tag", "triage_action", "triage_step", "saved_view", "person"))
_NEITHER = frozenset(
    (
        *("alembic_version", "api_key", "attachment", "delivery", "delivery_attempt", "due_job", "lease", "message"),
        *("revision", "sign_in", "thread_check"),
    )
)
"""Tables that a service writes to all day while nobody says anything new."""
_WRITES = re.compile(
    r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE
)
_MAY_WRITE = re.compile(r"\s*(?:WITH|REPLACE)\b.*\b(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE | re.DOTALL)
_COUNT = (
    "INSERT INTO revision (name, number) VALUES ('{name}', 1) "
    "ON CONFLICT (name) DO UPDATE SET number = revision.number + 1"
)
_KEY = "moment_listener_wrote"


class Revision(SQLModel, table=True):
    """How often something of a kind was committed."""

    name: str = Field(primary_key=True)
    number: int


def watch(engine: Engine) -> None:
    """Count from now on what is committed through this engine; once the table is there."""
    known = False

    def note(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        kind = kind_of(statement)
        if kind is not None:
            connection.info.setdefault(_KEY, set()).add(kind)

    def count(connection: Connection) -> None:
        nonlocal known
        kinds = connection.info.pop(_KEY, None)
        if not kinds:
            return
        known = known or inspect(connection).has_table("revision")
        # The last thing before the commit, so that on PostgreSQL others wait for the row as shortly as can be.
        for kind in sorted(kinds) if known else ():
            connection.exec_driver_sql(_COUNT.format(name=kind))

    def forget(connection: Connection) -> None:
        connection.info.pop(_KEY, None)

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", count)
    event.listen(engine, "rollback", forget)


def kind_of(statement: str) -> str | None:
    """Which revision a statement belongs to; None if it changes nothing that is measured."""
    written = _WRITES.match(statement)
    if written is None:
        return FIGURES if _MAY_WRITE.match(statement) else None
    table = written[1].lower()
    if table in _NEITHER:
        return None
    return TRIAGE if table in _TRIAGE else FIGURES
