"""Writes alerts: opens what is found, ends what is found no more. What is to be found is measured elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.alert_tables import Alert
from models.errors import NotFoundError
from models.reads.alerts import going, last_episodes
from models.words import AlertKind


@dataclass(frozen=True, slots=True)
class AlertData:
    """What was found. ``subject`` is the same for as long as it is the same thing; ``detail`` is plain JSON."""

    kind: AlertKind
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    post_ids: tuple[int, ...] = ()


def note_look(
    session: Session,
    brand_id: int,
    found: Sequence[AlertData],
    now: datetime,
    calm: Mapping[AlertKind, timedelta],
) -> list[Alert]:
    """Bring the alerts of a brand up to date with what one look has found; return those that are to be told of.

    ``calm`` names the kinds that were looked for, and for how long each is to be gone before it has ended. Nothing
    opens again before it has ended; what opens again while it is snoozed stays snoozed.
    """
    last = last_episodes(session, brand_id, {one.subject for one in found})
    for one in found:
        alert = last.get(one.subject)
        if alert is None or alert.ended_at is not None:
            alert = _opened(brand_id, one, alert, now)
        alert.seen_at, alert.detail, alert.post_ids = now, dict(one.detail), list(one.post_ids)
        session.add(alert)
    session.flush()
    seen = {one.subject for one in found}
    alerts = going(session, brand_id, list(calm))
    for alert in alerts:
        if alert.subject not in seen and now - alert.seen_at >= calm[AlertKind(alert.kind)]:
            alert.ended_at, alert.closed_at = now, alert.closed_at or now
            session.add(alert)
    session.flush()
    return [alert for alert in alerts if _is_to_be_told(alert, now)]


def mark_told(session: Session, alerts: Iterable[Alert], now: datetime) -> None:
    """Remember that a message was written. Belongs in the message's transaction."""
    for alert in alerts:
        alert.told_at = now
        session.add(alert)
    session.flush()


def snooze(session: Session, id: int, until: datetime) -> Alert:
    """Say nothing of an alert until then; if it still goes on, it is told of once more. Raises NotFoundError."""
    alert = _alert(session, id)
    alert.snoozed_until = until
    session.add(alert)
    session.flush()
    return alert


def close(session: Session, id: int, now: datetime) -> Alert:
    """Close an alert; it opens again only after what it is about has ended and begun anew. Raises NotFoundError."""
    alert = _alert(session, id)
    alert.closed_at = alert.closed_at or now
    session.add(alert)
    session.flush()
    return alert


def _alert(session: Session, id: int) -> Alert:
    alert = session.get(Alert, id)
    if alert is None:
        raise NotFoundError(f"there is no alert {id}")
    return alert


def _opened(brand_id: int, one: AlertData, before: Alert | None, now: datetime) -> Alert:
    snoozed = before.snoozed_until if before and before.snoozed_until and before.snoozed_until > now else None
    return Alert(
        brand_id=brand_id,
        kind=one.kind.value,
        subject=one.subject,
        episode=before.episode + 1 if before else 1,
        opened_at=now,
        seen_at=now,
        snoozed_until=snoozed,
    )


def _is_to_be_told(alert: Alert, now: datetime) -> bool:
    if alert.closed_at is not None:
        return False
    snoozed = alert.snoozed_until
    if snoozed is not None and snoozed > now:
        return False
    return alert.told_at is None or (snoozed is not None and alert.told_at < snoozed)
