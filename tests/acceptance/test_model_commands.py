"""``listener evaluate`` and ``listener train`` as a user types them."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.acceptance.running import listener, succeed
from tests.listener.test_heads import RULE

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


def test_heads_are_refitted_kept_and_used(tmp_path: Path) -> None:
    """A settings file names the folder; labels of a kind of post that the model never saw come from people."""
    config, posts = tmp_path / "listener.toml", tmp_path / "corrected.jsonl"
    config.write_text(f"[classifier]\nheads = {json.dumps(str(tmp_path / 'heads'))}\n", encoding="utf-8")
    new: dict[str, object] = {"id": "1", "text": "Zorblat report: sofa in the lobby, seen at noon."}
    named = ["--config", str(config)]
    before = json.loads(succeed("sqlite://", "classify", "--input", "-", *named, input=lines(new)))
    stage = "fmot" if before["stage"] != "fmot" else "zmot"
    rows: list[dict[str, object]] = [{"text": text, "stage": stage} for text in RULE]
    posts.write_bytes(lines(*rows))
    said = succeed("sqlite://", "train", "--heads", str(posts), *named)
    assert "| stage | 40 | " in said
    assert "40 corrected posts; " in said
    after = json.loads(succeed("sqlite://", "classify", "--input", "-", *named, input=lines(new)))
    assert after["stage"] == stage
    assert after["model"].startswith(f"{before['model']}+")


def test_heads_need_corrections(tmp_path: Path) -> None:
    done = listener(tmp_path / "store.sqlite3", "train", "--heads")
    assert done.returncode == 1
    assert "0 corrected posts are too few to learn from; correct 20 or more" in done.stderr.decode()


def test_train_without_files_says_what_it_needs() -> None:
    done = listener("sqlite://", "train")
    assert done.returncode == 1
    assert (
        "training needs labelled posts, --weights, --tokenizer and --output; or: train --heads" in done.stderr.decode()
    )


def test_a_device_or_pipe_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_bytes)
        succeed("sqlite://", "classify", "--input", "-", "--output", str(pipe), input=lines({"id": "1", "text": "x"}))
        assert json.loads(read.result(timeout=60))["id"] == "1"
    assert pipe.is_fifo()
