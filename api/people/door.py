"""Stands before every route: lets in whom ``roles`` allows, sends browsers to sign in, and refuses everybody else."""

from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp, Receive, Scope, Send

from api.dependencies import Shared, shared_of
from api.people.cookies import host_of
from api.people.roles import SAFE, needed_role, rule_of
from api.people.visitors import LOCAL, Means, identify
from api.problems import respond
from listener.access import is_loopback

MOST_BYTES_OF_STRANGERS = 10_000
"""What a sign-in form may hold; nothing else is read before it is known who sends it."""
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


class Door:
    """ASGI middleware, so that nothing of a stranger's request is parsed and no route can be forgotten."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with ``request.state.person`` set, or answer in the route's place."""
        if scope["type"] == "websocket":  # there are none
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = await _refusal(Request(scope)) if scope["type"] == "http" else None
        await (refusal or self.app)(scope, receive, send)


def _path_of(request: Request) -> str:
    """As the router reads it. What ``request.url`` says depends on the Host header, which the sender chooses."""
    path: str = request.scope["path"]
    return path


async def _refusal(request: Request) -> Response | None:
    """What to answer instead of the route; None to let the request in."""
    needed = needed_role(request.method, _path_of(request))
    if needed is None:
        return _too_large(request)
    shared = shared_of(request)
    try:
        visitor = await run_in_threadpool(identify, request, shared)
    except OperationalError as error:
        return await _database_problem(request, error)
    if visitor is None and _may_stay_unnamed(request, shared):
        visitor = LOCAL
    if visitor is None:
        return _to_sign_in(request)
    if visitor.means is Means.HERE and _is_forwarded(request):
        detail = "this came through a proxy, and nobody signs in here: set [server] public_url and add a person"
        return respond(request, 403, detail, "forwarded")
    if visitor.means is Means.COOKIE and not _says_where_from(request):
        detail = "a write with a cookie is to say which page sent it (Origin); programs send a key instead"
        return respond(request, 403, detail, "foreign-origin")
    if not visitor.role.covers(needed):
        detail = f"this takes the role {needed}, and {visitor.name} has the role {visitor.role}"
        return respond(request, 403, detail, "role-too-low")
    request.state.person = visitor
    return None


def _too_large(request: Request) -> Response | None:
    if _path_of(request) != "/sign-in" or request.method in SAFE:
        return None
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and len(length) < 9 and int(length) <= MOST_BYTES_OF_STRANGERS:
        return None
    return respond(request, 413, f"a sign-in holds at most {MOST_BYTES_OF_STRANGERS} bytes, and says how many")


def _may_stay_unnamed(request: Request, shared: Shared) -> bool:
    """A scraper on this machine, as far as can be known: no proxy in between, and the service behind none."""
    rule = rule_of(request.method, _path_of(request))
    if rule is None or not rule.is_open_here or shared.access.public_url or _is_forwarded(request):
        return False
    return request.client is not None and is_loopback(request.client.host) and is_loopback(host_of(request))


def _is_forwarded(request: Request) -> bool:
    return any(name in request.headers for name in _FORWARDED)


def _says_where_from(request: Request) -> bool:
    """Foreign pages were refused before; here it is whether a browser said anything at all."""
    return request.method in SAFE or "origin" in request.headers or "sec-fetch-site" in request.headers


def _to_sign_in(request: Request) -> Response:
    path = _path_of(request)
    if path.startswith(("/api/", "/openapi")) or "authorization" in request.headers:
        detail = "this takes a key (Authorization: Bearer KEY), or a browser in which somebody is signed in"
        return respond(request, 401, detail, "not-signed-in", headers={"WWW-Authenticate": "Bearer"})
    query = request.scope["query_string"].decode("latin-1")
    wanted = f"{quote(path)}?{query}" if query else quote(path)
    next_ = f"?next={quote(wanted, safe='')}" if request.method in SAFE else ""
    return RedirectResponse(f"/sign-in{next_}", 303)


async def _database_problem(request: Request, error: OperationalError) -> Response:
    """As the handler says it that routes have: this stands outside of it."""
    app: FastAPI = request.app
    handler: Any = app.exception_handlers[OperationalError]
    answer: Response = handler(request, error)
    return answer
