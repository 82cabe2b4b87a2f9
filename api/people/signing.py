"""Signing in and out. A wrong name and a wrong password get the same answer after the same time."""

from datetime import timedelta
from math import ceil
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from api.dependencies import SessionDep, Shared, SharedDep
from api.people.cookies import LASTS, drop_token, host_of, set_token, token_of
from api.people.visitors import is_sign_in_needed
from api.templating import templates
from api.viewer import PageRoute
from listener import passwords
from models.people_tables import Person
from models.reads.people import find_person, name_key
from models.store.people import LONGEST_NAME, begin_sign_in, end_sign_in, refresh_hash

router = APIRouter(include_in_schema=False, route_class=PageRoute)


class SignInQuery(BaseModel):
    """Where somebody wanted to go."""

    next: str = Field("/", max_length=4000)


class SignInForm(SignInQuery):
    """What is typed in."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=LONGEST_NAME)
    password: str = Field(max_length=passwords.LONGEST)


def local_path(wanted: str) -> str:
    """Where to go after signing in: a path of this service, or else the first page.

    Browsers read ``\\`` as ``/`` and leave out tabs and line breaks, so none of these may be in it.
    """
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or not wanted.isprintable():
        return "/"
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc or parts.path in ("/sign-in", "/sign-out") else wanted


@router.get("/sign-in")
def sign_in_page(
    request: Request, query: Annotated[SignInQuery, Query()], session: SessionDep, shared: SharedDep
) -> Response:
    """The form; where nobody needs to sign in, the first page."""
    if not is_sign_in_needed(session, shared):
        return RedirectResponse("/", 303)
    return _form(request, shared, query.next)


@router.post("/sign-in")
def sign_in(request: Request, form: Annotated[SignInForm, Form()], session: SessionDep, shared: SharedDep) -> Response:
    """Sign in, in this browser, with a new token; the one that it came with is of no use any more."""
    if not is_sign_in_needed(session, shared):
        return RedirectResponse("/", 303)
    if shared.access.is_in_clear(request.url.scheme, host_of(request)):
        return _form(request, shared, form.next, 400)
    wait, person = tried(session, shared, request, form.name, form.password)
    if wait is not None:
        minutes = ceil(wait / timedelta(minutes=1))
        headers = {"Retry-After": str(ceil(wait.total_seconds()))}
        return _form(request, shared, form.next, 429, form.name, minutes=minutes, headers=headers)
    if person is None:
        return _form(request, shared, form.next, 400, form.name, is_wrong=True)
    response = RedirectResponse(local_path(form.next), 303)
    begin(session, shared, request, response, person)
    return response


@router.post("/sign-out")
def sign_out(request: Request, session: SessionDep, shared: SharedDep) -> Response:
    """Sign out of this browser."""
    response = RedirectResponse("/sign-in", 303)
    token = token_of(request, shared.access)
    if token:
        end_sign_in(session, passwords.digest(token))
        session.commit()
        drop_token(response, request, shared.access)
    return response


def tried(
    session: Session, shared: Shared, request: Request, name: str, password: str
) -> tuple[timedelta | None, Person | None]:
    """How long to wait where too much was tried; else whoever has this name and password, and is not disabled."""
    address = request.client.host if request.client else ""
    wait = shared.throttle.attempt(name_key(name), address, shared.clock())
    if wait is not None:
        structlog.get_logger().warning("sign-in refused, too many failed", address=address)
        return wait, None
    person = find_person(session, name)
    password_hash = person.password_hash if person else None
    session.rollback()  # hold nothing of the database while the hash takes its time
    with shared.hashing:
        is_right = passwords.fits(password_hash, password)
    if person is None or not is_right or person.disabled_at is not None:
        structlog.get_logger().warning("sign-in failed", address=address)
        return None, None
    shared.throttle.succeed(name_key(name), address)
    if passwords.is_outdated(person.password_hash):
        refresh_hash(session, person, passwords.hash_password(password))
    return None, person


def begin(session: Session, shared: Shared, request: Request, response: Response, person: Person) -> None:
    """Sign somebody in, in the browser that gets this response."""
    old, token, now = token_of(request, shared.access), passwords.new_token(), shared.clock()
    if old:
        end_sign_in(session, passwords.digest(old))
    begin_sign_in(session, person, passwords.digest(token), now, now + LASTS)
    session.commit()
    set_token(response, request, shared.access, token)


def _form(
    request: Request,
    shared: Shared,
    wanted: str,
    status: int = 200,
    name: str = "",
    *,
    is_wrong: bool = False,
    minutes: int = 0,
    headers: dict[str, str] | None = None,
) -> Response:
    context = {
        "next": local_path(wanted),
        "name": name,
        "is_wrong": is_wrong,
        "minutes": minutes,
        "is_in_clear": shared.access.is_in_clear(request.url.scheme, host_of(request)),
    }
    return templates.TemplateResponse(request, "sign_in.html", context, status_code=status, headers=headers)
