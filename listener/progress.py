"""How long work tells where it is: a function handed in, so that only the command line knows of terminals."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Advance = Callable[[int], None]
Progress = Callable[[str, int | None], AbstractContextManager[Advance]]
"""``with progress("importing", total_or_None) as advance: advance(500)``"""


@contextmanager
def silent(_what: str, _total: int | None) -> Iterator[Advance]:
    """Progress that nobody watches."""
    yield lambda _count: None


@contextmanager
def bar(what: str, total: int | None) -> Iterator[Advance]:
    """A bar on standard error, shown on a terminal only and gone once the work is done."""
    import sys

    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda count: shown.advance(task, count)
