"""One's own account: who one is here, and a new password."""

from datetime import timedelta
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import SessionDep, SharedDep
from api.people.signing import begin, tried
from api.people.visitors import VisitorDep
from api.templating import templates
from api.viewer import PageRoute
from listener import passwords
from models.errors import InputError
from models.store.people import set_password

router = APIRouter(include_in_schema=False, route_class=PageRoute)


class PasswordForm(BaseModel):
    """The password that was, and the one that is to be."""

    model_config = ConfigDict(extra="forbid")
    current: str = Field(max_length=passwords.LONGEST)
    new: str = Field(max_length=passwords.LONGEST)


@router.get("/account")
def account_page(request: Request, visitor: VisitorDep, changed: bool = False) -> Response:
    """Name, role, and a form for a new password."""
    return _page(request, visitor.is_signed_in, is_changed=changed)


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
