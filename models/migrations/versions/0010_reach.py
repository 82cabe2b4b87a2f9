"""The host of a post's address, and an index of what journey map and loop read of every post."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SQLITE = """
UPDATE post SET host = lower(substr(rest, 1, instr(rest || '/', '/') - 1)) FROM
    (SELECT id AS at, substr(url, instr(url, '://') + 3) AS rest FROM post WHERE instr(url, '://') > 0) AS parts
WHERE post.id = at
"""
_POSTGRESQL = "UPDATE post SET host = lower(split_part(url, '/', 3)) WHERE position('://' in url) > 0"
_ODD = "UPDATE post SET host = NULL WHERE host LIKE '%@%' OR host = '' OR length(host) > 260"


def upgrade() -> None:
    op.add_column("post", sa.Column("host", sa.String(), nullable=True))
    op.execute(_POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE)
    op.execute(_ODD)
    op.create_index(
        "ix_post_reach",
        "post",
        [
            *("id", "replies_count", "views_count", "likes_count", "rating", "host"),
            *("thread_id", "parent_id", "duplicate_of_id"),
        ],
    )
