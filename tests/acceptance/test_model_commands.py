"""``listener evaluate`` and ``listener train`` as a user types them."""

import json
from pathlib import Path

from tests.acceptance.running import listener, succeed

ROW: dict[str, object] = {
    "text": "@amberroast the machine leaks, please help",
    "lang": "en",
    "stage": "smot",
    "sentiment": "negative",
    "complaint": 1,
    "needs_response": 1,
    "addressed_to": "brand",
}


def lines(*rows: dict[str, object]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def test_evaluate_prints_tables_and_draws(tmp_path: Path) -> None:
    given = lines(*[ROW] * 12)
    said = json.loads(succeed("sqlite://", "evaluate", "-", "--format", "json", input=given))
    assert {figure["task"] for figure in said["figures"]} == {
        "stage",
        "sentiment",
        "complaint",
        "needs_response",
        "addressed_to",
    }
    picture = tmp_path / "figures.png"
    succeed("sqlite://", "evaluate", "-", "--format", "png", "--output", str(picture), input=given)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_evaluate_measures_all_or_nothing() -> None:
    cases: list[tuple[dict[str, object], str]] = [
        (ROW | {"stage": "love"}, "'love' is no stage"),
        ({"text": "x"}, "stage is missing"),
    ]
    for bad, reason in cases:
        done = listener("sqlite://", "evaluate", "-", input=lines(ROW, bad))
        assert done.returncode == 1
        assert reason in done.stderr.decode()
        assert done.stdout == b""


def test_train_says_what_is_missing(tmp_path: Path) -> None:
    posts = tmp_path / "posts.jsonl"
    posts.write_bytes(lines(ROW))
    needed = ["--weights", str(tmp_path / "no.bin"), "--tokenizer", str(posts), "--output", str(tmp_path / "out")]
    done = listener("sqlite://", "train", str(posts), *needed)
    assert done.returncode == 1
    assert "no.bin: no such file" in done.stderr.decode()
