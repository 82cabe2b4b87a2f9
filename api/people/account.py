"""One's own account: who one is here, in which language and time zone one reads, and a new password."""

from datetime import timedelta
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import SessionDep, SharedDep
from api.people.signing import begin, tried
from api.people.visitors import VisitorDep
from api.problems import ParameterError
from api.templating import templates
from api.viewer import LANG, ZONE, PageRoute, known_zones
from listener import passwords
from listener.wording import LANGUAGES
from models.errors import InputError
from models.reads.people import person_by_id
from models.store.people import set_password, set_reading

router = APIRouter(include_in_schema=False, route_class=PageRoute)


class PasswordForm(BaseModel):
    """The password that was, and the one that is to be."""

    model_config = ConfigDict(extra="forbid")
    current: str = Field(max_length=passwords.LONGEST)
    new: str = Field(max_length=passwords.LONGEST)


class ReadingForm(BaseModel):
    """How one wants to read; empty: as the browser asks, in the brand's zone."""

    model_config = ConfigDict(extra="forbid")
    language: str = Field("", max_length=20)
    zone: str = Field("", max_length=60)


@router.get("/account")
def account_page(request: Request, visitor: VisitorDep, changed: bool = False) -> Response:
    """Name, role, and forms for language, time zone and a new password."""
    return _page(request, visitor.is_signed_in, is_changed=changed)


@router.post("/account/reading")
def change_reading(
    request: Request, form: Annotated[ReadingForm, Form()], visitor: VisitorDep, session: SessionDep
) -> Response:
    """Keep language and zone with the person, for every browser; what this one had chosen before gives way."""
    if visitor.id is None:
        return _page(request, False, 400)
    language, zone = form.language or None, form.zone or None
    if language not in (None, *(code.replace("_", "-") for code in LANGUAGES)):
        raise ParameterError("language", f"{language!r} is no language of these pages", "body")
    if zone is not None and zone not in known_zones():
        raise ParameterError("zone", f"{zone!r} is no time zone", "body")
    set_reading(session, person_by_id(session, visitor.id), language, zone)
    session.commit()
    response = RedirectResponse("/account", 303)
    for name in (LANG, ZONE):
        response.delete_cookie(name)
    return response


@router.post("/account/password")
def change_password(
    request: Request,
    form: Annotated[PasswordForm, Form()],
    visitor: VisitorDep,
    session: SessionDep,
    shared: SharedDep,
) -> Response:
    """Set a new password: every other browser is signed out, and this one gets a new token."""
    if not visitor.is_signed_in:
        return _page(request, False, 400)
    try:
        passwords.check_password(form.new, visitor.name)
    except InputError as error:
        return _page(request, True, 400, fault=str(error))
    wait, person = tried(session, shared, request, visitor.name, form.current)
    if wait is not None:
        return _page(request, True, 429, minutes=ceil(wait / timedelta(minutes=1)))
    if person is None:
        return _page(request, True, 400, is_wrong=True)
    with shared.hashing:
        password_hash = passwords.hash_password(form.new)
    response = RedirectResponse("/account?changed=true", 303)
    set_password(session, person, password_hash)
    begin(session, shared, request, response, person)
    return response


def _page(
    request: Request,
    has_password: bool,
    status: int = 200,
    *,
    fault: str | None = None,
    is_wrong: bool = False,
    is_changed: bool = False,
    minutes: int = 0,
) -> Response:
    context = {
        "has_password": has_password,
        "fault": fault,
        "is_wrong": is_wrong,
        "is_changed": is_changed,
        "minutes": minutes,
        "shortest": passwords.SHORTEST,
    }
    return templates.TemplateResponse(request, "account.html", context, status_code=status)
