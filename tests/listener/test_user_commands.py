"""``listener user`` and ``listener key`` as they are typed; and ``listener serve`` where others can reach it."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner, Result

from listener.cli.main import app
from listener.passwords import digest, fits
from models.database import open_database
from models.errors import ListenerError
from models.people_tables import ApiKey, Person

PASSWORD = "kava be cukraus"


class Typed:
    """Commands over one database."""

    def __init__(self, file: Path) -> None:
        self.url = f"sqlite:///{file}"

    def run(self, *words: str, input: str | None = None) -> Result:
        """One command; what it raises is expected to be a ListenerError."""
        result = CliRunner().invoke(app, list(words), input=input, env={"LISTENER_DATABASE_URL": self.url})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def rows(self, table: Any) -> list[Any]:
        """What is stored."""
        engine = open_database(self.url)
        with Session(engine) as session:
            found = list(session.exec(select(table)))
        engine.dispose()
        return found


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """In a folder without settings, with Rasa as the admin."""
    monkeypatch.chdir(tmp_path)
    commands = Typed(tmp_path / "posts.db")
    commands.run("user", "add", "Rasa", "--role", "admin", "--password-stdin", input=f"{PASSWORD}\n")
    return commands


def test_people_are_added_listed_changed_and_kept_out(typed: Typed) -> None:
    typed.run("user", "add", "מאיה", "--password-stdin", input=PASSWORD)
    typed.run("user", "role", "מאיה", "manager")
    typed.run("user", "disable", "מאיה")
    listed = typed.run("user", "list").stdout.splitlines()
    assert [line.split("\t")[:2] for line in listed] == [["Rasa", "admin"], ["מאיה", "manager"]]
    assert "disabled since" in listed[1]
    typed.run("user", "enable", "מאיה")
    assert "disabled" not in typed.run("user", "list").stdout


def test_a_password_is_hashed_and_read_from_standard_input_alone(typed: Typed) -> None:
    (before,) = typed.rows(Person)
    assert fits(before.password_hash, PASSWORD)
    assert before.password_hash.startswith("$argon2id$")
    typed.run("user", "password", "rasa", "--password-stdin", input="žalias stalas prie lango\r\n")
    (after,) = typed.rows(Person)
    assert fits(after.password_hash, "žalias stalas prie lango")
    assert not fits(after.password_hash, PASSWORD)
    assert typed.run("user", "add", "Ona", PASSWORD).exit_code == 2
    with pytest.raises(ListenerError, match="--password-stdin"):
        typed.run("user", "add", "Ona", input=f"{PASSWORD}\n{PASSWORD}\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("user", "add", "rasa", "--password-stdin"), "already"),
        (("user", "add", "Ona", "--role", "chief", "--password-stdin"), "reader, agent, manager, admin"),
        (("user", "role", "Rasa", "agent"), "last admin"),
        (("user", "disable", "Rasa"), "last admin"),
        (("user", "role", "Ona", "agent"), "known: Rasa"),
        (("key", "revoke", "7"), "no key 7"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(typed: Typed, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(ListenerError, match=said) as raised:
        typed.run(*words, input=PASSWORD)
    assert "\n" not in str(raised.value)


def test_the_first_one_is_an_admin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ListenerError, match="admin"):
        Typed(tmp_path / "posts.db").run("user", "add", "Ona", "--password-stdin", input=PASSWORD)


def test_a_key_is_printed_once(typed: Typed) -> None:
    key = typed.run("key", "add", "exporter", "--role", "agent").stdout.strip()
    (stored,) = typed.rows(ApiKey)
    assert (stored.key_hash, stored.role) == (digest(key), "agent")
    assert typed.run("key", "list").stdout == "1\texporter\tagent\tnever used\n"
    with pytest.raises(ListenerError, match="already"):
        typed.run("key", "add", "exporter")
    typed.run("key", "revoke", "1")
    assert "revoked on" in typed.run("key", "list").stdout
    assert typed.run("key", "add", "exporter").exit_code == 0


def test_serving_others_needs_an_admin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ListenerError, match="listener user add NAME --role admin"):
        Typed(tmp_path / "posts.db").run("serve", "--host", "0.0.0.0")
