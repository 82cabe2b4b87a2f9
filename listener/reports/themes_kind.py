"""The report of themes: what it is read from, and how it is written."""

from dataclasses import replace

from sqlmodel import Session

from listener.reports import themes, themes_text
from listener.reports.asking import ReportRequest
from listener.reports.kinds import ReportKind, as_json
from listener.tables.workbook import workbook
from models.reads.brands import brand_by_slug
from models.reads.coverage import checks_of
from models.reads.states import ResponseClock
from models.reads.themes import counts_by_theme, quotable, theme_counts, themes_of

CANDIDATES = 60
"""The newest posts of a theme that its quotes are chosen from."""


def build(session: Session, request: ReportRequest) -> themes.Themes:
    """What a brand's complaints and praises are about. Raises NotFoundError for an unknown brand."""
    brand = brand_by_slug(session, request.brand)
    brand_id, as_of, filters = brand.id or 0, request.as_of, request.filters
    clock = ResponseClock(as_of, checks_of(session, brand_id))
    before = None
    if request.since is not None:
        end = min(request.until or as_of, as_of)
        earlier = replace(filters, since=request.since - (end - request.since), until=request.since)
        before = counts_by_theme(session, brand_id, as_of, earlier)
    return themes.measure(
        brand.slug,
        theme_counts(session, brand_id, clock, filters),
        themes_of(session, brand_id, with_retired=True),
        lambda id: quotable(session, brand_id, as_of, id, filters, CANDIDATES),
        as_of,
        before=before,
        since=request.since,
        until=request.until,
        limit=request.limit,
    )


KIND = ReportKind(
    build, {"json": as_json, "csv": themes_text.themes_csv, "md": themes_text.themes_markdown, "xlsx": workbook}
)
