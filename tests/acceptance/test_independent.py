"""The response gap agrees exactly with a second computation from the same CSV."""

import json
import os
import sqlite3
from pathlib import Path

import pytest

from tests.acceptance.independent import expected_gap
from tests.acceptance.running import succeed

SAMPLE = Path("tests/data/twcs/sample.csv")
REAL = Path(os.environ.get("LISTENER_TEST_DATA", "not-set")) / "twcs.csv.gz"
needs_real = pytest.mark.skipif(not REAL.exists(), reason="LISTENER_TEST_DATA names no folder with twcs.csv.gz")


def labels(database: Path) -> dict[str, bool]:
    """What the model said of each tweet: an input of both computations."""
    query = "SELECT post.source_id, mention.needs_response FROM mention JOIN post ON post.id = mention.post_id"
    with sqlite3.connect(database) as connection:
        return {id: bool(said) for id, said in connection.execute(query) if said is not None}


def check(database: Path, csv: Path, account: str) -> dict[str, int]:
    report = json.loads(
        succeed(database, "report", "response-gap", "--brand", account.lower().replace("_", "-"), "--format", "json")
    )
    expected = expected_gap(csv, account, labels(database))
    states = {state: count for state, count in report["states"].items() if count}
    assert states == expected.states
    rate, share = report["response_rate"], report["answered_share"]
    assert (rate["n"], share["n"]) == (expected.n, expected.n)
    assert rate["value"] == (expected.responded / expected.n if expected.n else None)
    assert share["value"] == (expected.answered / expected.n if expected.n else None)
    assert report["time_to_first_response"]["median"]["value"] == expected.median_seconds
    assert [post["source_id"] for post in report["unanswered"]] == expected.waiting
    assert report["unanswered_count"] == len(expected.waiting)
    return states


def test_sample_agrees(tmp_path: Path) -> None:
    database = tmp_path / "sample.sqlite3"
    succeed(database, "import", str(SAMPLE), "--format", "twcs")
    succeed(database, "classify")
    seen = {state for account in ("RailNova", "BrewBox") for state in check(database, SAMPLE, account)}
    assert seen == {"answered", "redirected", "unanswered", "too_early", "unknown", "not_needed"}


@needs_real
def test_real_file_agrees(tmp_path: Path) -> None:
    database = tmp_path / "real.sqlite3"
    succeed(database, "import", str(REAL), "--format", "twcs")
    succeed(database, "classify")
    totals = [
        sum(check(database, REAL, account).values()) for account in ("AppleSupport", "AirAsiaSupport", "Uber_Support")
    ]
    assert min(totals) > 10
