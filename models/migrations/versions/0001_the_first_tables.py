"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqltypes.AutoString(), nullable=False),
        sa.Column("timezone", sqltypes.AutoString(), nullable=False),
        sa.Column("promised_first_response_seconds", sa.Integer(), nullable=True),
        sa.Column("rivals", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("brand", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brand_slug"), ["slug"], unique=True)

    op.create_table(
        "source",
        sa.Column("name", sqltypes.AutoString(), nullable=False),
        sa.Column("reply_visibility", sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sqltypes.AutoString(), nullable=False),
        sa.Column("source_id", sqltypes.AutoString(), nullable=False),
        sa.Column("account", sqltypes.AutoString(), nullable=False),
        sa.Column("handle", sqltypes.AutoString(), nullable=True),
        sa.Column("name", sqltypes.AutoString(), nullable=True),
        sa.Column("followers", sa.BigInteger(), nullable=True),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["brand.id"],
        ),
        sa.ForeignKeyConstraint(
            ["source"],
            ["source.name"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "source_id"),
    )
    with op.batch_alter_table("author", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_author_account"), ["account"], unique=False)
        batch_op.create_index(batch_op.f("ix_author_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "coverage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("source", sqltypes.AutoString(), nullable=False),
        sa.Column("covers_until", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("checked_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["brand.id"],
        ),
        sa.ForeignKeyConstraint(
            ["source"],
            ["source.name"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand_id", "source"),
    )
    op.create_table(
        "owned_author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("source", sqltypes.AutoString(), nullable=False),
        sa.Column("account", sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["brand.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand_id", "source", "account"),
    )
    with op.batch_alter_table("owned_author", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_owned_author_brand_id"), ["brand_id"], unique=False)

    op.create_table(
        "query",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("name", sqltypes.AutoString(), nullable=False),
        sa.Column("expression", sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["brand.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand_id", "name"),
    )
    with op.batch_alter_table("query", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_query_brand_id"), ["brand_id"], unique=False)

    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqltypes.AutoString(), nullable=True),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("finished_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("new_count", sa.Integer(), nullable=False),
        sa.Column("changed_count", sa.Integer(), nullable=False),
        sa.Column("unchanged_count", sa.Integer(), nullable=False),
        sa.Column("bad_count", sa.Integer(), nullable=False),
        sa.Column("error", sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["brand.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_brand_id"), ["brand_id"], unique=False)

    op.create_table(
        "thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sqltypes.AutoString(), nullable=False),
        sa.Column("root_source_id", sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source"],
            ["source.name"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "root_source_id"),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sqltypes.AutoString(), nullable=False),
        sa.Column("source_id", sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("kind", sqltypes.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raw_text", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("language", sqltypes.AutoString(), nullable=False),
        sa.Column("published_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("collected_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("parent_source_id", sqltypes.AutoString(), nullable=True),
        sa.Column("thread_source_id", sqltypes.AutoString(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("likes_count", sa.BigInteger(), nullable=True),
        sa.Column("replies_count", sa.BigInteger(), nullable=True),
        sa.Column("reposts_count", sa.BigInteger(), nullable=True),
        sa.Column("views_count", sa.BigInteger(), nullable=True),
        sa.Column("content_hash", sqltypes.AutoString(), nullable=False),
        sa.Column("text_hash", sqltypes.AutoString(), nullable=False),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("reply_kind", sqltypes.AutoString(), nullable=True),
        sa.Column("is_pending", sa.Boolean(), nullable=False),
        sa.Column("seen_run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["author.id"],
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"],
            ["post.id"],
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["post.id"],
        ),
        sa.ForeignKeyConstraint(
            ["seen_run_id"],
            ["run.id"],
        ),
        sa.ForeignKeyConstraint(
            ["source"],
            ["source.name"],
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["thread.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "source_id"),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_duplicate_of_id"), ["duplicate_of_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_is_pending"), ["is_pending"], unique=False)
        batch_op.create_index("ix_post_parent", ["source", "parent_source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_post_recent", ["published_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_text_hash"), ["text_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_thread_id"), ["thread_id"], unique=False)

    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("query_id", sa.Integer(), nullable=True),
        sa.Column("relation", sqltypes.AutoString(), nullable=False),
        sa.Column("stage", sqltypes.AutoString(), nullable=True),
        sa.Column("sentiment", sqltypes.AutoString(), nullable=True),
        sa.Column("is_complaint", sa.Boolean(), nullable=True),
        sa.Column("needs_response", sa.Boolean(), nullable=True),
        sa.Column("addressed_to", sqltypes.AutoString(), nullable=True),
        sa.Column("is_confident", sa.Boolean(), nullable=True),
        sa.Column("model", sqltypes.AutoString(), nullable=True),
        sa.Column("answered_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("redirected_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("acknowledged_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["brand.id"],
        ),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["post.id"],
        ),
        sa.ForeignKeyConstraint(
            ["query_id"],
            ["query.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("post_id", "brand_id"),
    )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_brand_id"), ["brand_id"], unique=False)
        batch_op.create_index("ix_mention_brand_stage", ["brand_id", "stage"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_model"), ["model"], unique=False)

    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("field", sqltypes.AutoString(), nullable=False),
        sa.Column("value", sqltypes.AutoString(), nullable=False),
        sa.Column("author", sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("undone_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mention_id"],
            ["mention.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_mention_id"), ["mention_id"], unique=False)

    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("model", sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("stage", sqltypes.AutoString(), nullable=False),
        sa.Column("stage_probabilities", sa.JSON(), nullable=False),
        sa.Column("sentiment", sqltypes.AutoString(), nullable=False),
        sa.Column("sentiment_probabilities", sa.JSON(), nullable=False),
        sa.Column("complaint", sa.Float(), nullable=False),
        sa.Column("needs_response", sa.Float(), nullable=False),
        sa.Column("addressed_to", sqltypes.AutoString(), nullable=False),
        sa.Column("is_confident", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"],
            ["mention.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mention_id", "model"),
    )
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_mention_id"), ["mention_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_mention_id"))

    op.drop_table("label")
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_mention_id"))

    op.drop_table("correction")
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_model"))
        batch_op.drop_index("ix_mention_brand_stage")
        batch_op.drop_index(batch_op.f("ix_mention_brand_id"))

    op.drop_table("mention")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_thread_id"))
        batch_op.drop_index(batch_op.f("ix_post_text_hash"))
        batch_op.drop_index("ix_post_recent")
        batch_op.drop_index(batch_op.f("ix_post_parent_id"))
        batch_op.drop_index("ix_post_parent")
        batch_op.drop_index(batch_op.f("ix_post_is_pending"))
        batch_op.drop_index(batch_op.f("ix_post_duplicate_of_id"))
        batch_op.drop_index(batch_op.f("ix_post_author_id"))

    op.drop_table("post")
    op.drop_table("thread")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_brand_id"))

    op.drop_table("run")
    with op.batch_alter_table("query", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_query_brand_id"))

    op.drop_table("query")
    with op.batch_alter_table("owned_author", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_owned_author_brand_id"))

    op.drop_table("owned_author")
    op.drop_table("coverage")
    with op.batch_alter_table("author", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_author_owner_id"))
        batch_op.drop_index(batch_op.f("ix_author_account"))

    op.drop_table("author")
    op.drop_table("source")
    with op.batch_alter_table("brand", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brand_slug"))

    op.drop_table("brand")
