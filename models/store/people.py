"""Writes people, their sign-ins and the keys of programs. It is handed hashes and never sees a password or a key.

One admin who can sign in always remains: whatever would take the last one away is refused.
"""

import unicodedata
from datetime import date, datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from models.errors import InputError, NotFoundError
from models.people_tables import ApiKey, Person, SignIn
from models.reads.people import find_person, has_admin, name_key
from models.words import Role

LONGEST_NAME = 100


def clean_name(name: str) -> str:
    """A name as it is kept. Raises InputError for an empty or too long one, or one with invisible characters.

    Invisible and turning characters would let two names look the same.
    """
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(name) <= LONGEST_NAME or len(name_key(name)) > LONGEST_NAME:
        raise InputError(f"a name has 1 to {LONGEST_NAME} characters")
    if any(unicodedata.category(letter).startswith("C") for letter in name):
        raise InputError("a name holds no control characters or invisible ones")
    return name


def add_person(session: Session, name: str, password_hash: str, role: Role, now: datetime) -> Person:
    """Let somebody sign in. Raises InputError if the name is taken, or if there would be people and no admin."""
    name = clean_name(name)
    if find_person(session, name) is not None:
        raise InputError(f"there is a {name!r} already")
    if role is not Role.ADMIN and not has_admin(session):
        raise InputError("the first person is to be an admin: somebody has to be able to add the others")
    person = Person(name=name, key=name_key(name), password_hash=password_hash, role=role.value, created_at=now)
    session.add(person)
    session.flush()
    return person


def set_role(session: Session, person: Person, role: Role) -> None:
    """What they may do from the next request on. Raises InputError for the last admin."""
    if role is not Role.ADMIN:
        _keep_an_admin(session, person)
    person.role = role.value
    session.add(person)
    session.flush()


def set_password(session: Session, person: Person, password_hash: str) -> None:
    """A new password; wherever they are signed in, that ends."""
    person.password_hash = password_hash
    session.add(person)
    end_sign_ins(session, person)


def refresh_hash(session: Session, person: Person, password_hash: str) -> None:
    """The same password under newer parameters; sign-ins stay."""
    person.password_hash = password_hash
    session.add(person)
    session.flush()


def set_reading(session: Session, person: Person, locale: str | None, timezone: str | None) -> None:
    """In which language and time zone they read; None leaves it to their browser, and to the brand."""
    person.locale, person.timezone = locale, timezone
    session.add(person)
    session.flush()


def disable(session: Session, person: Person, now: datetime) -> None:
    """Sign them out everywhere, for good until they are enabled. Raises InputError for the last admin."""
    _keep_an_admin(session, person)
    person.disabled_at = person.disabled_at or now
    session.add(person)
    end_sign_ins(session, person)


def enable(session: Session, person: Person) -> None:
    """Let them sign in again."""
    person.disabled_at = None
    session.add(person)
    session.flush()


def begin_sign_in(session: Session, person: Person, token_hash: str, now: datetime, expires_at: datetime) -> SignIn:
    """Note where somebody is signed in, and forget all that has expired."""
    session.execute(delete(SignIn).where(col(SignIn.expires_at) <= now))
    begun = SignIn(person_id=person.id or 0, token_hash=token_hash, created_at=now, expires_at=expires_at)
    session.add(begun)
    session.flush()
    return begun


def end_sign_in(session: Session, token_hash: str) -> None:
    """Sign out the one browser that holds this token, if any does."""
    session.execute(delete(SignIn).where(col(SignIn.token_hash) == token_hash))


def end_sign_ins(session: Session, person: Person) -> None:
    """Sign somebody out everywhere."""
    session.execute(delete(SignIn).where(col(SignIn.person_id) == person.id))
    session.flush()


def add_key(session: Session, name: str, key_hash: str, role: Role, now: datetime) -> ApiKey:
    """Let a program call the API. Raises InputError if a key that is not revoked has this name."""
    name = clean_name(name)
    taken = select(ApiKey.id).where(ApiKey.name == name, col(ApiKey.revoked_at).is_(None))
    if session.exec(taken).first() is not None:
        raise InputError(f"there is a key called {name!r} already: revoke it, or choose another name")
    key = ApiKey(name=name, key_hash=key_hash, role=role.value, created_at=now)
    session.add(key)
    session.flush()
    return key


def revoke_key(session: Session, id: int, now: datetime) -> ApiKey:
    """Refuse this key from now on; its row stays on record. Raises NotFoundError."""
    key = session.get(ApiKey, id)
    if key is None:
        raise NotFoundError(f"there is no key {id}")
    key.revoked_at = key.revoked_at or now
    session.add(key)
    session.flush()
    return key


def note_use(session: Session, key: ApiKey, day: date) -> None:
    """Remember the last day (UTC) on which a key was used."""
    session.execute(update(ApiKey).where(col(ApiKey.id) == key.id).values(used_on=day))


def _keep_an_admin(session: Session, person: Person) -> None:
    if person.role == Role.ADMIN.value and person.disabled_at is None and not has_admin(session, besides=person.id):
        raise InputError(f"{person.name!r} is the last admin: make somebody else one first")
