"""The command, the route and the page of weekly reports."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.routes.weekly import STANDING_ALONE
from listener.cli.main import app
from models.database import open_database, session_of
from models.errors import InputError
from models.store.brands import BrandData, save_brand
from models.words import Role
from tests.api.service import Client, check_problem, filled
from tests.api.signing import Service

WEEK = "2026-W46"
PATH = "/api/v1/reports/weekly"
PAGE = "/brands/amber-roast/reports"


@pytest.fixture(scope="module")
def client() -> Client:
    """The posts of the service's tests: those of 20 November are of a week that is not over."""
    return Client(filled())


def run(database: Path, *words: str) -> bytes:
    """``listener report weekly`` over a database; what it raises is raised."""
    done = CliRunner().invoke(
        app,
        ["report", "weekly", "--brand", "amber-roast", *words],
        env={"LISTENER_DATABASE_URL": f"sqlite:///{database}"},
    )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout_bytes


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A brand of which nothing was heard."""
    file = tmp_path / "one.sqlite3"
    engine = open_database(f"sqlite:///{file}")
    with session_of(engine) as session:
        save_brand(session, BrandData("amber-roast", "Amber Roast", timezone="Europe/Vilnius"))
    engine.dispose()
    return file


def test_the_command_keeps_what_it_makes(database: Path, tmp_path: Path) -> None:
    first = json.loads(run(database, "--week", "2026-W40", "--format", "json"))
    assert json.loads(run(database, "--week", "2026-W40", "--format", "json")) == first
    again = json.loads(run(database, "--from", "2026-09-30", "--format", "json", "--again"))
    assert again.pop("made_at") > first.pop("made_at")
    assert again == first
    target = tmp_path / "w.pdf"
    run(database, "--week", "2026-W40", "--format", "pdf", "--lang", "zh-Hant", "--output", str(target))
    assert target.read_bytes().startswith(b"%PDF")
    assert b'dir="rtl"' in run(database, "--week", "2026-W40", "--format", "html", "--lang", "he")


@pytest.mark.parametrize(
    "words", [("--lang", "de"), ("--format", "png"), ("--stage", "smot"), ("--week", "46"), ("--week", "2099-W01")]
)
def test_what_cannot_be_made_is_refused(database: Path, words: tuple[str, str]) -> None:
    with pytest.raises(InputError):
        run(database, *words)


def test_the_route_answers_data_and_files(client: Client) -> None:
    report = client.get(PATH, brand="amber-roast").json()
    assert (report["report"], report["week"], report["as_of"]) == ("weekly", WEEK, "2026-11-16T00:00:00Z")
    running = client.get(PATH, brand="amber-roast", week="2026-W47").json()
    assert running["as_of"] == "2026-11-21T12:00:00Z"
    assert running["volume"]["posts"] == 1
    page = client.get(PATH, brand="amber-roast", week="2026-W45", format="html", lang="pl")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"] == STANDING_ALONE
    assert '<html lang="pl"' in page.text
    pdf = client.get(PATH, brand="amber-roast", format="pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["content-disposition"] == f'attachment; filename="amber-roast-weekly-{WEEK}.pdf"'
    for format in ("md", "csv"):
        assert client.get(PATH, brand="amber-roast", format=format).status_code == 200


def test_the_route_refuses_what_it_does_not_know(client: Client) -> None:
    check_problem(client.get(PATH, brand="nobody"), 404)
    check_problem(client.get(PATH, brand="amber-roast", week="46"), 422, "2026-W46")
    check_problem(client.get(PATH, brand="amber-roast", week="2030-W01"), 422, "not begun")
    check_problem(client.get(PATH, brand="amber-roast", format="docx"), 422)
    check_problem(client.get(PATH, brand="amber-roast", stage="smot"), 422)


def test_managers_make_and_readers_read() -> None:
    service = Service(filled())
    reader, manager = (service.key(role) for role in (Role.READER, Role.MANAGER))
    client = Client(service.engine)
    client.app = service.app

    def call(method: str, path: str, key: str) -> tuple[int, str]:
        host = {"Authorization": f"Bearer {key}", "Host": "127.0.0.1", "Accept": "text/html"}
        answer = client.call(method, path, headers=host)
        return answer.status_code, answer.text

    status, page = call("GET", PAGE, reader)
    assert status == 200
    assert "None is kept yet" in page
    assert "Make it now" not in page
    assert call("POST", PAGE, reader)[0] == 403
    assert "Make it now" in call("GET", PAGE, manager)[1]
    assert [call("POST", PAGE, manager)[0] for _ in range(2)] == [303, 303]
    status, page = call("GET", f"{PAGE}?made=true&lang=en", reader)
    assert f'href="{PAGE}/1">{WEEK}' in page
    assert page.count(f"{PAGE}/1/file.") == 4
    assert "Make it now" not in call("GET", PAGE, manager)[1]
    status, shown = call("GET", f"{PAGE}/1?lang=lt", reader)
    assert '<html lang="lt"' in shown
    for ending in ("pdf", "html", "md", "json"):
        assert call("GET", f"{PAGE}/1/file.{ending}", reader)[0] == 200
    assert call("GET", f"{PAGE}/2", reader)[0] == 404
    assert call("GET", f"{PAGE}/1/file.docx", reader)[0] == 422
