"""Imports point down only: api -> listener -> nlp -> models."""

import ast
from pathlib import Path

import pytest

ROOMS = ("models", "nlp", "listener", "api")
FILES = [file for room in ROOMS for file in sorted(Path(room).rglob("*.py"))]


def rooms_imported(source: str) -> set[str]:
    """The rooms that a file imports from, anywhere in it, lazily or not."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return {name.split(".")[0] for name in names} & set(ROOMS)


@pytest.mark.parametrize("file", FILES, ids=str)
def test_imports_point_down(file: Path) -> None:
    mine = ROOMS.index(file.parts[0])
    above = {room for room in rooms_imported(file.read_text(encoding="utf-8")) if ROOMS.index(room) > mine}
    assert not above, f"{file} imports from {above}, which stand above it"


def test_the_test_would_notice() -> None:
    assert rooms_imported("def f():\n    from api.app import create_app\n    import nlp.cleaning") == {"api", "nlp"}


@pytest.mark.parametrize("file", FILES, ids=str)
def test_files_stay_small(file: Path) -> None:
    if "migrations" not in file.parts:
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 400
