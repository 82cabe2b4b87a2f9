"""The page about the language holds: its examples parse, and match what it says."""

import re
from pathlib import Path

import pytest

from listener.queries import Document, parse
from listener.queries.scanning import FIELDS

PAGE = Path("docs/queries.md").read_text(encoding="utf-8")
ROWS = [re.split(r"(?<!\\)\|", line)[1:-1] for line in PAGE.splitlines() if line.startswith("| `")]
EXAMPLES = [example for row in ROWS for cell in row[:2] for example in re.findall("`([^`]+)`", cell)]


def test_the_table_is_found() -> None:
    assert len(ROWS) >= 25
    assert all(len(row) == 3 for row in ROWS)


@pytest.mark.parametrize("example", [example for example in EXAMPLES if not example.endswith(":")])
def test_every_example_parses(example: str) -> None:
    assert parse(str(parse(example))) == parse(example)


def test_every_field_is_on_the_page() -> None:
    for field in FIELDS:
        assert f"`{field}:" in PAGE, field


def said(row: list[str], column: int) -> list[str]:
    """What a row says of words and phrases: texts that match (column 1) or do not (column 2)."""
    return [part.strip() for part in re.split("[,;] ", row[column]) if part.strip()]


@pytest.mark.parametrize("row", [row for row in ROWS if row[2].strip() and ":" not in row[0]], ids=lambda row: row[0])
def test_what_the_table_says_is_so(row: list[str]) -> None:
    query = parse(row[0].strip(" `"))
    if row[1].strip().startswith("the words"):
        return
    assert not any(query.matches(Document(text)) for text in said(row, 2))
    texts = row[1].replace("Amber, roast", "Amber roast").split(", or that")[0]
    assert all(query.matches(Document(text)) for text in said([row[0], texts], 1))


def test_the_scripts_of_the_table_match() -> None:
    assert parse("iPhone手機").matches(Document("iPhone 手機"))
    assert parse("กาแฟ").matches(Document("ฉันชอบกาแฟมาก"))
    assert all(parse('צה"ל OR *קפה').matches(Document(text)) for text in ("צה״ל", "הקפה"))
    assert parse("tag:cold-brew").matches(Document("", tags=("Cold-Brew",)))
