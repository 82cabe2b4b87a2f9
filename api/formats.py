"""A measured report as JSON, CSV or Markdown: what the routes of reports share."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel

Report = TypeVar("Report", bound=BaseModel)


class Format(StrEnum):
    """How a report is written."""

    JSON = "json"
    CSV = "csv"
    MD = "md"


def written(
    report: Report,
    format: Format,
    file_name: str,
    as_csv: Callable[[Report], str],
    as_markdown: Callable[[Report], str],
) -> Response:
    """The answer in the format asked for; ``file_name`` is what a browser saves the CSV as."""
    if format is Format.JSON:
        return JSONResponse(report.model_dump(mode="json"))
    if format is Format.MD:
        return PlainTextResponse(as_markdown(report), media_type="text/markdown")
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return PlainTextResponse(as_csv(report), media_type="text/csv", headers=headers)
