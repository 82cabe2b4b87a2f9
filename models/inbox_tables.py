"""The tables of the inbox, and the index that its order is read from. Rows are written by ``models.store.triage``."""

from pydantic import AwareDatetime
from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.tables import Mention
from models.urgency import OPEN


class Triage(SQLModel, table=True):
    """Who sees to a mention, and until when it is out of sight. ``assignee`` is a person's name."""

    mention_id: int = Field(primary_key=True, foreign_key="mention.id")
    assignee: str | None = Field(default=None, index=True)
    snoozed_until: AwareDatetime | None = Field(default=None, index=True)


class MentionTag(SQLModel, table=True):
    """A word that a team has put on a mention; in lower case."""

    __tablename__ = "mention_tag"
    __table_args__ = (Index("ix_mention_tag_brand", "brand_id", "tag", "mention_id"),)
    mention_id: int = Field(primary_key=True, foreign_key="mention.id")
    tag: str = Field(primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")


class TriageAction(SQLModel, table=True):
    """What a person did in one go, to one mention or to many. Undone ones stay on record."""

    __tablename__ = "triage_action"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    value: str | None = None
    author: str
    created_at: AwareDatetime
    undone_at: AwareDatetime | None = None
    undone_by: str | None = None


class TriageStep(SQLModel, table=True):
    """What an action did to one mention; ``correction_id`` where it corrected something."""

    __tablename__ = "triage_step"
    __table_args__ = (UniqueConstraint("action_id", "mention_id"),)
    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="triage_action.id")
    mention_id: int = Field(foreign_key="mention.id", index=True)
    correction_id: int | None = Field(default=None, foreign_key="correction.id", index=True)


class SavedView(SQLModel, table=True):
    """Filters of an inbox under a name. ``filters`` is the query of its address; ``brand_id`` None is all brands.

    ``owner`` is the name of the person whose view it is; a shared one is everybody's to see.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("owner", "brand_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    owner: str
    is_shared: bool = False
    brand_id: int | None = Field(default=None, foreign_key="brand.id", index=True)
    name: str
    filters: str = Field(sa_type=Text)
    created_at: AwareDatetime


_KEPT = (
    *("brand_id", "urgency_rank", "published_at", "id", "post_id", "source", "kind", "language", "stage", "sentiment"),
    *("is_complaint", "relation", "theme_id", "is_confident", "replies_seen_seconds", "standing", "needs_response"),
    *("answered_at", "redirected_at", "handled_at"),
)
Index(
    "ix_mention_open",
    *(getattr(Mention, name) for name in _KEPT),
    sqlite_where=text(OPEN.replace("mention.", "")),
    postgresql_where=text(OPEN.replace("mention.", "")),
)
