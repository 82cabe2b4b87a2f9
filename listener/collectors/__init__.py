"""Finds collectors: every module of this package with a declaration, and those that other packages' entry points name.

A new source is one file here; nothing else lists it.
"""

import importlib
import pkgutil
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from listener.collectors.contract import Collector, Declaration, SourceOptions
from models.errors import SettingsError

GROUP = "moment_listener.collectors"
_SHARED = frozenset({"asking", "bluesky_feeds", "contract", "jetstream", "paging", "reading"})
"""Modules of this package that are no collectors but what collectors are made of."""

__all__ = ["GROUP", "Collector", "Declaration", "SourceOptions", "collector", "collectors", "names"]


def names() -> list[str]:
    """The names of all collectors there are, in order; imports none of them."""
    return sorted(_own() | _foreign().keys())


def collector(name: str) -> Collector:
    """The collector of that name. Raises SettingsError with the nearest name, or with what a foreign one lacks."""
    known = names()
    if name not in known:
        near = get_close_matches(name, known, 1, cutoff=0.5)
        raise SettingsError(f"no collector is called {name!r}; " + (f"did you mean {near[0]!r}?" if near else _list()))
    module = _load(name)
    declared = getattr(getattr(module, "DECLARATION", None), "name", None)
    if declared != name or not all(hasattr(module, part) for part in ("Options", "fetch", "split", "parse")):
        raise SettingsError(f"collector {name!r} is incomplete: see listener/collectors/contract.py")
    return cast(Collector, module)


def collectors() -> dict[str, Collector]:
    """All of them by name."""
    return {name: collector(name) for name in names()}


@cache
def _own() -> set[str]:
    return {module.name for module in pkgutil.iter_modules(__path__)} - _SHARED


@cache
def _foreign() -> dict[str, EntryPoint]:
    """Looked for once: it reads what every installed package says of itself."""
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _load(name: str) -> object:
    if name in _own():
        return importlib.import_module(f"{__name__}.{name}")
    entry = _foreign()[name]
    try:
        return entry.load()
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"collector {name!r} of {entry.value} cannot be loaded: {error}") from error


def _list() -> str:
    return "there are " + ", ".join(names())
