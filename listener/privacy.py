"""Pseudonyms of authors: a keyed hash by default, so that the database tells one author from another, not who it is."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from models.errors import SettingsError
from models.postdata import AuthorData

KEY_FILE = "pseudonym.key"
KEY_VARIABLE = "LISTENER_PSEUDONYM_KEY"


def pseudonym(key: bytes, source: str, identity: str) -> str:
    """What stands for an account: the same for the same key, source and account, and no way back without the key."""
    return "p-" + hmac.new(key, f"{source}\n{identity}".encode(), hashlib.sha256).hexdigest()[:20]


def hidden(author: AuthorData, source: str, key: bytes) -> AuthorData:
    """The author without handle and name; what is counted of it (followers, bot or not) stays."""
    identity = author.identity
    if identity is None:
        return author.model_copy(update={"name": None})
    return AuthorData(
        source_id=pseudonym(key, source, identity), followers=author.followers, is_bot=author.is_bot, is_owned=False
    )


def pseudonym_key(folder: Path) -> bytes:
    """The installation's key: of the environment, else of a file that is made once, readable by its owner alone.

    Machines that share a database have to share it. Raises SettingsError if it can be neither read nor written.
    """
    given = os.environ.get(KEY_VARIABLE)
    if given:
        return given.encode()
    file = folder / KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "wb") as stream:
                stream.write(secrets.token_hex(32).encode())
        key = file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror or error}; set {KEY_VARIABLE} instead") from error
    if len(key) < 32:  # another process has made the file and not written it yet, or it was cut
        raise SettingsError(f"{file}: too short to be a key; delete it and run again, or set {KEY_VARIABLE}")
    return key
