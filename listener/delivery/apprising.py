"""Sends a message by Apprise: mail, chat, push. What Apprise logs may hold secrets, so it is hushed."""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from listener.delivery.channels import Channel
from listener.delivery.failures import NotTaken
from models.alert_tables import Attachment, Message

KEY_HEADER = "X-Idempotency-Key"
"""The header of a mail by which two copies of one message can be told to be one."""


def is_known(url: str) -> bool:
    """Whether Apprise knows what such an address is."""
    import apprise

    with _hushed():
        return apprise.Apprise.instantiate(url, suppress_exceptions=True) is not None


def send_by_apprise(channel: Channel, message: Message, files: Sequence[Attachment]) -> None:
    """Send it once. A mail has an HTML part and a plain one; services get the plain text. Raises NotTaken."""
    import apprise

    url = channel.url
    is_mail = urlsplit(url).scheme.lower() in ("mailto", "mailtos")
    if is_mail:
        url += f"{'&' if '?' in url else '?'}+{KEY_HEADER}={message.key}"
    with _hushed():
        service = apprise.Apprise()
        if not service.add(url):
            raise NotTaken("its address is none that Apprise knows", is_final=True)
        was_taken = service.notify(
            title=message.subject,
            body=message.html if is_mail else message.text,
            body_format=apprise.NotifyFormat.HTML if is_mail else apprise.NotifyFormat.TEXT,
            attach=_attached(files),
        )
    if not was_taken:
        raise NotTaken(f"{urlsplit(url).scheme}: the service did not take it, or was not there")


def _attached(files: Sequence[Attachment]) -> Any:
    import apprise
    from apprise.attachment.memory import AttachMemory

    if not files:
        return None
    attached = apprise.AppriseAttachment()
    for file in files:
        attached.add(AttachMemory(content=file.content, name=file.name, mimetype=file.media_type))  # type: ignore[no-untyped-call]
    return attached


@contextmanager
def _hushed() -> Iterator[None]:
    """Apprise logs where it sends and what servers answer; its plugins import what is deprecated."""
    log = logging.getLogger("apprise")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        log.setLevel(level)
