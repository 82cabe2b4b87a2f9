"""One of many gets a lease, on SQLite and PostgreSQL; whoever is killed loses it, and not before."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from listener.clock.leases import holding
from models.database import open_database, session_of
from models.reads.clock import lease_of
from models.store.clock import give_lease_back, take_lease
from tests.builders import NOW

MINUTE = timedelta(minutes=1)


def test_one_of_many_gets_it(url: str) -> None:
    engine = open_database(url)
    ready = threading.Barrier(8)

    def take(number: int) -> bool:
        ready.wait()
        with session_of(engine) as session:
            return take_lease(session, "job", f"instance {number}", NOW, MINUTE)

    with ThreadPoolExecutor(8) as pool:
        for round in range(3):
            assert sum(pool.map(take, range(8))) == 1
            with session_of(engine) as session:
                lease = lease_of(session, "job")
                assert lease is not None
                give_lease_back(session, "job", lease.holder)
                assert round >= 0
    engine.dispose()


def test_it_is_anybodys_once_it_has_expired_and_its_holders_until_then(url: str) -> None:
    engine = open_database(url)
    said = []
    for holder, at in (("a", 0.0), ("b", 0.9), ("a", 0.95), ("b", 1.5), ("b", 1.95), ("a", 2.0)):
        with session_of(engine) as session:
            said.append(take_lease(session, "job", holder, NOW + at * MINUTE, MINUTE))
    assert said == [True, False, True, False, True, False]
    engine.dispose()


def test_it_is_renewed_while_it_is_held_and_free_afterwards(url: str) -> None:
    engine = open_database(url)
    with holding(engine, "job", lasts=timedelta(seconds=0.8)) as mine:
        assert mine
        end = time.monotonic() + 2
        while time.monotonic() < end:
            with holding(engine, "job") as other:
                assert not other
            time.sleep(0.1)
    with holding(engine, "job") as mine:
        assert mine
    engine.dispose()


def test_a_killed_holder_loses_it_after_a_while(url: str) -> None:
    lasts = 1.5
    command = [sys.executable, "-m", "tests.clock.holder", url, "job", str(lasts)]
    engine = open_database(url)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as victim:
        assert victim.stdout
        assert victim.stdout.readline() == "held\n"
        time.sleep(lasts)  # renewed meanwhile
        with holding(engine, "job") as mine:
            assert not mine
        victim.kill()
        victim.wait()
    killed, is_free = time.monotonic(), False
    while not is_free and time.monotonic() < killed + 10:
        with holding(engine, "job") as is_free:
            pass
        time.sleep(0.05)
    assert is_free
    assert time.monotonic() - killed < lasts + 1
    engine.dispose()
