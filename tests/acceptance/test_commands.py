"""The commands as a user types them: bad files, pipes, reports, help."""

import gzip
import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.running import listener, succeed

GOOD = {"source": "forum", "source_id": "1", "text": "It leaks, please help!", "published_at": "2026-11-01T09:00:00Z"}


def line(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}).encode() + b"\n"


def test_malformed_file(tmp_path: Path) -> None:
    """Each fault is said with its line and what to do; everything good is imported."""
    faults = [
        (b'{"source": "forum", "source_id": "2", "te\n', "is no valid JSON"),
        ('{"source": "forum", "source_id": "3", "text": "déjà"}\n'.encode("latin-1"), "is not UTF-8"),
        (b'{"source": "forum", "source_id": "4", "published_at": "2026-11-01T09:00:00Z"}\n', "text is missing"),
        (line(source_id="5", text="x" * 50_000_000), "bytes long"),
        (line(source_id="6").replace(b"leaks", b"le\x00ks"), "NUL byte"),
        (line(source_id="7", published_at="2026-11-01T09:00:00"), "has no time zone"),
        (line(source_id="1"), "stands on an earlier line too"),
    ]
    path = tmp_path / "bad.jsonl"
    with path.open("wb") as stream:
        stream.write(line())
        for number, (fault, _) in enumerate(faults):
            stream.write(fault + line(source_id=f"good{number}"))
    done = listener(tmp_path / "a.sqlite3", "import", str(path), "--brand", "shop")
    said = done.stderr.decode()
    assert done.returncode == 3
    for number, (_, reason) in enumerate(faults):
        mine = [text for text in said.splitlines() if f"line {2 + 2 * number}:" in text]
        assert len(mine) == 1, said
        assert reason in mine[0]
    assert f"{len(faults) + 1} new, 0 changed, 0 unchanged, {len(faults)} bad lines" in said


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("utf16.jsonl", "{}".encode("utf-16"), "UTF-16"),
        ("sheet.csv", b"PK\x03\x04rest", "zip archive or spreadsheet"),
        ("missing.jsonl", None, "No such file"),
    ],
)
def test_unreadable_file(tmp_path: Path, name: str, content: bytes | None, reason: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    done = listener(tmp_path / "a.sqlite3", "import", str(path), "--brand", "shop")
    assert done.returncode == 1
    assert reason in done.stderr.decode()
    assert len(done.stderr.decode().strip().splitlines()) <= 2


def test_truncated_gzip_keeps_what_came(tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(line(source_id=str(number)) for number in range(6_000)))
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(packed[: len(packed) // 2])
    done = listener(tmp_path / "a.sqlite3", "import", str(path), "--brand", "shop")
    assert done.returncode == 3
    assert "ends early" in done.stderr.decode()
    assert " 0 new" not in done.stderr.decode()


def test_classify_through_a_pipe_keeps_order() -> None:
    posts = [{"id": f"p{number}", "text": f"Where is parcel {number}?"} for number in range(400)]
    given = "".join(f"{json.dumps(post)}\n" for post in posts).encode()
    lines = succeed("sqlite://", "classify", "--input", "-", "--output", "-", input=given).splitlines()
    labels = [json.loads(label) for label in lines]
    assert [label["id"] for label in labels] == [post["id"] for post in posts]
    for label in labels:
        assert set(label) >= {"language", "stage", "sentiment", "complaint", "needs_response", "addressed_to", "model"}
        assert sum(label["stage_probabilities"].values()) == pytest.approx(1, abs=1e-4)
        assert set(label["stage_probabilities"]) == {"zmot", "fmot", "smot", "umot", "none"}


def test_classify_needs_constant_memory() -> None:
    """Six times the lines may not need noticeably more memory: 300 against 1,800 lines through a pipe."""
    peaks = []
    for count in (300, 1_800):
        given = "".join(f'{{"id": "{n}", "text": "The {n}th parcel is late {"again " * 20}"}}\n' for n in range(count))
        code = (
            "import resource, subprocess, sys;"
            "subprocess.run([sys.argv[1], 'classify', '--input', '-', '--output', '-'], stdout=subprocess.DEVNULL,"
            "check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        command = [sys.executable, "-c", code, str(Path(sys.executable).parent / "listener")]
        done = subprocess.run(command, input=given.encode(), capture_output=True, check=True, timeout=280)
        peaks.append(int(done.stdout))
    assert peaks[1] - peaks[0] < 30_000, f"kB at 300 and 1,800 lines: {peaks}"
    assert resource.RUSAGE_CHILDREN == -1


def test_demo_prints_the_gap_and_clouds_can_be_drawn(tmp_path: Path) -> None:
    database = tmp_path / "demo.sqlite3"
    said = succeed("sqlite://", "demo", "--no-serve", "--database", str(database))
    assert "# Response gap: amber-roast" in said
    for language in ("he", "zh"):
        picture = tmp_path / f"{language}.png"
        succeed(database, "report", "word-cloud", "--brand", "amber-roast", "--language", language,
                "--format", "png", "--output", str(picture))  # fmt: skip
        assert picture.read_bytes().startswith(b"\x89PNG")
    svg = succeed(database, "report", "word-cloud", "--brand", "amber-roast", "--format", "svg")
    assert "<text" in svg


def test_report_on_unknown_brand_names_the_nearest(tmp_path: Path) -> None:
    database = tmp_path / "a.sqlite3"
    succeed(database, "import", "-", "--brand", "amber-roast", input=line())
    done = listener(database, "report", "response-gap", "--brand", "amber-rost")
    assert done.returncode == 1
    assert "amber-roast" in done.stderr.decode()


def test_init_writes_settings_that_load(tmp_path: Path) -> None:
    path = tmp_path / "listener.toml"
    succeed("sqlite://", "init", "--output", str(path))
    assert listener("sqlite://", "init", "--output", str(path)).returncode == 1
    done = listener("sqlite://", "report", "response-gap", "--brand", "amber-roast", "--config", str(path))
    assert done.returncode == 0, done.stderr.decode()


def test_help_imports_nothing_slow() -> None:
    code = (
        "import sys; sys.argv = ['listener', '--help']\n"
        "from listener.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "slow = {'spacy', 'transformers', 'onnxruntime', 'numpy', 'scipy', 'sqlalchemy'} & set(sys.modules)\n"
        "sys.exit(f'imported: {slow}' if slow else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
