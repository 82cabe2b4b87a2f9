"""The shares of stages and sentiments: what they are read from, and how they are written."""

from sqlmodel import Session

from listener.reports import shares, shares_text
from listener.reports.asking import ReportRequest
from listener.reports.kinds import ReportKind, as_json
from listener.tables.workbook import workbook
from models.reads.brands import brand_by_slug
from models.reads.shares import labelled_posts
from nlp.encoder import WEIGHTS
from nlp.prevalence import References

REFERENCES = WEIGHTS / "prevalence.npz"


def build(session: Session, request: ReportRequest) -> shares.Shares:
    """Shares of a brand's posts. Raises NotFoundError for an unknown brand."""
    brand = brand_by_slug(session, request.brand)
    posts = list(labelled_posts(session, brand.id or 0, request.as_of, request.filters))
    references = References.load(REFERENCES)
    return shares.measure(brand.slug, posts, references, request.as_of, since=request.since, until=request.until)


KIND = ReportKind(
    build, {"json": as_json, "csv": shares_text.shares_csv, "md": shares_text.shares_markdown, "xlsx": workbook}
)
