"""``GET /reports/{name}.{ending}``: any report as a file, drawn, as a workbook or as CSV."""

import hashlib
import re
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from api.caching import tagged
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.formats import Ending
from api.parameters import ReportQuery, Word, period_of, request_of
from api.problems import ParameterError, problem_responses
from api.viewer import viewer_of
from listener.reports.asking import Bucket, ReportRequest, Segment
from listener.reports.kinds import kind_of, write
from listener.reports.names import NAMES
from listener.wording import Wording
from models.errors import NotFoundError
from models.reads.brands import brand_by_slug
from models.tables import Brand

router = APIRouter(tags=["reports"])
MOST = 10_000
"""How many waiting posts a file lists where no limit is asked for: a file is there to hold all."""
_TYPES = {
    Ending.SVG: ("image/svg+xml", "<svg/>"),
    Ending.PNG: ("image/png", "(a picture)"),
    Ending.XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "(a workbook)"),
    Ending.CSV: ("text/csv", "stretch,start,since,until,is_partial,is_gap\n"),
}
_PICTURES = (Ending.SVG, Ending.PNG)
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


class FileQuery(ReportQuery):
    """A report as a file. What a report has no use for is ignored."""

    by: Bucket = Field(Bucket.WEEK, description="trends: how the period is cut.")
    journey: str = Field("customer", max_length=100, description="journey: customer, employee or one of your own.")
    segment: Segment | None = Field(None, description="journey: how it is cut into groups.")
    limit: int | None = Field(None, ge=1, le=MOST, description="How many terms, posts or rows of a list.")
    chart: Word = Field(None, description="svg, png: this chart alone; all of them below each other if left out.")
    dark: bool = Field(False, description="svg, png: for a dark background.")
    download: bool = Field(False, description="svg, png: to be saved rather than shown.")
    lang: Word = Field(None, description="svg, png: the language of the texts; that of the browser if left out.")


def _written() -> dict[str, Any]:
    content = {
        media: {"schema": {"type": "string", "format": "binary"}, "example": example}
        for media, example in _TYPES.values()
    }
    return {"description": "The file.", "content": content}


@router.get(
    "/reports/{name}.{ending}",
    summary="A report as a file: drawn, as a workbook or as CSV",
    description=(
        "svg and png of trends, response-gap, influence-loop, journey and word-cloud; xlsx and csv of every report. "
        "The workbook holds a sheet a table, typed cells, every figure with its interval, n, coverage and time."
    ),
    response_class=Response,
    responses={200: _written(), **problem_responses(404, 422)},
)
def report_file(
    name: Annotated[str, Path(description=f"One of {', '.join(NAMES)}.", examples=["trends"])],
    ending: Ending,
    query: Annotated[FileQuery, Query()],
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """Measure or take what is kept, then write."""
    if name not in NAMES:
        raise NotFoundError(f"no report {name!r}; there are {', '.join(NAMES)}")
    if ending not in kind_of(name).writers:
        raise NotFoundError(f"{name} is not made as {ending.value}, but as {', '.join(kind_of(name).writers)}")
    brand = brand_by_slug(session, query.brand)
    asked = _asked(name, query, brand, clock)
    report: BaseModel = shared.reports.report(session, name, asked, is_now=query.as_of is None)
    if ending in _PICTURES:
        wording = viewer_of(request, brand.timezone).wording
        named = report if name == "word-cloud" else report.model_copy(update={"brand": brand.name})
        made = _picture(name, ending, named, query, wording, shared)
    elif ending is Ending.XLSX:
        made = _workbook(report, asked)
    else:
        made = write(name, report, ending)
    response = tagged(request, made, _TYPES[ending][0])
    kind = "inline" if ending in _PICTURES and not query.download else "attachment"
    response.headers["Content-Disposition"] = disposition(
        kind, file_name(name, report, asked, ending, ZoneInfo(brand.timezone))
    )
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


def file_name(name: str, report: BaseModel, asked: ReportRequest, ending: str, zone: ZoneInfo) -> str:
    """Brand, report and period, in days of the brand's zone: ``amber-roast-trends-2026-10-01-to-2026-11-01.xlsx``."""
    since: datetime | None = getattr(report, "since", None) or asked.since
    until: datetime = getattr(report, "until", None) or asked.until or asked.as_of
    period = f"to-{until.astimezone(zone):%Y-%m-%d}"
    if since is not None:
        period = f"{since.astimezone(zone):%Y-%m-%d}-{period}"
    return f"{_NOT_IN_NAMES.sub('-', asked.brand)}-{name}-{period}.{ending}"


def disposition(kind: str, name: str) -> str:
    """The header's value; letters beyond ASCII as RFC 6266 has them."""
    plain = name.encode("ascii", "replace").decode().replace("?", "-")
    return f'{kind}; filename="{plain}"' + ("" if plain == name else f"; filename*=UTF-8''{quote(name)}")


def _asked(name: str, query: FileQuery, brand: Brand, clock: ClockDep) -> ReportRequest:
    period = period_of(query, brand, clock)
    limit = MOST if query.limit is None and name == "response-gap" else query.limit
    return request_of(query, period, by=query.by, journey=query.journey, segment=query.segment, limit=limit)


def _picture(
    name: str, ending: Ending, report: BaseModel, query: FileQuery, wording: Wording, shared: SharedDep
) -> bytes:
    """Kept as long as the report says the same: what is drawn is known by the report's own content."""
    from listener.charts import pictures
    from listener.charts.look import Look

    if name not in pictures.DRAWN:  # the word cloud draws itself
        return write(name, report, ending)
    if query.chart is not None and query.chart not in pictures.DRAWN[name]:
        raise ParameterError("chart", f"{name} has no chart {query.chart!r}, but {', '.join(pictures.DRAWN[name])}")
    look = Look(query.dark, wording.translations.gettext, wording)
    draw = pictures.svg if ending is Ending.SVG else pictures.png
    said = hashlib.sha256(report.model_dump_json().encode()).hexdigest()
    key = (ending, name, query.chart, query.dark, str(wording.locale), wording.zone.key, said)
    return shared.clouds.get(key, lambda: draw(name, report, look, query.chart))


def _workbook(report: BaseModel, asked: ReportRequest) -> bytes:
    from listener.tables.workbook import filters_of, workbook

    return workbook(report, filters_of(asked))
