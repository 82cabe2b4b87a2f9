"""The Celery application: queues, limits and tasks. Messages name brands and sources and hold nothing else.

A task is acknowledged once it has ended, so that a killed worker's goes to another one; each may be run again.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError, OperationalError

from listener.clock.leases import LASTS
from listener.settings import Settings
from listener.worker.steps import AtWorkElsewhere, Steps
from models.errors import ListenerError, SettingsError

if TYPE_CHECKING:
    from celery import Celery  # type: ignore[import-untyped]

QUEUE = "moment-listener"
LIMIT = 900
"""Seconds that one task may take."""
_GRACE = 30
_BUSY = 5
"""Seconds until a step that another worker is at, or that the database refused, is tried again."""
_TRIES = 12
"""Times that a step is tried again while the database refuses it; then it is left to the next pass."""
COLLECT, CLASSIFY, LINK, ROUND = "listener.collect", "listener.classify", "listener.link", "listener.round"


def make_app(settings: Settings, limit: int = LIMIT) -> "Celery":
    """The application over the broker of the settings. Raises SettingsError without a broker or without Celery."""
    if not settings.broker_url:
        raise SettingsError("a worker needs a broker: set LISTENER_BROKER_URL (redis://host:6379/0 or amqp://host)")
    try:
        from celery import Celery
    except ModuleNotFoundError as error:
        raise SettingsError("a worker needs Celery: pip install 'moment-listener[workers]'") from error
    app = Celery("moment-listener", broker=settings.broker_url)
    app.conf.update(
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        # Redis hands a dead worker's task on after this time; it is to be longer than any task.
        broker_transport_options={"visibility_timeout": limit + min(limit, _GRACE)},
        task_acks_late=True,
        # What took too long is handed on like a dead worker's, and what failed is left to the next pass.
        task_acks_on_failure_or_timeout=False,
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_reject_on_worker_lost=True,
        task_serializer="json",
        task_time_limit=limit,
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
    )
    _register(app, settings, min(LASTS, timedelta(seconds=limit)))
    return app


def _register(app: Any, settings: Settings, lasts: timedelta) -> None:
    """The tasks of a pass, each of which asks for the next: collect, classify, link, round."""

    @cache
    def steps() -> Steps:
        """Opened in the process that works: a connection must not be shared with the one that forked it."""
        from listener.cli.opening import open_store

        return Steps(open_store(settings), settings, lasts)

    def done(task: Any, step: Callable[[], int]) -> int:
        try:
            return step()
        except AtWorkElsewhere as error:
            raise task.retry(countdown=_BUSY, exc=error, max_retries=None) from error
        except (IntegrityError, OperationalError) as error:  # another one wrote the same, or the database was away
            raise task.retry(countdown=_BUSY, exc=error, max_retries=_TRIES) from error
        except ListenerError as error:
            _log(task.name, str(error))
            return 0

    @app.task(name=COLLECT, bind=True)  # type: ignore[untyped-decorator]
    def collect(self: Any, brand: str, source: str) -> None:
        done(self, lambda: steps().collect(brand, source))
        app.send_task(CLASSIFY, [brand])

    @app.task(name=CLASSIFY, bind=True)  # type: ignore[untyped-decorator]
    def classify(self: Any, brand: str) -> None:
        done(self, lambda: steps().classify(brand))
        app.send_task(LINK)

    @app.task(name=LINK, bind=True)  # type: ignore[untyped-decorator]
    def link(self: Any) -> None:
        if done(self, lambda: steps().link()):
            app.send_task(ROUND)

    @app.task(name=ROUND, bind=True)  # type: ignore[untyped-decorator]
    def round(self: Any) -> None:
        done(self, lambda: steps().go_round())


def send_pass(app: Any, steps: Steps, expires: int | None = None) -> int:
    """Ask for a whole pass; return how many sources. ``expires``: seconds after which nobody need do it any more."""
    sources = steps.sources()
    for brand, source in sources:
        app.send_task(COLLECT, [brand, source], expires=expires)
    app.send_task(ROUND, expires=expires)
    return len(sources)


def _log(task: str, failure: str) -> None:
    import structlog

    structlog.get_logger("listener.worker").warning("task failed", task=task, failure=failure)
