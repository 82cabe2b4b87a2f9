"""Triage: who does what until when, tags, saved views, and the order in which waiting posts are read."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

from models.urgency import OPEN, create_urgency_triggers, set_urgencies

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mention", sa.Column("urgency_rank", sa.Integer(), server_default="54", nullable=False))
    op.add_column("label", sa.Column("threshold", sa.Float(), nullable=True))
    set_urgencies(op.get_bind())
    create_urgency_triggers(op.get_bind())
    is_open = sa.text(OPEN.replace("mention.", ""))
    op.create_index(
        "ix_mention_open",
        "mention",
        [
            *("brand_id", "urgency_rank", "published_at", "id", "post_id", "source", "kind", "language", "stage"),
            *("sentiment", "is_complaint", "relation", "theme_id", "is_confident", "replies_seen_seconds", "standing"),
            *("needs_response", "answered_at", "redirected_at", "handled_at"),
        ],
        unique=False,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    _create_states()
    _create_actions()
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sqltypes.AutoString(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("name", sqltypes.AutoString(), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("created_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "brand_id", "name"),
    )
    op.create_index("ix_saved_view_brand_id", "saved_view", ["brand_id"], unique=False)


def _create_states() -> None:
    op.create_table(
        "triage",
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("assignee", sqltypes.AutoString(), nullable=True),
        sa.Column("snoozed_until", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"]),
        sa.PrimaryKeyConstraint("mention_id"),
    )
    op.create_index("ix_triage_assignee", "triage", ["assignee"], unique=False)
    op.create_index("ix_triage_snoozed_until", "triage", ["snoozed_until"], unique=False)

    op.create_table(
        "mention_tag",
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("tag", sqltypes.AutoString(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"]),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"]),
        sa.PrimaryKeyConstraint("mention_id", "tag"),
    )
    op.create_index("ix_mention_tag_brand", "mention_tag", ["brand_id", "tag", "mention_id"], unique=False)


def _create_actions() -> None:
    op.create_table(
        "triage_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sqltypes.AutoString(), nullable=False),
        sa.Column("value", sqltypes.AutoString(), nullable=True),
        sa.Column("author", sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("undone_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("undone_by", sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )

    op.create_table(
        "triage_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["action_id"], ["triage_action.id"]),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"]),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("action_id", "mention_id"),
    )
    op.create_index("ix_triage_step_mention_id", "triage_step", ["mention_id"], unique=False)
    op.create_index("ix_triage_step_correction_id", "triage_step", ["correction_id"], unique=False)
