"""The response gap: what it reads, and how it is written."""

from sqlmodel import Session

from listener.reports import rendering, response_gap
from listener.reports.asking import ReportRequest
from listener.reports.kinds import ReportKind, as_json
from models.reads.brands import brand_by_slug
from models.reads.coverage import coverage_of
from models.reads.mentions import mentions
from models.reads.states import ResponseClock


def build(session: Session, request: ReportRequest) -> response_gap.ResponseGap:
    """The response gap of a brand. Raises NotFoundError for an unknown brand."""
    brand = brand_by_slug(session, request.brand)
    clock = ResponseClock(request.as_of, coverage_of(session, brand.id or 0))
    posts = list(mentions(session, brand.id or 0, clock, request.filters, with_duplicates=True))
    return response_gap.measure(brand.slug, posts, clock, since=request.since, until=request.until, limit=request.limit)


KIND = ReportKind(
    build,
    {"json": as_json, "csv": rendering.response_gap_csv, "md": rendering.response_gap_markdown},
)
