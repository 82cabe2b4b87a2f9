"""Passes through a faulty proxy and one without faults leave what one clean run on a fresh database leaves."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.collecting.clock import START, SimulatedClock, SimulatedNetwork
from tests.collecting.forum import Forum, serving
from tests.collecting.listening import Listening, listening, rows, settings_for
from tests.collecting.proxy import ALL_BUT_REPEAT, Fault, Proxied, proxied
from tests.collecting.voices import said, talk

PASSES = 6
MINUTES = 7
LAST = START + timedelta(minutes=PASSES * MINUTES)


@contextmanager
def _listening_to(proxied: Proxied, database: Path) -> Iterator[Listening]:
    wordpress = {"name": "wordpress", "base_url": proxied.url}
    discourse = {"name": "discourse", "base_url": proxied.url, "filter": False}
    settings = settings_for(database, wordpress, discourse)
    with listening(settings, SimulatedNetwork(SimulatedClock()), START) as found:
        yield found


def _change(forum: Forum, numbers: list[int], chance: random.Random, listening: Listening) -> None:
    """Between two passes people write, and some correct what they wrote in the last days."""
    numbers += [forum.add(said(len(numbers) + add), listening.now, "late", parent=0) for add in range(3)]
    for number in chance.sample(numbers[-12:], 2):
        forum.edit(number, f"{said(number)} Edited, {chance.random()}")


@pytest.mark.parametrize("seed", range(5))
def test_what_faults_hid_is_there_in_the_end(seed: int, tmp_path: Path) -> None:
    _compare(seed, tmp_path, ALL_BUT_REPEAT)


def _compare(seed: int, folder: Path, faults: tuple[Fault, ...]) -> None:
    chance = random.Random(seed)
    forum = Forum(page_size=4)
    numbers = talk(forum, chance, START, count=60, days=80)
    with serving(forum.answer) as origin, proxied(origin, seed, faults) as way:
        with _listening_to(way, folder / "faults.db") as tried:
            failures = 0
            for _ in range(PASSES):
                failures += sum(bool(summary.failure) for summary in tried.collect(MINUTES))
                _change(forum, numbers, chance, tried)
            assert failures, "the faults were not felt"
            assert set(way.proxy.done) == set(faults)
            way.proxy.is_on = False
            last = tried.collect()
        assert [(summary.failure, summary.faults) for summary in last] == [(None, [])] * 2
        with _listening_to(way, folder / "clean.db") as clean:
            clean.now = tried.now
            clean.collect()
    found, expected = rows(tried.database), rows(clean.database)
    assert expected["post"]
    for table, wanted in expected.items():
        assert found[table] == wanted, table
