"""The table of weekly reports that were made."""

from pydantic import AwareDatetime
from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel


class WeeklyReport(SQLModel, table=True):
    """A weekly report that was made, as data: it never changes. ``week`` is an ISO week, ``2026-W46``.

    ``body`` is JSON in the shape of ``version``, without the words and authors of posts: those are read from the posts.
    """

    __tablename__ = "weekly_report"
    __table_args__ = (Index("ix_weekly_report_week", "brand_id", "week"),)
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    week: str
    version: int
    body: str = Field(sa_type=Text)
    made_at: AwareDatetime
