"""Starts the web server. The application is found by name, since this room does not know the one above it."""

import gc
import importlib
import socket

from sqlalchemy import Engine
from sqlmodel import Session

from listener.access import Access
from models.errors import ListenerError
from models.reads.people import has_admin
from nlp.moments import ModelChoice

APPLICATION = "api.app"


def serve_app(
    engine: Engine,
    host: str,
    port: int,
    log_level: str,
    choice: ModelChoice | None = None,
    access: Access | None = None,
) -> None:
    """Serve until interrupted; without ``access`` to loopback names alone.

    Raises ListenerError if the address cannot be had, or if it lies open to others and nobody could sign in.
    """
    import uvicorn

    access = access or Access()
    check_access(engine, access)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ListenerError(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from error
    app = importlib.import_module(APPLICATION).create_app(engine, choice=choice, access=access)
    _collect_seldom()
    uvicorn.run(app, host=host, port=port, log_level=log_level, access_log=False)


def _collect_seldom() -> None:
    """Let Python look for rings of garbage less often, and never among what is there now.

    Else it walks through all modules and kept reports several times a second, which one page in ten waits for.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def check_access(engine: Engine, access: Access) -> None:
    """Raises ListenerError where others can reach the service and nobody could sign in."""
    with Session(engine) as session:
        if access.is_open_to_others and not has_admin(session):
            raise ListenerError(
                "people have to sign in where others can reach the service, and there is no admin yet: "
                "listener user add NAME --role admin"
            )
