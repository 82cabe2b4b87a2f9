"""The page on which admins say who may sign in and which programs have keys. Forms, no scripts."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from api.dependencies import ClockDep, SessionDep, SharedDep
from api.people.visitors import VisitorDep
from api.templating import templates
from api.viewer import PageRoute
from listener import passwords
from models.errors import InputError
from models.reads.people import all_keys, all_people, has_people, person_by_id
from models.store.people import (
    LONGEST_NAME,
    add_key,
    add_person,
    disable,
    enable,
    revoke_key,
    set_password,
    set_role,
)
from models.words import Role

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
_Name = Annotated[str, Field(max_length=LONGEST_NAME)]
_Password = Annotated[str, Field(max_length=passwords.LONGEST)]


class _Typed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PersonForm(_Typed):
    """Somebody new."""

    name: _Name
    password: _Password
    role: Role


class RoleForm(_Typed):
    """Another role."""

    role: Role


class NewPasswordForm(_Typed):
    """A password set for somebody else."""

    password: _Password


class DisabledForm(_Typed):
    """Whether somebody is kept out."""

    disabled: bool


class KeyForm(_Typed):
    """A key for a program."""

    name: _Name
    role: Role


@router.get("/people")
def people_page(request: Request, session: SessionDep) -> Response:
    """Everybody and every key."""
    return _page(request, session)


@router.post("/people")
def add(
    request: Request, form: Annotated[PersonForm, Form()], session: SessionDep, shared: SharedDep, visitor: VisitorDep
) -> Response:
    """Add somebody."""
    try:
        passwords.check_password(form.password, form.name)
        with shared.hashing:
            password_hash = passwords.hash_password(form.password)
        add_person(session, form.name, password_hash, form.role, shared.clock())
    except InputError as error:
        session.rollback()
        return _page(request, session, fault=str(error))
    return _done(session, visitor.name, "person added")


@router.post("/people/keys")
def add_a_key(
    request: Request, form: Annotated[KeyForm, Form()], session: SessionDep, clock: ClockDep, visitor: VisitorDep
) -> Response:
    """Make a key and show it, this once: only its hash is stored."""
    key = passwords.new_key()
    try:
        add_key(session, form.name, passwords.digest(key), form.role, clock())
    except InputError as error:
        session.rollback()
        return _page(request, session, fault=str(error))
    _done(session, visitor.name, "key added")
    return _page(request, session, new_key=key)


@router.post("/people/keys/{id}/revoked")
def revoke(id: Id, session: SessionDep, clock: ClockDep, visitor: VisitorDep) -> Response:
    """Refuse a key from now on."""
    revoke_key(session, id, clock())
    return _done(session, visitor.name, "key revoked")


@router.post("/people/{id}/role")
def change_role(
    request: Request, id: Id, form: Annotated[RoleForm, Form()], session: SessionDep, visitor: VisitorDep
) -> Response:
    """Give somebody another role."""
    try:
        set_role(session, person_by_id(session, id), form.role)
    except InputError as error:
        session.rollback()
        return _page(request, session, fault=str(error))
    return _done(session, visitor.name, "role changed")


@router.post("/people/{id}/password")
def reset_password(
    request: Request,
    id: Id,
    form: Annotated[NewPasswordForm, Form()],
    session: SessionDep,
    shared: SharedDep,
    visitor: VisitorDep,
) -> Response:
    """Set a password for somebody who has lost theirs; wherever they are signed in, that ends."""
    person = person_by_id(session, id)
    try:
        passwords.check_password(form.password, person.name)
    except InputError as error:
        return _page(request, session, fault=str(error))
    with shared.hashing:
        password_hash = passwords.hash_password(form.password)
    set_password(session, person, password_hash)
    return _done(session, visitor.name, "password set")


@router.post("/people/{id}/disabled")
def change_disabled(
    request: Request,
    id: Id,
    form: Annotated[DisabledForm, Form()],
    session: SessionDep,
    clock: ClockDep,
    visitor: VisitorDep,
) -> Response:
    """Keep somebody out, or let them in again."""
    person = person_by_id(session, id)
    try:
        if form.disabled:
            disable(session, person, clock())
        else:
            enable(session, person)
    except InputError as error:
        session.rollback()
        return _page(request, session, fault=str(error))
    return _done(session, visitor.name, "person disabled" if form.disabled else "person enabled")


def _done(session: Session, by: str, what: str) -> Response:
    session.commit()
    structlog.get_logger().info(what, by=by)
    return RedirectResponse("/people", 303)


def _page(request: Request, session: Session, *, fault: str | None = None, new_key: str | None = None) -> Response:
    context = {
        "people": all_people(session),
        "keys": all_keys(session),
        "roles": list(Role),
        "fault": fault,
        "new_key": new_key,
        "is_first": not has_people(session),
        "shortest": passwords.SHORTEST,
    }
    status = 400 if fault else 200
    headers = {"Cache-Control": "no-store"}
    return templates.TemplateResponse(request, "people.html", context, status_code=status, headers=headers)
