"""Sends a message as a signed JSON document to a webhook; no redirect is followed. How to check it: docs/alerts.md."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime

import httpx

from listener.delivery.channels import Channel
from listener.delivery.failures import NotTaken
from models.alert_tables import Attachment, Message

TIMEOUT = 15.0
"""Seconds until an answer that does not come is given up."""
_WORTH_WAITING = (408, 409, 425, 429)


def send_webhook(channel: Channel, message: Message, files: Sequence[Attachment], now: datetime) -> None:
    """Send it once; any 2xx takes it. Raises NotTaken."""
    body = body_of(message, files)
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "MomentListener",
        "Idempotency-Key": message.key,
        "X-Listener-Timestamp": stamp,
        "X-Listener-Signature": f"sha256={signature(channel.secret, stamp, body)}",
    }
    try:
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
            answer = client.post(channel.url, content=body, headers=headers)
    except httpx.TimeoutException:
        raise NotTaken("no answer in time") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotTaken(f"no connection ({type(error).__name__})") from None  # its text names the address
    if not answer.is_success:
        raise _refused(answer)


def body_of(message: Message, files: Sequence[Attachment]) -> bytes:
    """The JSON document: what the message says, its data, and its files in base64."""
    document = {
        "id": message.key,
        "kind": message.kind,
        "created_at": message.created_at.isoformat(),
        "subject": message.subject,
        "text": message.text,
        "data": message.data,
        "attachments": [
            {"name": f.name, "media_type": f.media_type, "content": base64.b64encode(f.content).decode()} for f in files
        ],
    }
    return json.dumps(document, ensure_ascii=False).encode()


def signature(secret: bytes, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 of ``TIMESTAMP.BODY`` in hexadecimal digits, as the service's own webhook wants it."""
    return hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _refused(answer: httpx.Response) -> NotTaken:
    status = answer.status_code
    if status >= 500 or status in _WORTH_WAITING:
        after = answer.headers.get("Retry-After", "")
        return NotTaken(
            f"answered {status}", after_seconds=float(after) if after.isdecimal() and len(after) < 7 else 0.0
        )
    return NotTaken(f"answered {status}", is_final=status == 410)
