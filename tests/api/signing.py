"""A service in which people sign in, and browsers for it: they keep cookies and say which page a form was sent from."""

import asyncio
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import httpx
from sqlalchemy import Engine
from sqlmodel import Session

from api.app import create_app
from listener.access import Access
from listener.passwords import digest, hash_password
from models.database import open_database, session_of
from models.people_tables import Person
from models.store.people import add_key, add_person
from models.words import Role
from tests.api.service import NOW

PASSWORD = "kava be cukraus"
WRONG = "kava su cukrumi"
HERE = "http://127.0.0.1:8000"
ABROAD = "https://listen.example.org"
BEHIND_TLS = Access(hosts=frozenset({"listen.example.org"}), public_url=ABROAD, is_open_to_others=True)


@cache
def password_hash() -> str:
    """Made once: it is slow on purpose."""
    return hash_password(PASSWORD)


class Clock:
    """Goes when it is told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **units: float) -> None:
        """Let time pass."""
        self.now += timedelta(**units)


class Service:
    """The application with an admin Rasa, unless there is to be nobody."""

    def __init__(self, engine: Engine | None = None, access: Access | None = None, *, people: bool = True) -> None:
        self.engine = engine or open_database("sqlite://")
        self.clock = Clock()
        self.app = create_app(self.engine, self.clock, access=access)
        if people:
            self.add("Rasa", Role.ADMIN)

    def add(self, name: str, role: Role) -> int:
        """Somebody who may sign in with PASSWORD; their id."""
        with session_of(self.engine) as session:
            return add_person(session, name, password_hash(), role, self.clock()).id or 0

    def key(self, role: Role) -> str:
        """A key of that role, called like it."""
        with session_of(self.engine) as session:
            add_key(session, f"{role} program", digest(f"key of {role}"), role, self.clock())
        return f"key of {role}"

    def person(self, id: int) -> Person:
        """As it is stored."""
        with Session(self.engine) as session:
            found = session.get(Person, id)
            assert found is not None
            return found

    def browser(self, base: str = HERE, address: str = "127.0.0.1") -> "Browser":
        """A browser at a network address, that calls the service by this name."""
        return Browser(self.app, base, address)


class Browser:
    """Follows no redirect by itself, so that tests see each."""

    def __init__(self, app: Any, base: str, address: str) -> None:
        self.app, self.base, self.address = app, base, address
        self.cookies = httpx.Cookies()

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request."""

        async def called() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(self.address, 1024))
            async with httpx.AsyncClient(transport=transport, base_url=self.base, cookies=self.cookies) as client:
                response = await client.request(method, path, **more)
                self.cookies = client.cookies
                return response

        return asyncio.run(called())

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Load a page."""
        return self.call("GET", path, headers={"Accept": "text/html", **headers})

    def send(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of one of our pages."""
        return self.call("POST", path, data=fields, headers={"Accept": "text/html", "Origin": self.base})

    def sign_in(self, name: str = "Rasa", password: str = PASSWORD, **more: str) -> httpx.Response:
        """Fill in the form."""
        return self.send("/sign-in", name=name, password=password, **more)

    def is_in(self) -> bool:
        """Whether pages open."""
        return self.get("/").status_code == 200
