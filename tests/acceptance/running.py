"""Runs the installed ``listener`` command as a user would: a process of its own with its own database."""

import os
import subprocess
import sys
from pathlib import Path

COMMAND = (str(Path(sys.executable).parent / "listener"),)


def environment(database: Path | str) -> dict[str, str]:
    """The environment of a user who has nothing set but where the database lies."""
    url = database if isinstance(database, str) else f"sqlite:///{database}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LISTENER_")}
    return kept | {"LISTENER_DATABASE_URL": url}


def listener(database: Path | str, *arguments: str, input: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run to the end and return what was said."""
    return subprocess.run(
        [*COMMAND, *arguments], env=environment(database), input=input, capture_output=True, check=False, timeout=280
    )


def succeed(database: Path | str, *arguments: str, input: bytes | None = None) -> str:
    """Run, insist on success, and return standard output."""
    done = listener(database, *arguments, input=input)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
