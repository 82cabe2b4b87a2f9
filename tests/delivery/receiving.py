"""Real servers on the loopback address that take what is delivered: SMTP by aiosmtpd, and a webhook's receiver."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.network.serving import Visit, serving


class Mailbox:
    """The handler of an SMTP server. ``answer`` is what it says to each mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 taken"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002
        """Keep the mail, unless it is refused."""
        if self.answer.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        return self.answer


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@contextmanager
def mail_server(port: int | None = None) -> Iterator[tuple[Mailbox, str]]:
    """A running server, and the address that Apprise reaches it by."""
    box, port = Mailbox(), port or free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=20.0)
    controller.start()
    try:
        yield box, f"mailto://127.0.0.1:{port}?from=listener@example.org&to=team@example.org&mode=insecure"
    finally:
        controller.stop()


@dataclass
class Call:
    """One request of a webhook."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A program that takes webhooks. ``status`` is what it answers; it acts once on each key."""

    url: str = ""
    status: Callable[[], int] = lambda: 204
    headers: dict[str, str] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    acted_on: dict[str, bytes] = field(default_factory=dict)


@contextmanager
def webhook_server() -> Iterator[Receiver]:
    """A running receiver."""
    receiver = Receiver()

    def write(visit: Visit) -> None:
        body = visit.rfile.read(int(visit.headers.get("Content-Length", "0")))
        call = Call({name.lower(): value for name, value in visit.headers.items()}, body)
        receiver.calls.append(call)
        status = receiver.status()
        if status < 300:
            receiver.acted_on.setdefault(call.headers["idempotency-key"], body)
        visit.send(status, b"", **receiver.headers)

    with serving(write) as served:
        receiver.url = f"{served.url}/hook"
        yield receiver


@dataclass
class Passing:
    """Time that the test lets pass."""

    at: datetime

    def __call__(self) -> datetime:
        """The present."""
        return self.at

    def until(self, end: datetime, step: timedelta) -> Iterator[datetime]:
        """Go on in steps; ends at the first one that is not before the end."""
        while self.at < end:
            yield self.at
            self.at += step
