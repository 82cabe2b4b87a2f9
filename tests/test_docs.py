"""The docs name what there is: every command, option of the settings, route and state."""

from pathlib import Path

import pytest
import typer
from sqlmodel import SQLModel

from listener.cli.main import app
from listener.collectors import SourceOptions, collector, names
from listener.collectors.contract import variable_of
from listener.settings import BrandSettings, ClassifierSettings, NetworkSettings, ServerSettings, Settings
from models.words import ResponseState

README = Path("README.md").read_text(encoding="utf-8")
DOCS = {file.name: file.read_text(encoding="utf-8") for file in Path("docs").glob("*.md")}


def test_every_command_is_in_the_readme() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert len(commands) >= 6
    for name in commands:
        assert f"listener {name}" in README, name


@pytest.mark.parametrize("section", [Settings, BrandSettings, NetworkSettings, ServerSettings, ClassifierSettings])
def test_every_setting_is_documented(section: type[SQLModel]) -> None:
    for key in section.model_fields:
        if key not in ("brand", "network", "classifier"):
            assert f"`{key}`" in DOCS["settings.md"] or f".{key}]" in DOCS["settings.md"], key


def test_every_route_is_documented() -> None:
    from api.app import create_app
    from models.database import open_database

    routes = create_app(open_database("sqlite://")).openapi()["paths"]
    assert len(routes) >= 8
    for path in routes:
        assert f"`{path}`" in DOCS["api.md"], path


def test_every_state_is_defined() -> None:
    for state in ResponseState:
        assert f"`{state}`" in DOCS["metrics.md"]


@pytest.mark.parametrize("source", names())
def test_every_source_and_its_options_are_documented(source: str) -> None:
    rows = [line for line in DOCS["sources.md"].splitlines() if line.startswith(f"| `{source}` |")]
    assert rows, f"docs/sources.md has no row for {source}"
    row = rows[0]
    module = collector(source)
    for option in set(module.Options.model_fields) - set(SourceOptions.model_fields):
        assert f"`{option}`" in row, option
    for secret in module.DECLARATION.secrets:
        assert f"`{variable_of(source, secret.name)}`" in row, secret.name
