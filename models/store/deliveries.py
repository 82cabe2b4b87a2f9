"""Writes messages and what becomes of them on their way: an outbox. It sends nothing itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, or_, update
from sqlmodel import Session, col, func, select

from models.alert_tables import Attachment, Delivery, DeliveryAttempt, Message
from models.words import DeliveryState


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MessageData:
    """What is to be sent. ``key`` is its idempotency key: the same key is put into the outbox once."""

    key: str
    kind: str
    subject: str
    text: str
    html: str
    data: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[AttachedFile, ...] = ()
    brand_id: int | None = None


def put_message(session: Session, message: MessageData, channels: Iterable[str], now: datetime) -> bool:
    """Write a message for these channels, in the transaction of what it tells of; False if its key is there already."""
    if session.exec(select(Message.id).where(Message.key == message.key)).first() is not None:
        return False
    row = Message(
        key=message.key,
        brand_id=message.brand_id,
        kind=message.kind,
        subject=message.subject,
        text=message.text,
        html=message.html,
        data=dict(message.data),
        created_at=now,
    )
    session.add(row)
    session.flush()
    id = row.id or 0
    files = [
        Attachment(message_id=id, name=f.name, media_type=f.media_type, content=f.content) for f in message.attachments
    ]
    waiting = DeliveryState.WAITING.value
    session.add_all(files + [Delivery(message_id=id, channel=name, state=waiting, due_at=now) for name in channels])
    session.flush()
    return True


def claim(session: Session, channels: Iterable[str], now: datetime, lasts: timedelta) -> Delivery | None:
    """Take the delivery that has waited longest, so that nobody else tries it for so long; None if none is due."""
    waits = (
        col(Delivery.state) == DeliveryState.WAITING.value,
        col(Delivery.due_at) <= now,
        or_(col(Delivery.claimed_until).is_(None), col(Delivery.claimed_until) <= now),
    )
    named = col(Delivery.channel).in_(list(channels))
    order = (col(Delivery.due_at), col(Delivery.id))
    for delivery in session.exec(select(Delivery).where(*waits, named).order_by(*order).limit(20)):
        taken = session.execute(
            update(Delivery).where(col(Delivery.id) == delivery.id, *waits).values(claimed_until=now + lasts),
            execution_options={"synchronize_session": False},
        )
        if isinstance(taken, CursorResult) and taken.rowcount == 1:
            session.refresh(delivery)
            return delivery
    return None


def note_delivered(session: Session, delivery_id: int, now: datetime) -> None:
    """Say that it was taken."""
    _note(session, delivery_id, now, None, DeliveryState.DELIVERED, now)


def note_failure(session: Session, delivery_id: int, failure: str, now: datetime, due_at: datetime | None) -> None:
    """Say that it was not taken, and when it is tried again; None: never."""
    state = DeliveryState.FAILED if due_at is None else DeliveryState.WAITING
    _note(session, delivery_id, now, failure, state, due_at or now)


def _note(
    session: Session, delivery_id: int, now: datetime, failure: str | None, state: DeliveryState, due_at: datetime
) -> None:
    delivery = session.get_one(Delivery, delivery_id)
    delivery.state, delivery.due_at, delivery.claimed_until = state.value, due_at, None
    delivery.attempt_count += 1
    if state is not DeliveryState.WAITING:
        delivery.ended_at = now
    session.add_all([delivery, DeliveryAttempt(delivery_id=delivery_id, attempted_at=now, failure=failure)])
    session.flush()
    if state is not DeliveryState.WAITING:
        _empty(session, delivery.message_id)


def _empty(session: Session, message_id: int) -> None:
    """Take the words of customers out of a message that nobody waits for any more: they are in the posts."""
    waiting = select(func.count()).where(
        Delivery.message_id == message_id, Delivery.state == DeliveryState.WAITING.value
    )
    if session.exec(waiting).one():
        return
    message = session.get_one(Message, message_id)
    message.text, message.html, message.data = "", "", {}
    session.add(message)
    session.execute(delete(Attachment).where(col(Attachment.message_id) == message_id))
