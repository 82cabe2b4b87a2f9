"""What a request needs: a database session of its own, the clock, and what the application holds for all requests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from threading import BoundedSemaphore, Lock
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlmodel import Session

from api.caching import Cache
from api.measuring import Measured
from api.people.throttle import Throttle
from listener.access import Access
from nlp.moments import ModelChoice

Clock = Callable[[], datetime]


@dataclass
class Shared:
    """Held once an application. Imports and classifying are each done one at a time, passwords hashed two at a time."""

    engine: Engine
    clock: Clock
    choice: ModelChoice | None = None
    access: Access = field(default_factory=Access)
    throttle: Throttle = field(default_factory=Throttle)
    hashing: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(2))
    clouds: Cache = field(default_factory=Cache)
    import_lock: Lock = field(default_factory=Lock)
    classify_lock: Lock = field(default_factory=Lock)
    reports: Measured = field(init=False)

    def __post_init__(self) -> None:
        """Keep reports of this database."""
        self.reports = Measured(self.engine)


def shared_of(request: Request) -> Shared:
    """What ``create_app`` put there."""
    return cast(Shared, request.app.state.shared)


SharedDep = Annotated[Shared, Depends(shared_of)]


def open_session(shared: SharedDep) -> Iterator[Session]:
    """One session a request, rolled back at its end: a route that writes commits by itself, before it answers."""
    with Session(shared.engine, expire_on_commit=False) as session:
        yield session


def clock_of(shared: SharedDep) -> Clock:
    """The application's clock."""
    return shared.clock


SessionDep = Annotated[Session, Depends(open_session)]
ClockDep = Annotated[Clock, Depends(clock_of)]
