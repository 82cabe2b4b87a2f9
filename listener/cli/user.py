"""``listener user`` and ``listener key``: who may sign in, and which programs have keys."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from listener.cli.common import Config, Quiet, one_of, open_settings, say
from listener.times import now
from models.errors import InputError
from models.words import Role

if TYPE_CHECKING:
    from sqlmodel import Session

app = typer.Typer(no_args_is_help=True, help="Say who may sign in.")
keys = typer.Typer(no_args_is_help=True, help="Give programs keys to the API.")
Name = Annotated[str, typer.Argument(help="The name that they sign in with.")]
RoleName = Annotated[str, typer.Option("--role", metavar="ROLE", help=f"{', '.join(Role)}.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@app.command("add")
def add(
    name: Name,
    role: RoleName = Role.READER.value,
    password_stdin: FromStdin = False,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Let somebody sign in; the first one is to be an admin. The password is asked for."""
    from listener.passwords import hash_password
    from models.reads.people import find_person
    from models.store.people import add_person, clean_name

    chosen, name = _role(role), clean_name(name)
    with _session(config) as session:
        if find_person(session, name) is not None:
            raise InputError(f"there is a {name!r} already")
        password = _password(name, password_stdin)
        person = add_person(session, name, hash_password(password), chosen, now())
    say(f"{person.name} may sign in as {person.role}", quiet)


@app.command("list")
def list_(config: Config = None) -> None:
    """Name everybody, with their roles."""
    from models.reads.people import all_people

    with _session(config) as session:
        for person in all_people(session):
            standing = f"disabled since {person.disabled_at:%Y-%m-%d}" if person.disabled_at else ""
            typer.echo(f"{person.name}\t{person.role}\t{person.created_at:%Y-%m-%d}\t{standing}".rstrip())


@app.command("role")
def role(
    name: Name,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=f"{', '.join(Role)}.")],
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Give somebody another role, from their next click on."""
    from models.reads.people import person_called
    from models.store.people import set_role

    chosen = _role(role)
    with _session(config) as session:
        set_role(session, person_called(session, name), chosen)
    say(f"{name} is {chosen} now", quiet)


@app.command("password")
def password(name: Name, password_stdin: FromStdin = False, config: Config = None, quiet: Quiet = False) -> None:
    """Set a new password; wherever they are signed in, that ends."""
    from listener.passwords import hash_password
    from models.reads.people import person_called
    from models.store.people import set_password

    with _session(config) as session:
        person = person_called(session, name)
        set_password(session, person, hash_password(_password(person.name, password_stdin)))
    say(f"{name} has a new password", quiet)


@app.command("disable")
def disable(name: Name, config: Config = None, quiet: Quiet = False) -> None:
    """Keep somebody out; what they have done stays on record."""
    from models.reads.people import person_called
    from models.store.people import disable as disable_person

    with _session(config) as session:
        disable_person(session, person_called(session, name), now())
    say(f"{name} may not sign in any more (listener user enable lets them in again)", quiet)


@app.command("enable")
def enable(name: Name, config: Config = None, quiet: Quiet = False) -> None:
    """Let somebody in again."""
    from models.reads.people import person_called
    from models.store.people import enable as enable_person

    with _session(config) as session:
        enable_person(session, person_called(session, name))
    say(f"{name} may sign in again", quiet)


@keys.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    role: RoleName = Role.READER.value,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Print a new key, this once: only its hash is stored."""
    from listener.passwords import digest, new_key
    from models.store.people import add_key as store_key

    chosen, key = _role(role), new_key()
    with _session(config) as session:
        store_key(session, name, digest(key), chosen, now())
    say("Send it with each request as Authorization: Bearer KEY. It is not shown again.", quiet)
    typer.echo(key)


@keys.command("list")
def list_keys(config: Config = None) -> None:
    """Name every key: its id, role, last day of use, and whether it was revoked."""
    from models.reads.people import all_keys

    with _session(config) as session:
        for key in all_keys(session):
            used = f"used on {key.used_on}" if key.used_on else "never used"
            revoked = f", revoked on {key.revoked_at:%Y-%m-%d}" if key.revoked_at else ""
            typer.echo(f"{key.id}\t{key.name}\t{key.role}\t{used}{revoked}")


@keys.command("revoke")
def revoke(
    id: Annotated[int, typer.Argument(min=1, help="Its id, as listener key list shows it.")],
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Refuse a key from now on."""
    from models.store.people import revoke_key

    with _session(config) as session:
        key = revoke_key(session, id, now())
    say(f"the key {key.name} is refused from now on", quiet)


@contextmanager
def _session(config: Config) -> "Iterator[Session]":
    from listener.cli.opening import open_store
    from models.database import session_of

    with session_of(open_store(open_settings(config))) as session:
        yield session


def _role(name: str) -> Role:
    found = one_of(Role, "role", name)
    assert found is not None
    return found


def _password(name: str, from_stdin: bool) -> str:
    """Typed twice at a terminal, or the first line of standard input; never an argument, which others can read."""
    from listener.passwords import check_password

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    else:
        raise InputError("there is no terminal to ask for a password at: use --password-stdin")
    check_password(password, name)
    return password
