"""``GET /alerts``."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api import examples
from api.dependencies import ClockDep, SessionDep
from api.problems import problem_responses
from listener.alerts.saying import sentence_of
from listener.wording import wording_of
from models.alert_tables import Alert
from models.reads.alerts import list_alerts
from models.reads.brands import brand_by_slug
from models.tables import Brand
from models.words import AlertKind

router = APIRouter(tags=["alerts"])


class AlertOut(BaseModel):
    """One alert: what it is about, since when, and the posts behind it."""

    id: int
    brand: str
    kind: AlertKind
    subject: str = Field(description="the same for as long as it is about the same thing")
    episode: int = Field(description="how often it has begun")
    sentence: str = Field(description="in English, times in the brand's zone")
    is_open: bool
    is_snoozed: bool
    opened_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    closed_at: datetime | None
    snoozed_until: datetime | None
    detail: dict[str, Any] = Field(description="the figures of its kind; see docs/alerts.md")
    post_ids: list[int]


class AlertPage(BaseModel):
    """Alerts, the newest first."""

    alerts: list[AlertOut]
    next_cursor: int | None


class AlertQuery(BaseModel):
    """Which alerts."""

    model_config = ConfigDict(extra="forbid")
    brand: str | None = Field(None, max_length=100)
    kind: AlertKind | None = None
    open: bool | None = Field(None, description="true: those that are open; false: those that are closed")
    cursor: int | None = Field(None, ge=1, le=2**53, description="`next_cursor` of the page before")
    limit: int = Field(50, ge=1, le=500)


_EXAMPLE = {
    "alerts": [
        {
            "id": 4,
            "brand": "amber-roast",
            "kind": "late_complaint",
            "subject": "late:17",
            "episode": 1,
            "sentence": "A complaint on mastodon has waited for 26 h; 24 h were promised.",
            "is_open": True,
            "is_snoozed": False,
            "opened_at": "2026-11-20T09:00:00Z",
            "seen_at": "2026-11-20T11:00:00Z",
            "ended_at": None,
            "closed_at": None,
            "snoozed_until": None,
            "detail": {"source": "mastodon", "promised_seconds": 86400, "open_seconds": 93600},
            "post_ids": [17],
        }
    ],
    "next_cursor": None,
}


@router.get(
    "/alerts",
    summary="What people were told of",
    description="Late complaints, bursts, spreading experiences, silent sources and shares that moved; newest first.",
    response_model=AlertPage,
    responses={200: examples.answer(_EXAMPLE, "A page of alerts."), **problem_responses(404, 422)},
)
def alerts(query: Annotated[AlertQuery, Query()], session: SessionDep, clock: ClockDep) -> AlertPage:
    """A page of alerts."""
    if query.brand is not None:
        brand_by_slug(session, query.brand)
    found = list_alerts(
        session,
        brand=query.brand,
        kind=query.kind,
        is_open=query.open,
        before=query.cursor,
        limit=query.limit + 1,
    )
    now = clock()
    page = [_out(alert, brand, now) for alert, brand in found[: query.limit]]
    return AlertPage(alerts=page, next_cursor=page[-1].id if len(found) > query.limit else None)


def _out(alert: Alert, brand: Brand, now: datetime) -> AlertOut:
    return AlertOut(
        brand=brand.slug,
        sentence=sentence_of(alert, wording_of("en", brand.timezone)),
        is_open=alert.closed_at is None,
        is_snoozed=alert.snoozed_until is not None and alert.snoozed_until > now,
        **alert.model_dump(exclude={"brand_id", "told_at"}),
    )
