"""Reads what the settings file has said of a brand, as it was last taken into the database."""

from sqlmodel import Session, col, select

from models.tables import Query


def queries_of(session: Session, brand_id: int) -> list[Query]:
    """The brand's queries, by name."""
    return list(session.exec(select(Query).where(Query.brand_id == brand_id).order_by(col(Query.name))))
