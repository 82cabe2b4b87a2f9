"""``listener doctor``."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from listener.cli.common import Config, open_settings
from listener.times import now
from models.errors import ListenerError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from listener.pipeline.health import Finding
    from listener.settings import Settings

MARKS = {True: "ok", False: "WRONG", None: "-"}


def doctor(config: Config = None) -> None:
    """Say what works, what lacks a key, what is stale, and what is wrong with the settings."""
    from listener.cli.opening import open_store

    failed = False
    try:
        settings = open_settings(config)
        typer.echo("ok     settings")
        engine = open_store(settings)
        typer.echo(f"ok     database {_shown(settings)}")
    except ListenerError as error:
        typer.echo(f"WRONG  {error}")
        raise typer.Exit(1) from None
    for findings in (_model(settings), _streams(engine, settings)):
        for finding in findings:
            typer.echo(f"{MARKS[finding.is_well]:6} {finding.text}")
            failed |= finding.is_well is False
    typer.echo("\nsources that there are collectors for:")
    _table()
    if failed:
        raise typer.Exit(1)


def _shown(settings: "Settings") -> str:
    from sqlalchemy.engine import make_url

    return make_url(settings.database).render_as_string(hide_password=True)


def _model(settings: "Settings") -> "Iterable[Finding]":
    from listener.pipeline.health import Finding
    from nlp.moments import load_classifier

    try:
        yield Finding(True, f"model {load_classifier(settings.model_choice).model}")
    except ListenerError as error:
        yield Finding(False, f"model: {error}")


def _streams(engine: "Engine", settings: "Settings") -> "Iterable[Finding]":
    from listener.pipeline.health import Finding, examine
    from listener.pipeline.streams import configured_streams

    for brand in settings.brand:
        try:
            streams = configured_streams(engine, settings, brand=brand.slug)
        except ListenerError as error:
            yield Finding(False, str(error))
            continue
        if not streams:
            yield Finding(None, f"{brand.slug}: no [[brand.source]], so posts come from files alone")
        for stream in streams:
            yield examine(engine, stream, now())
    if not settings.brand:
        yield Finding(None, "no [[brand]] in the settings: write some with listener init")
    if settings.brand and not settings.network.contact:
        yield Finding(None, "network.contact is not set: sources cannot tell whom to write to")


def _table() -> None:
    from listener.collectors import collector, names

    for name in names():
        try:
            said = collector(name).DECLARATION
        except ListenerError as error:
            typer.echo(f"  {name:16} {error}")
            continue
        standing = f"{said.standing} since {said.dead_since}" if said.dead_since else said.standing.value
        off = "" if said.is_on_by_default else ", off by default"
        typer.echo(f"  {name:16} {standing}{off}; replies {said.replies.replace('_', ' ')}; {said.history}")
