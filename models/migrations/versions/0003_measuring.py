"""What measures keep: themes, links between posts, terms, imported scores, eases, business hours."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ease",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("journey", sqltypes.AutoString(), nullable=False),
        sa.Column("opportunity", sqltypes.AutoString(), nullable=False),
        sa.Column("design", sa.Integer(), nullable=False),
        sa.Column("engineering", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["brand.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand_id", "journey", "opportunity"),
    )
    with op.batch_alter_table("ease", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ease_brand_id"), ["brand_id"], unique=False)

    op.create_table(
        "survey_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("metric", sqltypes.AutoString(), nullable=False),
        sa.Column("stage", sqltypes.AutoString(), nullable=False),
        sa.Column("touchpoint", sqltypes.AutoString(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("since", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("until", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["brand.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand_id", "metric", "stage", "touchpoint", "since", "until"),
    )
    with op.batch_alter_table("survey_score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_score_brand_id"), ["brand_id"], unique=False)

    op.create_table(
        "theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("encoder", sqltypes.AutoString(), nullable=False),
        sa.Column("polarity", sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqltypes.AutoString(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("centroid", sa.LargeBinary(), nullable=False),
        sa.Column("radius", sa.Float(), nullable=False),
        sa.Column("created_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("fitted_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("retired_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["brand.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("theme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_theme_brand_id"), ["brand_id"], unique=False)

    op.create_table(
        "post_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqltypes.AutoString(), nullable=False),
        sa.Column("target", sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["post.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("post_id", "kind", "target"),
    )
    with op.batch_alter_table("post_link", schema=None) as batch_op:
        batch_op.create_index("ix_post_link_target", ["kind", "target"], unique=False)

    op.create_table(
        "post_terms",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("version", sqltypes.AutoString(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["post.id"],
        ),
        sa.PrimaryKeyConstraint("post_id"),
    )
    with op.batch_alter_table("brand", schema=None) as batch_op:
        batch_op.add_column(sa.Column("business_hours", sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("holidays", sqltypes.AutoString(), nullable=True))

    # Not in a batch, which would drop the table that labels and corrections refer to.
    op.execute("ALTER TABLE mention ADD COLUMN theme_id INTEGER REFERENCES theme (id)")
    op.create_index(op.f("ix_mention_theme_id"), "mention", ["theme_id"], unique=False)

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(
            "ix_post_measured",
            [
                "published_at",
                "id",
                "source",
                "kind",
                "language",
                "author_id",
                "duplicate_of_id",
                "gone_at",
                "replies_seen_seconds",
            ],
            unique=False,
        )
        batch_op.drop_index("ix_post_author_id")
        batch_op.create_index(
            "ix_post_author",
            ["author_id", "published_at", "id", "thread_id", "duplicate_of_id", "gone_at"],
            unique=False,
        )
