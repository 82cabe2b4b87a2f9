"""The one error tree.

ListenerError
├── SettingsError       a setting is wrong: which key, and what to write instead
├── InputError          a file or request body cannot be read at all
├── NotFoundError       a brand, post or report that does not exist
├── StoreError          the database cannot be reached, or is of another version
├── ModelError          a model cannot be loaded, or its labels do not fit
├── SourceError         a source gave nothing usable
│   ├── RefusedError        it wants a key, or another one (401, 403)
│   ├── GoneError           what was asked for is not there (any more) (404, 410)
│   ├── BusyError           it asked to come back later (429) for longer than we wait
│   ├── UnreachableError    no answer in time, or none but errors of its own (5xx)
│   └── GarbledError        not in the documented shape, or too large
└── RenderError         a report cannot be drawn in the format asked for

Each message is one line that says where, what is wrong and what to do. A single bad line of a file is no
error but a value in the stream (``listener.formats.BadLine``), so that it never stops an import.
"""

from datetime import datetime


class ListenerError(Exception):
    """Any failure that a user can act on; its text is one line."""


class SettingsError(ListenerError):
    """A setting is missing, unknown or out of range."""


class InputError(ListenerError):
    """Input that cannot be read as what it is said to be."""


class NotFoundError(ListenerError):
    """A named thing that does not exist."""


class StoreError(ListenerError):
    """The database cannot serve."""


class ModelError(ListenerError):
    """A classifier cannot be loaded or used."""


class SourceError(ListenerError):
    """A source gave nothing usable."""


class RefusedError(SourceError):
    """The source wants a key, or another one."""


class GoneError(SourceError):
    """What was asked for is not there, or not any more."""


class BusyError(SourceError):
    """The source asked to come back later than a run waits; ``until`` is when, where it said so."""

    def __init__(self, text: str, until: datetime | None = None) -> None:
        super().__init__(text)
        self.until = until


class UnreachableError(SourceError):
    """No answer in time, or nothing but the server's own errors."""


class GarbledError(SourceError):
    """An answer that is not in the documented shape, or too large."""


class RenderError(ListenerError):
    """A report cannot be rendered in the format asked for."""
