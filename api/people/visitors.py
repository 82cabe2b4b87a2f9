"""Who sent a request: a person by the cookie, a program by its key, or whoever sits at this machine."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from api.dependencies import Shared
from api.people.cookies import token_of
from listener.passwords import digest
from models.reads.people import has_people, person_signed_in, valid_key
from models.store.people import note_use
from models.words import Role


class Means(StrEnum):
    """By what a visitor was known."""

    HERE = "here"
    COOKIE = "cookie"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Visitor:
    """``id`` is the person's, None for programs and where nobody signs in."""

    name: str
    role: Role
    means: Means
    id: int | None = None
    locale: str | None = None
    timezone: str | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether there is something to sign out of."""
        return self.means is Means.COOKIE

    @property
    def is_admin(self) -> bool:
        """For templates: whether the pages for admins are open."""
        return self.role is Role.ADMIN

    def author(self, said: str) -> str:
        """Who to name as the author of a correction: only where nobody signs in is it who the request says."""
        return said if self.means is Means.HERE else self.name


LOCAL = Visitor("local", Role.ADMIN, Means.HERE)
"""Whoever calls on loopback while nobody needs to sign in."""


def is_sign_in_needed(session: Session, shared: Shared) -> bool:
    """Whether people sign in: beyond loopback always, on it once there are some and the settings do not say no."""
    access = shared.access
    return access.is_open_to_others or (access.asks_on_loopback and has_people(session))


def identify(request: Request, shared: Shared) -> Visitor | None:
    """Who it is; None for a stranger. A request with a key is that program's, whatever cookies it brings."""
    with Session(shared.engine, expire_on_commit=False) as session:
        key = _key_of(request)
        visitor = _program(session, key, shared) if key is not None else _person(session, request, shared)
        if visitor is None and not is_sign_in_needed(session, shared):
            return LOCAL
        return visitor


def visitor_of(request: Request) -> Visitor:
    """Who the door has let in. Routes that are open to all have none."""
    return cast(Visitor, request.state.person)


VisitorDep = Annotated[Visitor, Depends(visitor_of)]


def _key_of(request: Request) -> str | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def _program(session: Session, key: str, shared: Shared) -> Visitor | None:
    found = valid_key(session, digest(key))
    if found is None:
        return None
    today = shared.clock().date()
    if found.used_on != today:
        try:
            note_use(session, found, today)
            session.commit()
        except OperationalError:  # a long import holds the database: the day is noted by a later request
            session.rollback()
    return Visitor(found.name, Role(found.role), Means.KEY)


def _person(session: Session, request: Request, shared: Shared) -> Visitor | None:
    token = token_of(request, shared.access)
    found = person_signed_in(session, digest(token), shared.clock()) if token else None
    if found is None:
        return None
    person, _ = found
    return Visitor(person.name, Role(person.role), Means.COOKIE, person.id, person.locale, person.timezone)
