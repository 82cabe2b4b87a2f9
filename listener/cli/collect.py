"""``listener collect`` and ``listener run``."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from listener.cli.common import PARTLY, BrandOption, Config, Quiet, open_settings, progress_of, say
from listener.times import now, when
from models.errors import InputError, StoreError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from listener.delivery.channels import Channel
    from listener.network import Network
    from listener.pipeline.collection import StreamSummary
    from listener.pipeline.streams import ConfiguredStream
    from listener.settings import Settings

SourceOption = Annotated[str | None, typer.Option("--source", metavar="NAME", help="One source only.")]
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def collect(
    brand: BrandOption = None,
    source: SourceOption = None,
    since: Annotated[str | None, typer.Option(help="Fetch from this day or time on, again if need be.")] = None,
    until: Annotated[str | None, typer.Option(help="Up to this day or time, not included.")] = None,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Run the collectors: fetch what is new, what was interrupted, and threads that may have changed."""
    from listener.cli.opening import open_store
    from listener.pipeline.linking import link
    from listener.pipeline.streams import configured_streams

    start, end = when(since), when(until)
    if start and end and start >= end:
        raise InputError(f"--since {since} is not before --until {until}")
    settings = open_settings(config)
    engine = open_store(settings)
    streams = configured_streams(engine, settings, brand=brand, source=source)
    with _network(settings) as network:
        summaries = _collect(engine, streams, network, quiet, start, end)
    link(engine, progress_of(quiet))
    _leave(summaries)


def run(
    every: Annotated[str | None, typer.Option(help="Keep going, with this pause: 90s, 15m, 1h.")] = None,
    brand: BrandOption = None,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Collect, classify, link replies, alert, deliver: one pass, or with --every one after the other."""
    from listener.cli.opening import open_store
    from listener.delivery.channels import channels_of
    from listener.pipeline.streams import configured_streams

    pause = _seconds(every) if every is not None else None
    settings = open_settings(config)
    channels = channels_of(settings.delivery)
    engine = open_store(settings)
    streams = configured_streams(engine, settings, brand=brand)
    with _network(settings) as network, _told(engine, brand, pause is not None) as tell_next:
        while True:
            started = time.monotonic()
            try:
                summaries = _one_pass(engine, settings, streams, network, quiet)
                _go_round(engine, settings, channels, quiet)
            except StoreError as error:  # the database may be back at the next pass
                if pause is None:
                    raise
                say(str(error))
            if pause is None:
                break
            left = max(0.0, pause - (time.monotonic() - started))
            tell_next(left)
            time.sleep(left)
    _leave(summaries)


@contextmanager
def _told(engine: "Engine", brand: str | None, is_repeated: bool) -> "Iterator[Callable[[float], None]]":
    """Lets pages say when the next pass comes, for as long as this process lives: hand in the seconds until then."""
    from sqlalchemy.exc import SQLAlchemyError

    from models.database import session_of
    from models.reads.clock import RUN, run_of
    from models.store.clock import drop_job, note_due

    name = run_of(brand) if brand is not None else RUN

    def tell(seconds: float) -> None:
        with suppress(SQLAlchemyError), session_of(engine) as session:
            note_due(session, name, now() + timedelta(seconds=seconds), now())

    if not is_repeated:
        yield tell
        return
    try:
        tell(0)
        yield tell
    finally:
        with suppress(SQLAlchemyError), session_of(engine) as session:
            drop_job(session, name)


def _one_pass(
    engine: "Engine", settings: "Settings", streams: "list[ConfiguredStream]", network: "Network", quiet: bool
) -> "list[StreamSummary]":
    from listener.pipeline.classifying import classify_stored
    from listener.pipeline.linking import link
    from listener.pipeline.terming import term_posts
    from nlp.moments import load_classifier

    summaries = _collect(engine, streams, network, quiet)
    labelled = classify_stored(engine, load_classifier(settings.model_choice), now, progress=progress_of(quiet))
    link(engine, progress_of(quiet))
    term_posts(engine, progress_of(quiet))
    say(f"{labelled} labelled", quiet)
    return summaries


def _go_round(engine: "Engine", settings: "Settings", channels: "list[Channel]", quiet: bool) -> None:
    """Alerts, weekly jobs, deliveries. What cannot be delivered now waits in the outbox and fails no run."""
    from listener.clock.rounds import go_round

    done = go_round(engine, settings, channels, now)
    say(f"{done.told} new alerts, {done.outcome.delivered} messages delivered", quiet)
    for ran in done.ran:
        if ran.failure:
            say(f"{ran.name}: {ran.failure}")
    for failure in done.outcome.failures:
        say(f"not delivered: {failure}")


@contextmanager
def _network(settings: "Settings") -> "Iterator[Network]":
    from listener.network import Network

    chosen = settings.network
    with Network(chosen.contact, allow_private=chosen.allow_private_addresses) as network:
        yield network


def _collect(
    engine: "Engine",
    streams: "list[ConfiguredStream]",
    network: "Network",
    quiet: bool,
    since: datetime | None = None,
    until: datetime | None = None,
) -> "list[StreamSummary]":
    from listener.pipeline.collecting import collect as collect_streams
    from listener.privacy import pseudonym_key
    from listener.settings import default_data_dir

    if not streams:
        say("nothing to collect: no brand of the settings has a [[brand.source]]", quiet)
    summaries = collect_streams(
        engine,
        streams,
        network,
        now,
        pseudonym_key(default_data_dir()),
        since=since,
        until=until,
        progress=progress_of(quiet),
    )
    for summary in summaries:
        _tell(summary, quiet)
    return summaries


def _tell(summary: "StreamSummary", quiet: bool) -> None:
    counts = summary.counts
    said = ", ".join(f"{counts[name]} {name}" for name in ("new", "changed", "unchanged", "gone", "bad"))
    say(f"{summary.name}: {said}", quiet)
    for reason in summary.shortfalls:
        say(f"{summary.name}: not everything could be had: {reason}", quiet)
    for fault in summary.faults[:3]:
        say(f"{summary.name}: {fault}")
    if summary.failure:
        say(f"{summary.name}: {summary.failure}")


def _leave(summaries: "list[StreamSummary]") -> None:
    """Exit code 1 if no stream could be collected, 3 if some could not or had bad posts."""
    failed = [summary for summary in summaries if summary.failure]
    if failed and len(failed) == len(summaries):
        raise typer.Exit(1)
    if failed or any(summary.faults for summary in summaries):
        raise typer.Exit(PARTLY)


def _seconds(text: str) -> int:
    match = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if match is None or int(match[1]) == 0:
        raise InputError(f"{text!r} is no pause such as 90s, 15m or 1h")
    return int(match[1]) * _UNITS[match[2]]
