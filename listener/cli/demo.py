"""``listener demo``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from listener.cli.common import Quiet, progress_of, say
from listener.times import now


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on loopback.")] = 8000,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages too.")] = True,
    database: Annotated[Path | None, typer.Option(help="File (default: in the user's data directory).")] = None,
    quiet: Quiet = False,
) -> None:
    """Build a database of the shipped sample brand, classify it, print the response gap, and serve the pages."""
    from listener.logs import configure_logs
    from listener.pipeline.demo import build_demo
    from listener.reports.asking import ReportRequest
    from listener.reports.rendering import response_gap_markdown
    from listener.reports.response_gap_kind import build
    from listener.settings import default_data_dir
    from models.database import session_of

    configure_logs("warning")
    file = database or default_data_dir() / "demo.sqlite3"
    engine = build_demo(file, now, progress_of(quiet))
    with session_of(engine) as session:
        report = build(session, ReportRequest("amber-roast", now()))
    sys.stdout.write(response_gap_markdown(report, most=5))
    sys.stdout.flush()
    if serve:
        from listener.serving import serve_app

        say(f"\nThe demo is on http://127.0.0.1:{port} (Ctrl+C stops it)", quiet)
        serve_app(engine, "127.0.0.1", port, "warning")
