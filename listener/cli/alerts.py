"""``listener alerts``: what was found, and how to have peace from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from listener.cli.common import BrandOption, Config, Quiet, one_of, open_settings, say
from listener.times import now
from models.errors import InputError
from models.words import AlertKind

if TYPE_CHECKING:
    from sqlmodel import Session

app = typer.Typer(no_args_is_help=True, help="List alerts, snooze or close them, and see what was delivered.")
Id = Annotated[int, typer.Argument(min=1, help="Its id, as listener alerts list shows it.")]
_UNITS = {"h": 3600, "d": 86400}


@app.command("list")
def list_(
    brand: BrandOption = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help=f"{', '.join(AlertKind)}.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Those that are closed too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    config: Config = None,
) -> None:
    """Name the open alerts, the newest first: id, since when, brand, what."""
    from listener.alerts.saying import sentence_of
    from listener.wording import wording_of
    from models.reads.alerts import list_alerts
    from models.reads.brands import brand_by_slug

    wanted = one_of(AlertKind, "--kind", kind)
    with _session(config) as session:
        if brand is not None:
            brand_by_slug(session, brand)
        found = list_alerts(session, brand=brand, kind=wanted, is_open=None if every else True, limit=limit)
        for alert, its in found:
            w = wording_of("en", its.timezone)
            standing = _standing(alert.closed_at is not None, alert.snoozed_until and alert.snoozed_until > now())
            typer.echo(f"{alert.id}\t{w.time(alert.opened_at)}\t{its.slug}\t{standing}\t{sentence_of(alert, w)}")


@app.command("snooze")
def snooze(
    id: Id,
    lasts: Annotated[str, typer.Option("--for", metavar="TIME", help="How long: 4h, 2d.")] = "1d",
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Say nothing of an alert for a while; if it still goes on then, it is told of once more."""
    from models.store.alerts import snooze as snooze_alert

    until = now() + _time(lasts)
    with _session(config) as session:
        snooze_alert(session, id, until)
    say(f"alert {id} is snoozed until {until:%Y-%m-%d %H:%M} UTC", quiet)


@app.command("close")
def close(id: Id, config: Config = None, quiet: Quiet = False) -> None:
    """Close an alert; it comes back only if what it is about ends and begins anew."""
    from models.store.alerts import close as close_alert

    with _session(config) as session:
        close_alert(session, id, now())
    say(f"alert {id} is closed", quiet)


@app.command("log")
def log(limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100, config: Config = None) -> None:
    """List the attempts to deliver messages, the newest first: when, where to, what came of it, which message."""
    from models.reads.deliveries import attempts

    with _session(config) as session:
        for attempt, delivery, message in attempts(session, limit):
            came = attempt.failure or "delivered"
            typer.echo(f"{attempt.attempted_at:%Y-%m-%dT%H:%M:%SZ}\t{delivery.channel}\t{came}\t{message.subject}")


@contextmanager
def _session(config: Config) -> "Iterator[Session]":
    from listener.cli.opening import open_store
    from models.database import session_of

    with session_of(open_store(open_settings(config))) as session:
        yield session


def _standing(is_closed: bool, is_snoozed: object) -> str:
    return "closed" if is_closed else "snoozed" if is_snoozed else "open"


def _time(text: str) -> timedelta:
    number, unit = text[:-1], text[-1:]
    if not (number.isdecimal() and number.isascii() and len(number) < 5 and unit in _UNITS):
        raise InputError(f"--for {text!r}: write 4h or 2d")
    return timedelta(seconds=int(number) * _UNITS[unit])
