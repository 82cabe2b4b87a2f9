"""Brings what is due in the outbox to its channels: at least once over the wire, once by each message's key.

Killed between sending and noting it, the message is sent again under the same key; receivers tell copies by it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from listener.delivery.channels import Channel
from listener.delivery.failures import NotTaken
from models.alert_tables import Attachment, Delivery, Message
from models.database import session_of
from models.reads.deliveries import message_of
from models.store.deliveries import claim, note_delivered, note_failure

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""Before the second attempt; the pause doubles each time, up to the longest."""
GIVEN_UP = timedelta(days=2)
"""So long after a message was written nobody tries any more."""
CLAIM = timedelta(minutes=5)
"""So long one instance has for one attempt before another one takes it over."""

Send = Callable[[Channel, Message, Sequence[Attachment], datetime], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call has done."""

    delivered: int
    failures: tuple[str, ...] = ()


def send(channel: Channel, message: Message, files: Sequence[Attachment], now: datetime) -> None:
    """Send a message to a channel, once. Raises NotTaken."""
    if channel.is_webhook:
        from listener.delivery.webhooks import send_webhook

        send_webhook(channel, message, files, now)
    else:
        from listener.delivery.apprising import send_by_apprise

        send_by_apprise(channel, message, files)


def deliver(engine: Engine, channels: Sequence[Channel], clock: Callable[[], datetime], send: Send = send) -> Outcome:
    """Try everything that is due once; any number of instances may do so at the same time."""
    known = {channel.name: channel for channel in channels}
    delivered, failures = 0, []
    while known:
        now = clock()
        with session_of(engine) as session:
            delivery = claim(session, known, now, CLAIM)
            if delivery is None:
                break
            message, files = message_of(session, delivery)
        try:
            send(known[delivery.channel], message, files, now)
        except NotTaken as error:
            failures.append(f"{delivery.channel}: {error}")
            with session_of(engine) as session:
                note_failure(
                    session, delivery.id or 0, str(error), clock(), _due_again(delivery, message, error, clock())
                )
            continue
        delivered += 1
        with session_of(engine) as session:
            note_delivered(session, delivery.id or 0, clock())
    return Outcome(delivered, tuple(failures))


def _due_again(delivery: Delivery, message: Message, error: NotTaken, now: datetime) -> datetime | None:
    """When it is tried next, later each time; None once it is given up."""
    pause = min(FIRST_PAUSE * 2 ** min(delivery.attempt_count, 10), LONGEST_PAUSE)
    due_at = now + max(pause, timedelta(seconds=error.after_seconds))
    return None if error.is_final or due_at - message.created_at > GIVEN_UP else due_at
