"""Reads messages with their files, and the log of what came of them."""

from typing import NamedTuple

from sqlmodel import Session, col, select

from models.alert_tables import Attachment, Delivery, DeliveryAttempt, Message


class Logged(NamedTuple):
    """One attempt, with the message and the channel that it was on."""

    attempt: DeliveryAttempt
    delivery: Delivery
    message: Message


def message_of(session: Session, delivery: Delivery) -> tuple[Message, list[Attachment]]:
    """What a delivery is to bring."""
    files = select(Attachment).where(Attachment.message_id == delivery.message_id).order_by(col(Attachment.id))
    return session.get_one(Message, delivery.message_id), list(session.exec(files))


def attempts(session: Session, limit: int = 100) -> list[Logged]:
    """What was tried, the newest first."""
    query = (
        select(DeliveryAttempt, Delivery, Message)
        .join(Delivery, col(Delivery.id) == col(DeliveryAttempt.delivery_id))
        .join(Message, col(Message.id) == col(Delivery.message_id))
        .order_by(col(DeliveryAttempt.id).desc())
    )
    return [Logged(*row) for row in session.exec(query.limit(limit))]
