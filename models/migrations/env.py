"""Alembic's entry point: runs on the connection that ``models.database.migrate`` hands in."""

from alembic import context
from sqlmodel import SQLModel

import models.alert_tables
import models.inbox_tables
import models.people_tables
import models.revisions
import models.tables
import models.weekly_tables  # noqa: F401

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
