"""``listener serve``."""

from typing import Annotated

import typer

from listener.cli.common import Config, Quiet, open_settings, say


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Serve the API and the pages."""
    from listener.access import access_of
    from listener.cli.opening import open_store
    from listener.serving import check_access, serve_app

    settings = open_settings(config)
    engine = open_store(settings)
    access = access_of(host, settings.server)
    check_access(engine, access)
    say(f"Moment Listener on http://{host}:{port} (Ctrl+C stops it)", quiet)
    serve_app(engine, host, port, settings.log_level, settings.model_choice, access)
