"""Mentions repeat what measures need of their posts and authors; triggers keep them true."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

from models.standing import create_triggers, set_standings

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("handled_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("standing", sa.Integer(), server_default="0", nullable=False),
        sa.Column("published_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("source", sqltypes.AutoString(), nullable=True),
        sa.Column("kind", sqltypes.AutoString(), nullable=True),
        sa.Column("language", sqltypes.AutoString(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("replies_seen_seconds", sa.BigInteger(), nullable=True),
    ):
        op.add_column("mention", column)
    set_standings(op.get_bind())
    op.create_index(
        "ix_mention_measured",
        "mention",
        [
            *("brand_id", "standing", "published_at", "post_id", "source", "kind", "language", "author_id", "relation"),
            *("stage", "sentiment", "is_complaint", "needs_response", "theme_id", "answered_at", "redirected_at"),
            *("handled_at", "replies_seen_seconds", "model", "addressed_to", "is_confident"),
        ],
        unique=False,
    )
    op.drop_index("ix_post_measured", "post")
    create_triggers(op.get_bind())
