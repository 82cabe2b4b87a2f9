"""The clock of the distributed engine: asks for a pass when one is due, whichever of its instances comes first."""

import re
import threading
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from listener.clock.jobs import Job, run_due
from listener.clock.schedule import Every
from listener.times import now
from listener.worker.app import send_pass
from listener.worker.steps import Steps

LOOKS = 15.0
"""Seconds between two looks at what is due."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def pause_of(every: str) -> timedelta:
    """``15m`` of the settings as a time."""
    match = re.fullmatch(r"(\d+)([smhd])", every)
    assert match is not None, "the settings check it"
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def tick(app: Any, steps: Steps) -> int:
    """Ask for a pass if one is due and nobody has; return how many were asked for."""
    pause = pause_of(steps.settings.schedule.every)

    def ask(_due_at: object) -> None:
        send_pass(app, steps, expires=int(pause.total_seconds()))

    return len(run_due(steps.engine, [Job("pass", Every(pause), ask)], now))


def keep_ticking(app: Any, steps: Steps) -> threading.Thread:
    """Tick in the background for as long as the process lives."""

    def go_on() -> None:
        while not threading.Event().wait(LOOKS):
            try:
                tick(app, steps)
            except (SQLAlchemyError, OSError):  # database or broker may be back at the next tick
                continue

    thread = threading.Thread(target=go_on, name="clock", daemon=True)
    thread.start()
    return thread
