"""Starts the web server. The application is found by name, since this room does not know the one above it."""

import importlib
import socket

from sqlalchemy import Engine

from models.errors import ListenerError
from nlp.moments import ModelChoice

APPLICATION = "api.app"


def serve_app(engine: Engine, host: str, port: int, log_level: str, choice: ModelChoice | None = None) -> None:
    """Serve until interrupted. Raises ListenerError if the address cannot be had."""
    import uvicorn

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ListenerError(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from error
    app = importlib.import_module(APPLICATION).create_app(engine, choice=choice)
    uvicorn.run(app, host=host, port=port, log_level=log_level, access_log=False)
