"""What the commands share: options, settings, the database, messages on standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, TypeVar

import typer

from listener.progress import Progress, bar, silent
from models.errors import InputError

if TYPE_CHECKING:
    from listener.settings import Settings

Word = TypeVar("Word", bound=StrEnum)
PARTLY = 3
"""Exit code: finished, but some lines were bad and skipped."""

Config = Annotated[Path | None, typer.Option("--config", help="Settings file (default: ./listener.toml).")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
BrandOption = Annotated[str | None, typer.Option("--brand", metavar="SLUG", help="The brand, by its slug.")]


def open_settings(config: Path | None) -> "Settings":
    """Load the settings and set up the logs."""
    from listener.logs import configure_logs
    from listener.settings import load_settings

    settings = load_settings(config)
    configure_logs(settings.log_level)
    return settings


def progress_of(quiet: bool) -> Progress:
    """A bar on a terminal, unless asked to be quiet."""
    return silent if quiet else bar


def say(text: str, quiet: bool = False) -> None:
    """A message for people, on standard error: standard output is for what was asked for."""
    if not quiet:
        print(text, file=sys.stderr)  # noqa: T201


def _opened(target: Path) -> IO[bytes]:
    try:
        return target.open("wb")
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {error.strerror or error}") from error


@contextmanager
def output_to(name: str | None) -> Iterator[object]:
    """A binary stream: the named file, put in place only once it is whole, or standard output (None or ``-``)."""
    if name in (None, "-"):
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(str(name))
    if target.exists() and not target.is_file():  # a device or a named pipe is written to, never replaced
        with _opened(target) as stream:
            yield stream
        return
    partial = target.with_name(f".{target.name}.partial")
    try:
        with partial.open("wb") as stream:
            yield stream
        partial.replace(target)
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def one_of(words: type[Word], option: str, value: str | None) -> Word | None:
    """A word of an enum as typed in an option. Raises InputError that names the right ones."""
    if value is None:
        return None
    try:
        return words(value)
    except ValueError:
        raise InputError(f"{option} {value!r}: use {', '.join(words)}") from None
