"""``listener worker``."""

import logging
from importlib import import_module
from typing import Annotated

import typer

from listener.cli.common import Config, Quiet, open_settings, say

_LOADED = (
    "listener.clock.rounds",
    "listener.network",
    "listener.pipeline.classifying",
    "listener.pipeline.collecting",
    "listener.pipeline.linking",
    "listener.pipeline.terming",
    "scipy.stats",
)


def worker(
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Processes that work at the same time.")] = 1,
    with_clock: Annotated[bool, typer.Option("--with-clock", help="Start passes too, as [schedule] says.")] = False,
    task_limit: Annotated[int, typer.Option(min=10, metavar="SECONDS", help="What one task may take at most.")] = 900,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Work on what a broker hands out: collect, classify, link, alert, deliver. Several may run, on many machines."""
    from listener.cli.opening import open_store
    from listener.clock.leases import new_holder
    from listener.worker.app import QUEUE, make_app
    from listener.worker.steps import Steps
    from listener.worker.ticking import keep_ticking

    settings = open_settings(config)
    app = make_app(settings, task_limit)
    engine = open_store(settings)  # what is wrong with the database is said before any task comes
    if with_clock:
        keep_ticking(app, Steps(engine, settings))
    else:
        engine.dispose()
    for name in _LOADED:  # before the working processes are forked, so that no task waits for it
        import_module(name)
    say(f"waiting for tasks of {QUEUE} (Ctrl+C stops it)", quiet)
    app.Worker(
        concurrency=concurrency,
        hostname=f"{new_holder().replace(':', '-')}@listener",
        loglevel=logging.getLevelName(settings.log_level.upper()),
        queues=QUEUE,
        without_gossip=True,
        without_mingle=True,
    ).start()
