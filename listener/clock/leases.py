"""Holds a lease while something is done, renewed in the background: who is killed loses it after a while."""

import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from listener.times import now as present
from models.database import session_of
from models.store.clock import give_lease_back, take_lease

LASTS = timedelta(minutes=2)
"""So long after it was last renewed a lease is anybody's."""


def new_holder() -> str:
    """A name for one instance that no other one has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


@contextmanager
def holding(
    engine: Engine,
    name: str,
    holder: str | None = None,
    clock: Callable[[], datetime] = present,
    lasts: timedelta = LASTS,
) -> Iterator[bool]:
    """Yield whether the lease was to be had; it is renewed until the block ends, and then given back."""
    holder = holder or new_holder()
    with session_of(engine) as session:
        is_mine = take_lease(session, name, holder, clock(), lasts)
    if not is_mine:
        yield False
        return
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(engine, name, holder, clock, lasts, ended), daemon=True)
    renewing.start()
    try:
        yield True
    finally:
        ended.set()
        renewing.join()
        with session_of(engine) as session:
            give_lease_back(session, name, holder)


def _renew(
    engine: Engine, name: str, holder: str, clock: Callable[[], datetime], lasts: timedelta, ended: threading.Event
) -> None:
    while not ended.wait(lasts.total_seconds() / 4):
        try:
            with session_of(engine) as session:
                take_lease(session, name, holder, clock(), lasts)
        except OperationalError:  # a busy or absent database: there is time for two more attempts
            continue
