"""The kinds of report by name: how each is measured and written. A new report adds one entry here.

Modules are imported when their report is asked for, so that ``listener --help`` stays quick.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from listener.reports.asking import ReportRequest
from listener.reports.names import MODULES, NAMES
from listener.reports.retention import noted
from models.errors import InputError, RenderError


@dataclass(frozen=True, slots=True)
class ReportKind:
    """One report. ``build`` raises NotFoundError for an unknown brand; ``writers`` are by format, JSON among them."""

    build: Callable[[Session, ReportRequest], BaseModel]
    writers: Mapping[str, Callable[[Any], str | bytes]]


def kind_of(name: str) -> ReportKind:
    """The kind of that name. Raises InputError for an unknown one."""
    if name not in MODULES:
        raise InputError(f"no report {name!r}; there are {', '.join(NAMES)}")
    kind: ReportKind = import_module(f"listener.reports.{MODULES[name]}").KIND

    def build(session: Session, request: ReportRequest) -> BaseModel:
        return noted(session, request, kind.build(session, request))

    return replace(kind, build=build)


def write(name: str, report: BaseModel, format: str) -> bytes:
    """A measured report in a format. Raises RenderError for a format that it is not made in."""
    writers = kind_of(name).writers
    if format not in writers:
        raise RenderError(f"{name} is not made as {format!r}, but as {', '.join(writers)}")
    made = writers[format](report)
    return made if isinstance(made, bytes) else made.encode()


def as_json(report: BaseModel) -> str:
    """The whole structure, indented: what every report's JSON is."""
    return report.model_dump_json(indent=2) + "\n"
