"""The response gap agrees exactly with a second computation from the same CSV."""

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.independent import Expected, expected_gap
from tests.acceptance.running import succeed

SAMPLE = Path("tests/data/twcs/sample.csv")
REAL = Path(os.environ.get("LISTENER_TEST_DATA", "not-set")) / "twcs.csv.gz"
needs_real = pytest.mark.skipif(not REAL.exists(), reason="LISTENER_TEST_DATA names no folder with twcs.csv.gz")


def labels(database: Path) -> dict[str, bool]:
    """What the model said of each tweet: an input of both computations."""
    query = "SELECT post.source_id, mention.needs_response FROM mention JOIN post ON post.id = mention.post_id"
    with sqlite3.connect(database) as connection:
        return {id: bool(said) for id, said in connection.execute(query) if said is not None}


def open_hours(database: Path) -> None:
    """Every brand works as the second computation does."""
    hours = "UPDATE brand SET timezone = 'America/New_York', business_hours = 'Mon-Fri 09:00-17:00', holidays = 'US'"
    with sqlite3.connect(database) as connection:
        connection.execute(hours)


def check_waits(times: dict[str, Any], median: float | None, within: dict[int, tuple[int, int]]) -> None:
    assert times["median"]["value"] == median
    for hours, (quick, n) in within.items():
        figure = times["within_hours"][str(hours)]
        assert (figure["n"], figure["value"]) == (n, quick / n if n else None)


def check_follow_ups(replies: dict[str, Any], expected: Expected) -> None:
    assert replies["turn_count"] == expected.turns
    rate = replies["response_rate"]
    assert (rate["n"], rate["value"]) == (
        expected.turns_due,
        expected.turns_answered / expected.turns_due if expected.turns_due else None,
    )
    assert replies["time_to_next_response"]["median"]["value"] == expected.next_median
    assert replies["waiting_count"] == expected.conversations_waiting


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
    times = report["time_to_first_response"]
    check_waits(times, expected.median_seconds, expected.within)
    check_waits(times["business"], expected.business_median, expected.business_within)
    assert times["answered_median"]["value"] == pytest.approx(expected.answered_median)
    assert times["answered_p90"]["value"] == pytest.approx(expected.answered_p90)
    check_follow_ups(report["next_replies"], expected)
    assert [post["source_id"] for post in report["unanswered"]] == expected.waiting
    assert report["unanswered_count"] == len(expected.waiting)
    return states


def test_sample_agrees(tmp_path: Path) -> None:
    database = tmp_path / "sample.sqlite3"
    succeed(database, "import", str(SAMPLE), "--format", "twcs")
    succeed(database, "classify")
    open_hours(database)
    seen = {state for account in ("RailNova", "BrewBox") for state in check(database, SAMPLE, account)}
    assert seen == {"answered", "redirected", "unanswered", "too_early", "unknown", "not_needed"}


@needs_real
def test_real_file_agrees(tmp_path: Path) -> None:
    database = tmp_path / "real.sqlite3"
    succeed(database, "import", str(REAL), "--format", "twcs")
    succeed(database, "classify")
    open_hours(database)
    totals = [
        sum(check(database, REAL, account).values()) for account in ("AppleSupport", "AirAsiaSupport", "Uber_Support")
    ]
    assert min(totals) > 10
