"""Writes weekly reports: added once, never changed."""

from datetime import datetime

from sqlmodel import Session

from models.weekly_tables import WeeklyReport


def keep_report(session: Session, brand_id: int, week: str, version: int, body: str, made_at: datetime) -> WeeklyReport:
    """Keep the data of a report beside whatever is kept of the same week. ``body`` is JSON without posts' words."""
    row = WeeklyReport(brand_id=brand_id, week=week, version=version, body=body, made_at=made_at)
    session.add(row)
    session.flush()
    return row
