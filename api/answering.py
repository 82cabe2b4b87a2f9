"""Answers a route that asks for a report: measured or kept, and written in the format asked for."""

from typing import Any

from fastapi.responses import JSONResponse, PlainTextResponse, Response
from sqlmodel import Session

from api.dependencies import Clock, Shared
from api.formats import Format
from api.parameters import ReportQuery, period_of, request_of
from listener.reports.kinds import write
from models.reads.brands import brand_by_slug


def answer(
    name: str, query: ReportQuery, format: Format, session: Session, clock: Clock, shared: Shared, **more: Any
) -> Response:
    """The report of that name; ``more`` are the fields of the request that only some reports know.

    Raises ParameterError for times that cannot be, NotFoundError for an unknown brand.
    """
    period = period_of(query, brand_by_slug(session, query.brand), clock)
    report = shared.reports.report(session, name, request_of(query, period, **more), is_now=query.as_of is None)
    if format is Format.JSON:
        return JSONResponse(report.model_dump(mode="json"))
    text = write(name, report, format).decode()
    if format is Format.MD:
        return PlainTextResponse(text, media_type="text/markdown")
    headers = {"Content-Disposition": f'attachment; filename="{name}-{query.brand}.csv"'}
    return PlainTextResponse(text, media_type="text/csv", headers=headers)
