"""What collectors keep: streams, gaps, thread checks; tombstones of posts that are gone."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replies_seen_seconds", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("gone_at", sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("gone_reason", sqltypes.AutoString(), nullable=True))

    op.create_table(
        "stream",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("source", sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqltypes.AutoString(), nullable=False),
        sa.Column("title", sqltypes.AutoString(), nullable=False),
        sa.Column("covers_from", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("covers_until", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("open_pass", sa.JSON(), nullable=True),
        sa.Column("revisited", sa.JSON(), nullable=False),
        sa.Column("validators", sa.JSON(), nullable=False),
        sa.Column("checked_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("failed_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("failure", sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"]),
        sa.ForeignKeyConstraint(["source"], ["source.name"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand_id", "source", "key"),
    )
    with op.batch_alter_table("stream", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stream_brand_id"), ["brand_id"], unique=False)

    op.create_table(
        "coverage_gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stream_id", sa.Integer(), nullable=False),
        sa.Column("gap_from", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("gap_until", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("reason", sqltypes.AutoString(), nullable=False),
        sa.Column("found_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("coverage_gap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coverage_gap_stream_id"), ["stream_id"], unique=False)

    op.create_table(
        "thread_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stream_id", sa.Integer(), nullable=False),
        sa.Column("root_source_id", sqltypes.AutoString(), nullable=False),
        sa.Column("active_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("checked_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("due_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("stream_id", "root_source_id"),
    )
    with op.batch_alter_table("thread_check", schema=None) as batch_op:
        batch_op.create_index("ix_thread_check_due", ["stream_id", "due_at"], unique=False)
