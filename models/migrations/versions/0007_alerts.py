"""Alerts, the messages sent on them and the log of their delivery, leases, and when jobs are due."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_Text = sqltypes.AutoString
_Time = sqltypes.UTCDateTime


def upgrade() -> None:
    _alerts()
    _messages()
    _clock()


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("kind", _Text(), nullable=False),
        sa.Column("subject", _Text(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("opened_at", _Time(), nullable=False),
        sa.Column("seen_at", _Time(), nullable=False),
        sa.Column("ended_at", _Time(), nullable=True),
        sa.Column("closed_at", _Time(), nullable=True),
        sa.Column("snoozed_until", _Time(), nullable=True),
        sa.Column("told_at", _Time(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("post_ids", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand_id", "subject", "episode"),
    )
    op.create_index("ix_alert_going", "alert", ["brand_id", "ended_at"], unique=False)


def _messages() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", _Text(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("kind", _Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", _Time(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_message_key", "message", ["key"], unique=True)
    op.create_index("ix_message_brand_id", "message", ["brand_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("name", _Text(), nullable=False),
        sa.Column("media_type", _Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_attachment_message_id", "attachment", ["message_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("channel", _Text(), nullable=False),
        sa.Column("state", _Text(), nullable=False),
        sa.Column("due_at", _Time(), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("claimed_until", _Time(), nullable=True),
        sa.Column("ended_at", _Time(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id", "channel"),
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "due_at"], unique=False)
    op.create_table(
        "delivery_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("attempted_at", _Time(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_delivery_attempt_delivery_id", "delivery_attempt", ["delivery_id"], unique=False)


def _clock() -> None:
    op.create_table(
        "lease",
        sa.Column("name", _Text(), nullable=False),
        sa.Column("holder", _Text(), nullable=False),
        sa.Column("expires_at", _Time(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "due_job",
        sa.Column("name", _Text(), nullable=False),
        sa.Column("due_at", _Time(), nullable=False),
        sa.Column("done_at", _Time(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
