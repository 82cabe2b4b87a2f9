"""Reads who may sign in, where they are signed in, and which keys programs hold. Hashes are compared elsewhere."""

import unicodedata
from datetime import datetime

from sqlmodel import Session, col, select

from models.errors import NotFoundError
from models.people_tables import ApiKey, Person, SignIn
from models.words import Role


def name_key(name: str) -> str:
    """A name as it is compared: ``Ana`` is ``ana``, full-width letters are letters."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def has_people(session: Session) -> bool:
    """Whether anybody was ever added; the disabled count, so that disabling never opens a door."""
    return session.exec(select(Person.id).limit(1)).first() is not None


def has_admin(session: Session, besides: int | None = None) -> bool:
    """Whether an admin who is not disabled is left, besides this one."""
    query = select(Person.id).where(Person.role == Role.ADMIN.value, col(Person.disabled_at).is_(None))
    if besides is not None:
        query = query.where(col(Person.id) != besides)
    return session.exec(query.limit(1)).first() is not None


def all_people(session: Session) -> list[Person]:
    """Everybody, by name."""
    return list(session.exec(select(Person).order_by(Person.key)))


def find_person(session: Session, name: str) -> Person | None:
    """The person of that name, disabled or not."""
    return session.exec(select(Person).where(Person.key == name_key(name))).first()


def person_called(session: Session, name: str) -> Person:
    """The person of that name. Raises NotFoundError."""
    person = find_person(session, name)
    if person is None:
        known = ", ".join(person.name for person in all_people(session)) or "nobody"
        raise NotFoundError(f"nobody is called {name!r}; known: {known}")
    return person


def person_by_id(session: Session, id: int) -> Person:
    """The person. Raises NotFoundError."""
    person = session.get(Person, id)
    if person is None:
        raise NotFoundError(f"there is no person {id}")
    return person


def person_signed_in(session: Session, token_hash: str, now: datetime) -> tuple[Person, int] | None:
    """Who is signed in with this token, and the id of the sign-in; None once it is over or they are disabled."""
    query = (
        select(Person, SignIn.id)
        .join(SignIn, col(SignIn.person_id) == col(Person.id))
        .where(SignIn.token_hash == token_hash, SignIn.expires_at > now, col(Person.disabled_at).is_(None))
    )
    row = session.exec(query).first()
    return (row[0], row[1] or 0) if row else None


def all_keys(session: Session) -> list[ApiKey]:
    """Every key, the newest first, the revoked ones at the end."""
    query = select(ApiKey).order_by(col(ApiKey.revoked_at).is_not(None), col(ApiKey.id).desc())
    return list(session.exec(query))


def valid_key(session: Session, key_hash: str) -> ApiKey | None:
    """The key with this hash, unless it was revoked."""
    return session.exec(select(ApiKey).where(ApiKey.key_hash == key_hash, col(ApiKey.revoked_at).is_(None))).first()
