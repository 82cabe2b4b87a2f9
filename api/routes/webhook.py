"""``POST /webhook/{brand}``: signed posts of any source that has no collector, sent by another program."""

import hmac
import json
import os
import re
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Header, Request
from fastapi import Path as InPath
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api import examples
from api.dependencies import Shared, SharedDep
from api.importing import classify_new, import_file
from api.problems import ParameterError, TooLargeError, problem_responses
from api.shapes import ImportResult
from models.errors import InputError, NotFoundError

SECRET = "LISTENER_WEBHOOK_SECRET"
"""The environment variable; it is read at each request, and without it the route is not there."""
MOST_BYTES = 5 * 1024 * 1024
TOLERANCE = 300
"""Seconds that a sender's clock may be off; a caught request can be sent again no longer than that."""
router = APIRouter(tags=["import"])
_POST = {"source": "forum", "source_id": "1", "text": "My parcel is late", "published_at": "2026-11-01T09:30:00Z"}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": ["object", "array"]}, "example": [_POST]},
            "application/x-ndjson": {"schema": {"type": "string"}, "example": json.dumps(_POST) + "\n"},
        },
    }
}


@router.post(
    "/webhook/{brand}",
    summary="Take signed posts from another program",
    description=(
        "One post, a JSON list of posts, or JSON lines; at most 5 MiB. A bad one is named by its number and skipped; "
        f"the same post twice changes nothing. There is such a route only where {SECRET} is set."
    ),
    response_model=ImportResult,
    responses={
        200: examples.answer(examples.IMPORT_RESULT, "What the import did."),
        **problem_responses(400, 401, 403, 404, 413, 422),
    },
    openapi_extra=_BODY,
)
async def take_posts(
    request: Request,
    background: BackgroundTasks,
    shared: SharedDep,
    brand: Annotated[str, InPath(max_length=100, description="Its slug.")],
    timestamp: Annotated[
        str, Header(alias="X-Listener-Timestamp", description="Seconds since 1970, at most 5 minutes off.")
    ] = "",
    signature: Annotated[
        str,
        Header(alias="X-Listener-Signature", description="sha256=HEX, the HMAC of TIMESTAMP.BODY with the secret."),
    ] = "",
) -> ImportResult:
    """Verify, import and link; labels follow."""
    secret = os.environ.get(SECRET, "")
    if not secret:
        raise NotFoundError(f"the webhook is off: to use it, set {SECRET} for the service")
    _check_time(timestamp, shared.clock())
    body = await _taken(request)
    if not hmac.compare_digest(signature.encode(), signed(secret, timestamp, body).encode()):
        raise _refusal("X-Listener-Signature does not fit: it is to be sha256=HEX, the HMAC of TIMESTAMP.BODY")
    result = await run_in_threadpool(_imported, shared, body, brand)
    if result.is_classifying:
        background.add_task(classify_new, shared)
    return result


def signed(secret: str, timestamp: str, body: bytes) -> str:
    """The signature header that fits: ``sha256=`` and the HMAC of time, full stop and body in hexadecimal digits."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


def as_lines(body: bytes) -> bytes:
    """A post or a list of posts as JSON lines; what is neither is taken as such lines already.

    Raises InputError for an empty body and for a list that is no valid JSON.
    """
    if not body.strip():
        raise InputError("the body is empty: send a post, a JSON list of posts, or JSON lines")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        if body.lstrip().startswith(b"["):
            raise InputError(f"the body begins as a JSON list and is no valid one: {error}") from None
        return body
    posts = data if isinstance(data, list) else [data]
    return b"".join(json.dumps(post).encode() + b"\n" for post in posts)


def _check_time(timestamp: str, now: datetime) -> None:
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise _refusal("X-Listener-Timestamp is missing or no number of seconds since 1970")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE:
        raise _refusal("X-Listener-Timestamp is more than 5 minutes off: sign anew, or set the clock")


async def _taken(request: Request) -> bytes:
    """The bytes as they came, since these are what is signed."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise TooLargeError(f"the body is larger than {MOST_BYTES // 2**20} MiB: send fewer posts at a time")
    except ClientDisconnect:
        raise InputError("the request broke off") from None
    return bytes(body)


def _imported(shared: Shared, body: bytes, brand: str) -> ImportResult:
    with TemporaryDirectory(prefix="listener-") as folder:
        file = Path(folder) / "posts.jsonl"
        file.write_bytes(as_lines(body))
        try:
            return import_file(shared, file, "posts", brand)
        except ParameterError as error:
            raise ParameterError(error.name, str(error), place="path") from None


def _refusal(detail: str) -> HTTPException:
    return HTTPException(401, detail, headers={"WWW-Authenticate": "X-Listener-Signature"})
