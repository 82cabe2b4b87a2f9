"""How long posts are kept and up to when they were removed; until when a source's host rests."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("brand", sa.Column("keep_days", sa.Integer(), nullable=True))
    op.add_column("brand", sa.Column("removed_until", sqltypes.UTCDateTime(), nullable=True))
    op.add_column("stream", sa.Column("rests_until", sqltypes.UTCDateTime(), nullable=True))
