"""The cookie of a sign-in: out of reach of scripts, of other sites and, but on loopback, of plain HTTP."""

from datetime import timedelta

from fastapi import Request, Response

from listener.access import Access

LASTS = timedelta(days=14)


def host_of(request: Request) -> str:
    """The host name asked for, without the port."""
    return request.url.hostname or ""


def _is_secure(request: Request, access: Access) -> bool:
    return access.is_secure(request.url.scheme, host_of(request))


def _name(is_secure: bool) -> str:
    """With the prefix ``__Host-`` a browser takes it from this very host over TLS and from nobody else."""
    return "__Host-listener" if is_secure else "listener"


def token_of(request: Request, access: Access) -> str | None:
    """The token that the browser sent."""
    return request.cookies.get(_name(_is_secure(request, access)))


def set_token(response: Response, request: Request, access: Access, token: str) -> None:
    """Have the browser keep a token."""
    is_secure = _is_secure(request, access)
    seconds = int(LASTS.total_seconds())
    response.set_cookie(_name(is_secure), token, seconds, secure=is_secure, httponly=True, samesite="lax")


def drop_token(response: Response, request: Request, access: Access) -> None:
    """Have the browser forget it."""
    is_secure = _is_secure(request, access)
    response.delete_cookie(_name(is_secure), secure=is_secure, httponly=True, samesite="lax")
