"""``listener prune``."""

from typing import Annotated

import typer

from listener.cli.common import Config, Quiet, open_settings, progress_of, say
from listener.times import now
from models.errors import SettingsError


def prune(
    yes: Annotated[bool, typer.Option("--yes", help="Remove them; without it they are only counted.")] = False,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Remove posts older than `keep_days`, which nothing brings back; without --yes it only says how many that is."""
    from listener.cli.opening import open_store
    from listener.pipeline.linking import link
    from listener.pipeline.retention import count_aged, is_anything_removed, kept_since, remove_aged
    from models.database import session_of
    from models.store.forgetting import compact

    settings = open_settings(config)
    if not is_anything_removed(settings):
        raise SettingsError("posts are kept for ever: set keep_days in listener.toml, for all or for a brand")
    engine, at = open_store(settings), now()
    kept = kept_since(engine, settings, at)
    aged = count_aged(engine, kept)
    said = f"{aged.post_count} posts in {aged.thread_count} threads"
    if not yes:
        say(f"{said} are older than they are kept; nothing was removed: listener prune --yes removes them", quiet)
        return
    say(f"{said} are older than they are kept", quiet)
    removed = 0
    with progress_of(quiet)("removing", aged.post_count) as advance:
        while portion := remove_aged(engine, kept, at, progress=advance).post_count:
            removed += portion
            link(engine)  # copies of what has gone stand for themselves now, and may be as old
    with session_of(engine) as session:
        compact(session)
    say(f"{removed} posts removed", quiet)
