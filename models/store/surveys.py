"""Writes survey scores that a team measured elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from models.store.posts import Saved
from models.tables import SurveyScore


@dataclass(frozen=True, slots=True)
class ScoreData:
    """One score: NPS (-100 to 100), CSAT (0 to 100) or effort (1 to 7), of ``n`` answers; ``until`` not included."""

    metric: str
    stage: str
    touchpoint: str
    value: float
    n: int
    since: datetime
    until: datetime


def save_scores(session: Session, brand_id: int, scores: Sequence[ScoreData]) -> list[Saved]:
    """Store each score once by metric, stage, touchpoint and time; a stored one takes the value that comes last."""
    return [_save(session, brand_id, score) for score in scores]


def _save(session: Session, brand_id: int, score: ScoreData) -> Saved:
    query = select(SurveyScore).where(
        SurveyScore.brand_id == brand_id,
        SurveyScore.metric == score.metric,
        SurveyScore.stage == score.stage,
        SurveyScore.touchpoint == score.touchpoint,
        SurveyScore.since == score.since,
        SurveyScore.until == score.until,
    )
    stored = session.exec(query).first()
    if stored is not None and (stored.value, stored.n) == (score.value, score.n):
        return Saved.UNCHANGED
    outcome = Saved.NEW if stored is None else Saved.CHANGED
    row = stored or SurveyScore(
        brand_id=brand_id,
        metric=score.metric,
        stage=score.stage,
        touchpoint=score.touchpoint,
        value=score.value,
        n=score.n,
        since=score.since,
        until=score.until,
    )
    row.value, row.n = score.value, score.n
    session.add(row)
    session.flush()
    return outcome
