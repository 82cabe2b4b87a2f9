"""Reads the survey scores and the eases that a team brought in; measures nothing."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.tables import Ease, SurveyScore


def survey_scores(session: Session, brand_id: int, since: datetime, until: datetime) -> list[SurveyScore]:
    """The scores whose time overlaps the period (``until`` not included), by stage, metric, touchpoint and time."""
    query = (
        select(SurveyScore)
        .where(SurveyScore.brand_id == brand_id, SurveyScore.since < until, SurveyScore.until > since)
        .order_by(
            col(SurveyScore.stage),
            col(SurveyScore.metric),
            col(SurveyScore.touchpoint),
            col(SurveyScore.since),
            col(SurveyScore.until),
        )
    )
    return list(session.exec(query))


def eases_of(session: Session, brand_id: int, journey: str) -> dict[str, Ease]:
    """What the team typed in for a journey, by the opportunity's key."""
    query = select(Ease).where(Ease.brand_id == brand_id, Ease.journey == journey).order_by(Ease.opportunity)
    return {ease.opportunity: ease for ease in session.exec(query)}
