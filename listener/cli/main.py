"""The ``listener`` command: registers the commands, and turns every expected failure into one line and an exit code.

Exit codes: 0 success, 1 failure, 2 wrong usage, 3 finished but some lines were bad and skipped.
"""

import sys

import typer

from listener.cli import (
    alerts,
    classify,
    collect,
    demo,
    doctor,
    evaluate,
    files,
    person,
    prune,
    query,
    report,
    serve,
    themes,
    train,
    user,
    worker,
)
from models.errors import ListenerError

app = typer.Typer(
    name="listener",
    help="Social listening for the influence loop: moments of truth, sentiment and the response gap.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(demo.demo)
app.command("init")(files.init)
app.command("import")(files.import_)
app.command("collect")(collect.collect)
app.command("classify")(classify.classify)
app.command("evaluate")(evaluate.evaluate)
app.command("run")(collect.run)
app.command("report")(report.report)
app.command("themes")(themes.themes)
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.command("train")(train.train)
app.command("forget")(person.forget)
app.command("export")(person.export)
app.command("prune")(prune.prune)
app.command("doctor")(doctor.doctor)
app.add_typer(query.app, name="query")
app.add_typer(alerts.app, name="alerts")
app.add_typer(user.app, name="user")
app.add_typer(user.keys, name="key")


def main() -> None:
    """Run the command line; the console script's entry point."""
    try:
        app()
    except ListenerError as error:
        print(f"listener: {error}", file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from None
    except BrokenPipeError:  # the reader of a pipe has gone, as with | head
        sys.stderr.close()
        raise SystemExit(1) from None
