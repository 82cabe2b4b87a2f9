"""Each job runs once each time it is due, by one instance; what was missed is made up once, what failed is repeated."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from listener.clock.jobs import Job, run_due
from listener.clock.schedule import Weekly
from models.database import open_database
from models.errors import InputError

ZONE = ZoneInfo("Europe/Vilnius")
WEEKLY = Weekly(0, time(7), ZONE)
SUNDAY = datetime(2026, 10, 18, 12, tzinfo=ZONE)
FIRST = datetime(2026, 10, 19, 7, tzinfo=ZONE)


class Diary:
    """A job that writes down for when it ran."""

    def __init__(self) -> None:
        self.ran: list[datetime] = []
        self.lock = threading.Lock()

    def job(self) -> Job:
        def run(due_at: datetime) -> None:
            with self.lock:
                self.ran.append(due_at)

        return Job("weekly:amber-roast", WEEKLY, run)


def test_it_runs_each_week_and_across_the_change_of_clocks(url: str) -> None:
    engine, diary = open_database(url), Diary()
    for hours in range(24 * 16):
        at = SUNDAY + timedelta(hours=hours)
        run_due(engine, [diary.job()], lambda at=at: at)  # type: ignore[misc]
    wanted = [FIRST, datetime(2026, 10, 26, 7, tzinfo=ZONE), datetime(2026, 11, 2, 7, tzinfo=ZONE)]
    assert diary.ran == wanted
    engine.dispose()


def test_a_missed_week_is_made_up_once(url: str) -> None:
    engine, diary = open_database(url), Diary()
    run_due(engine, [diary.job()], lambda: SUNDAY)
    late = datetime(2026, 11, 5, 15, tzinfo=ZONE)
    for minutes in (0, 15, 30):
        run_due(engine, [diary.job()], lambda minutes=minutes: late + timedelta(minutes=minutes))  # type: ignore[misc]
    assert diary.ran == [datetime(2026, 11, 2, 7, tzinfo=ZONE)]
    engine.dispose()


def test_many_instances_run_it_once(url: str) -> None:
    engine, diary = open_database(url), Diary()
    run_due(engine, [diary.job()], lambda: SUNDAY)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: run_due(engine, [diary.job()], lambda: FIRST), range(24)))
    assert diary.ran == [FIRST]
    engine.dispose()


def test_one_that_fails_or_is_killed_runs_again(url: str) -> None:
    engine, diary = open_database(url), Diary()

    def fail(_due_at: datetime) -> None:
        raise InputError("no report today")

    def die(_due_at: datetime) -> None:
        raise KeyboardInterrupt

    name = diary.job().name
    run_due(engine, [diary.job()], lambda: SUNDAY)
    (ran,) = run_due(engine, [Job(name, WEEKLY, fail)], lambda: FIRST)
    assert (ran.name, ran.failure) == (name, "no report today")
    with pytest.raises(KeyboardInterrupt):
        run_due(engine, [Job(name, WEEKLY, die)], lambda: FIRST)
    for _ in range(2):
        run_due(engine, [diary.job()], lambda: FIRST + timedelta(hours=1))
    assert diary.ran == [FIRST]
    engine.dispose()
