"""The tables of alerts, of the messages on them, and of the clock. Rows are written by ``models.store`` alone."""

from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import JSON, Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class Alert(SQLModel, table=True):
    """Something that the people of a brand are told of. ``subject`` says of what: one is open once at a time.

    ``episode`` counts how often it has begun. It goes on until ``ended_at``, and only then can begin again;
    ``closed_at`` is set by its end or, earlier, by a person. ``told_at``: when a message on it was last written.
    """

    __table_args__ = (
        UniqueConstraint("brand_id", "subject", "episode"),
        Index("ix_alert_going", "brand_id", "ended_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    kind: str
    subject: str
    episode: int
    opened_at: AwareDatetime
    seen_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    snoozed_until: AwareDatetime | None = None
    told_at: AwareDatetime | None = None
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    post_ids: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Message(SQLModel, table=True):
    """What is to be sent, once for each ``key``. Its words are taken away once every delivery has ended."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, index=True)
    brand_id: int | None = Field(default=None, foreign_key="brand.id", index=True)
    kind: str
    subject: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: AwareDatetime


class Attachment(SQLModel, table=True):
    """A file that goes with a message."""

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    name: str
    media_type: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Delivery(SQLModel, table=True):
    """A message on its way to one channel. ``due_at`` is when it is tried next, ``claimed_until`` while it is tried."""

    __table_args__ = (UniqueConstraint("message_id", "channel"), Index("ix_delivery_due", "state", "due_at"))
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    channel: str
    state: str
    due_at: AwareDatetime
    attempt_count: int = 0
    claimed_until: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None


class DeliveryAttempt(SQLModel, table=True):
    """The log: what came of one attempt; ``failure`` is None where it was taken."""

    __tablename__ = "delivery_attempt"
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    attempted_at: AwareDatetime
    failure: str | None = Field(default=None, sa_type=Text)


class Lease(SQLModel, table=True):
    """Who is doing something that only one may do at a time, and until when nobody else takes it over."""

    name: str = Field(primary_key=True)
    holder: str
    expires_at: AwareDatetime


class DueJob(SQLModel, table=True):
    """When a job is to run next, and when it last ended well."""

    __tablename__ = "due_job"
    name: str = Field(primary_key=True)
    due_at: AwareDatetime
    done_at: AwareDatetime | None = None
