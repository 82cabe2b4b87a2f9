"""Puts security headers on every answer, refuses host names that are not ours and writes sent by foreign pages."""

import json
import re
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from listener.access import Access

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser hides the origin of our own forms from us too
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SAFE = ("GET", "HEAD", "OPTIONS")
_HOST = re.compile(r"([A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")


class SecurityHeaders:
    """ASGI middleware, the outermost: what it refuses nobody else sees."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers on what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "private, no-cache")
            await send(message)

        headers = Headers(scope=scope)
        if not self._is_for_us(headers):
            # A page elsewhere may give its own name our address, and would then read what is meant for us (rebinding).
            detail = "this service does not go by that host name: add it to trusted_hosts in [server] of listener.toml"
            await _refuse(scope, send_with_headers, 400, "unknown-host", detail)
        elif scope["method"] not in _SAFE and self._is_foreign(headers):
            detail = "this request was sent by a page of another site"
            await _refuse(scope, send_with_headers, 403, "foreign-origin", detail)
        else:
            await self.app(scope, receive, send_with_headers)

    def _is_for_us(self, headers: Headers) -> bool:
        hosts = headers.getlist("host")
        found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        return found is not None and self.access.knows(found[1].strip("[]").lower())

    def _is_foreign(self, headers: Headers) -> bool:
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return True
        origin = headers.get("origin")
        return origin is not None and not self.access.is_own(origin, headers["host"])


async def _refuse(scope: Scope, send: Send, status: int, kind: str, detail: str) -> None:
    problem = {
        "type": f"urn:moment-listener:problem:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": scope["path"],
    }
    headers = [(b"content-type", b"application/problem+json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(problem).encode()})
