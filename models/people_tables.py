"""The tables of people, where they are signed in, and programs' keys. Rows are written by ``models.store.people``."""

from datetime import date

from pydantic import AwareDatetime
from sqlmodel import Field, SQLModel


class Person(SQLModel, table=True):
    """Somebody who may sign in. ``key`` is the name as it is compared: in one case, look-alike forms made one.

    ``password_hash`` is argon2's own text, with its parameters. ``locale`` and ``timezone`` are None until chosen.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str
    key: str = Field(unique=True, index=True)
    password_hash: str
    role: str
    created_at: AwareDatetime
    disabled_at: AwareDatetime | None = None
    locale: str | None = None
    timezone: str | None = None


class SignIn(SQLModel, table=True):
    """One browser in which a person is signed in; taking the row away signs it out.

    ``token_hash`` is the SHA-256 of the cookie's random token in hexadecimal digits: the database opens no door.
    """

    __tablename__ = "sign_in"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    token_hash: str = Field(unique=True, index=True)
    created_at: AwareDatetime
    expires_at: AwareDatetime = Field(index=True)


class ApiKey(SQLModel, table=True):
    """A key with which a program calls the API. ``key_hash`` is its SHA-256 in hexadecimal digits."""

    __tablename__ = "api_key"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    key_hash: str = Field(unique=True, index=True)
    role: str
    created_at: AwareDatetime
    used_on: date | None = None
    revoked_at: AwareDatetime | None = None
