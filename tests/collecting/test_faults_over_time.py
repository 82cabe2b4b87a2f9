"""Passes through a faulty proxy and one without faults leave what one clean run on a fresh database leaves."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.collecting.clock import START, SimulatedClock, SimulatedNetwork
from tests.collecting.forum import Forum, Reply, serving
from tests.collecting.listening import Listening, Rows, listening, rows, settings_for
from tests.collecting.proxy import ALL_BUT_REPEAT, Fault, Proxied, proxied
from tests.collecting.voices import said, talk

PASSES = 3
MINUTES = 7


@dataclass(frozen=True, slots=True)
class Compared:
    """What passes with faults and a clean run left, how many streams failed meanwhile, and when it ended."""

    tried: Rows
    clean: Rows
    failure_count: int
    until: str


@pytest.mark.parametrize("seed", range(5))
def test_what_faults_hid_is_there_in_the_end(seed: int, tmp_path: Path) -> None:
    compared = _compare(seed, tmp_path, ALL_BUT_REPEAT)
    assert compared.failure_count, "the faults were not felt"
    for table, wanted in compared.clean.items():
        assert compared.tried[table] == wanted, table
    assert compared.clean["mention"]
    for table in ("stream", "coverage"):
        assert {row[f"{table}.covers_until"] for row in compared.clean[table]} == {compared.until}


def test_a_source_that_repeats_pages_doubles_and_invents_nothing(tmp_path: Path) -> None:
    compared = _compare(0, tmp_path, (Fault.REPEAT, Fault.GARBAGE))
    for table, key in (("post", "source_id"), ("author", "source_id"), ("thread_check", "root_source_id")):
        ids, known = (
            [(row.get(f"{table}.source"), row[f"{table}.{key}"]) for row in found[table]]
            for found in (compared.tried, compared.clean)
        )
        assert len(ids) == len(set(ids))
        assert set(ids) <= set(known)


def _compare(seed: int, folder: Path, faults: Sequence[Fault]) -> Compared:
    chance = random.Random(seed)
    forums = {"wordpress": Forum(page_size=2), "discourse": Forum(page_size=2)}
    for place, forum in enumerate(forums.values()):
        talk(forum, chance, START, count=13, days=80, first=100 * place)

    def origin_of(path: str) -> Reply:
        return forums["wordpress" if path.startswith("/wp-json") else "discourse"].answer(path)

    with serving(origin_of) as origin, proxied(origin, seed, faults) as way:
        with _listening_to(way, folder / "faults.db") as tried:
            failures = 0
            for _ in range(PASSES):
                failures += sum(bool(summary.failure) for summary in tried.collect(MINUTES))
                for forum in forums.values():
                    _change(forum, chance, tried)
            assert set(way.proxy.done) == set(faults)
            way.proxy.is_on = False
            last = tried.collect(MINUTES)
        assert [(summary.failure, summary.faults) for summary in last] == [(None, [])] * 2
        with _listening_to(way, folder / "clean.db") as clean:
            clean.now = tried.now
            clean.collect()
    until = f"{tried.now:%Y-%m-%d %H:%M:%S.%f}"
    return Compared(rows(tried.database), rows(clean.database), failures, until)


@contextmanager
def _listening_to(proxied: Proxied, database: Path) -> Iterator[Listening]:
    wordpress = {"name": "wordpress", "base_url": proxied.url}
    discourse = {"name": "discourse", "base_url": proxied.url, "filter": False}
    settings = settings_for(database, wordpress, discourse)
    with listening(settings, SimulatedNetwork(SimulatedClock()), START) as found:
        yield found


def _change(forum: Forum, chance: random.Random, listening: Listening) -> None:
    """Between two passes people write, and some correct what they wrote in the last days."""
    at = listening.now + timedelta(minutes=1)
    numbers = [forum.add(said(chance.randrange(10**6)), at, "late") for _ in range(2)]
    for number in chance.sample(range(max(1, numbers[0] - 8), numbers[-1] + 1), 2):
        forum.edit(number, f"{said(number)} Edited, {chance.random()}")
