"""Writes how easy a team says that opportunities are to take up."""

from sqlmodel import Session, select

from models.tables import Ease


def save_ease(
    session: Session, brand_id: int, journey: str, opportunity: str, *, design: int, engineering: int
) -> Ease:
    """Set both eases (1 hard to 5 easy) of one opportunity; said again, they replace what was said."""
    query = select(Ease).where(Ease.brand_id == brand_id, Ease.journey == journey, Ease.opportunity == opportunity)
    ease = session.exec(query).first() or Ease(
        brand_id=brand_id, journey=journey, opportunity=opportunity, design=design, engineering=engineering
    )
    ease.design, ease.engineering = design, engineering
    session.add(ease)
    session.flush()
    return ease
