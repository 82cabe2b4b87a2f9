"""Survey scores: read from CSV and JSON lines alike, bad lines by number, the same file twice changes nothing."""

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select
from typer.testing import CliRunner

from listener.cli.main import app
from listener.formats import BadLine
from listener.formats.scores import ReadScore, read_scores
from models.database import open_database, session_of
from models.errors import InputError
from models.store.brands import BrandData, save_brand
from models.tables import SurveyScore

GOOD = """metric,stage,touchpoint,value,n,from,to
nps,smot,,12.5,310,2026-08-01,2026-11-01
CSAT,awareness,sklep główny,81,44,2026-08-01,2026-09-01
effort,Retention,,3.2,120,2026-10-01T00:00:00Z,2026-10-31T00:00:00Z
"""


def read(text: str, zone: str = "UTC") -> list[ReadScore | BadLine]:
    return list(read_scores(io.BytesIO(text.encode()), zone))


def test_csv_and_json_lines_give_the_same_scores() -> None:
    rows = read(GOOD)
    assert [type(row) for row in rows] == [ReadScore] * 3
    scores = [row.score for row in rows if isinstance(row, ReadScore)]
    assert [(one.metric, one.stage, one.touchpoint, one.value, one.n) for one in scores] == [
        ("nps", "smot", "", 12.5, 310),
        ("csat", "zmot", "sklep główny", 81, 44),
        ("effort", "smot", "", 3.2, 120),
    ]
    keys = GOOD.splitlines()[0].split(",")
    lines = [dict(zip(keys, line.split(","), strict=True)) for line in GOOD.splitlines()[1:]]
    as_json = "\n\n".join(json.dumps(line | {"value": float(line["value"]), "n": int(line["n"])}) for line in lines)
    assert [row.score for row in read("\ufeff" + as_json) if isinstance(row, ReadScore)] == scores


def test_days_are_of_the_zone_and_the_last_one_is_not_included() -> None:
    first = read(GOOD, "Europe/Vilnius")[0]
    assert isinstance(first, ReadScore)
    assert first.score.since == datetime(2026, 7, 31, 21, tzinfo=UTC)
    assert first.score.until == datetime(2026, 10, 31, 22, tzinfo=UTC)  # the clocks were put back in between


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nps,smot,,140,310,2026-08-01,2026-11-01", "value 140 is off the scale of nps: -100 to 100"),
        ("effort,smot,,0.5,310,2026-08-01,2026-11-01", "off the scale of effort: 1 to 7"),
        ("csat,teapot,,50,310,2026-08-01,2026-11-01", "stage 'teapot' is unknown: use zmot, fmot, smot, umot"),
        ("ces,smot,,5,310,2026-08-01,2026-11-01", "metric"),
        ("nps,smot,,5,0,2026-08-01,2026-11-01", "n "),
        ("nps,smot,,nan,10,2026-08-01,2026-11-01", "value"),
        ("nps,smot,,5,10,2026-11-01,2026-11-01", "from 2026-11-01 is not before to 2026-11-01"),
        ("nps,smot,,5,10,yesterday,2026-11-01", "'yesterday' is no date or time"),
        ("nps,smot,,5,10,,2026-11-01", "from is missing"),
        ("nps,smot,5,10", "has 4 fields"),
        ("nps,retention,,1,1,2026-08-01T00:00:00Z,2026-11-01", "nps of smot in that time stands on line 2 too"),
    ],
)
def test_a_bad_line_is_named_and_skipped(line: str, said: str) -> None:
    head, *rest = GOOD.splitlines()
    rows = read("\n".join([head, rest[0], line, rest[1]]))
    assert [type(row) for row in rows] == [ReadScore, BadLine, ReadScore]
    assert isinstance(rows[1], BadLine)
    assert rows[1].line == 3
    assert said in rows[1].reason


@pytest.mark.parametrize(
    ("header", "said"),
    [("metric,stage,value,n,from", "no column 'to'"), ("metric,stages,value,n,from,to", "did you mean 'stage'?")],
)
def test_a_header_that_lacks_something_is_refused(header: str, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        read(header + "\n")
    with pytest.raises(InputError, match="no time zone"):
        read(GOOD, "Europe/Atlantis")


@given(st.lists(st.text(max_size=30), max_size=6))
def test_any_lines_are_read_to_the_end(lines: list[str]) -> None:
    head = GOOD.splitlines()[0]
    for row in read("\n".join([head, *lines])):
        assert isinstance(row, ReadScore | BadLine)


def test_the_command_imports_and_the_same_file_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/posts.db"
    monkeypatch.setenv("LISTENER_DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)
    engine = open_database(url)
    with session_of(engine) as session:
        save_brand(session, BrandData("amber-roast", "Amber Roast", timezone="Europe/Vilnius"))
    file = tmp_path / "scores.csv.gz"

    def brought(text: str, brand: str = "amber-roast") -> tuple[int, str]:
        file.write_bytes(gzip.compress(text.encode()))
        said = CliRunner().invoke(app, ["import", str(file), "--format", "scores", "--brand", brand])
        return said.exit_code, said.stderr

    assert brought(GOOD) == (0, f"{file}: 3 new, 0 changed, 0 unchanged scores, 0 bad lines\n")
    assert brought(GOOD) == (0, f"{file}: 0 new, 0 changed, 3 unchanged scores, 0 bad lines\n")
    code, said = brought(GOOD.replace("12.5", "14") + "nps,smot,,999,1,2026-01-01,2026-02-01\n")
    assert code == 3
    assert "line 5: value 999 is off the scale" in said
    assert "0 new, 1 changed, 2 unchanged scores, 1 bad lines" in said
    with session_of(engine) as session:
        stored = session.exec(select(SurveyScore).order_by(SurveyScore.id)).all()  # type: ignore[arg-type]
        assert [(one.metric, one.value) for one in stored] == [("nps", 14), ("csat", 81), ("effort", 3.2)]
        assert stored[0].since == datetime(2026, 7, 31, 21, tzinfo=UTC)
    engine.dispose()
