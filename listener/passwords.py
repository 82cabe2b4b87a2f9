"""Hashes passwords (argon2id) and the random tokens of sign-ins and keys (SHA-256). Stores nothing."""

import secrets
import unicodedata
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from models.errors import InputError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 12
LONGEST = 1000
"""Characters of a password. The limit above is only there so that nobody has us hash a book."""
KEY_PREFIX = "ml_"
"""What keys begin with, so that scanners for leaked secrets can know them."""


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(new_token())


def check_password(password: str, name: str) -> None:
    """Raises InputError for a password that is too short or too long, or that is the name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(f"a password has {SHORTEST} characters or more: some words in a row do well")
    if len(set(password)) < 4 or password.casefold() == name.casefold():
        raise InputError("this password would be guessed at once: choose another")


def hash_password(password: str) -> str:
    """Argon2id with the library's parameters, which are in the text. It takes some 50 ms and 64 MiB, on purpose."""
    return _hasher().hash(_plain(password))


def fits(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one; without a hash (nobody of that name) False after the same time."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(password_hash or _nobodys_hash(), _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made with parameters that the library has left behind."""
    return _hasher().check_needs_rehash(password_hash)


def new_token() -> str:
    """256 random bits, for a cookie."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """256 random bits, for a program."""
    return KEY_PREFIX + new_token()


def digest(token: str) -> str:
    """What is stored of a token or key. They are random, so a fast hash is enough."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(password: str) -> bytes:
    """The same bytes whichever keyboard wrote the letters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
