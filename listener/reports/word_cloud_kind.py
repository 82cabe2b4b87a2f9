"""The word cloud: what it reads, and how it is written and drawn."""

from sqlmodel import Session

from listener.reports import cloud_image, cloud_text
from listener.reports.asking import ReportRequest
from listener.reports.cloud_terms import CloudPost
from listener.reports.kinds import ReportKind, as_json
from listener.reports.response_gap import CoverageRow
from listener.reports.word_cloud import CloudPosts, WordCloudData, measure
from listener.tables.workbook import workbook
from models.reads.brands import brand_by_slug
from models.reads.cloud import Sample, chosen_posts, names_of, rest_posts
from models.reads.coverage import coverage_of
from nlp.stored_terms import VERSION

MOST_CHOSEN = 2_500
MOST_REST = 5_000
"""At most so many posts are read, so that a cloud takes little longer however many are stored."""
LIMIT = 100
MANY = 60
"""From so many posts on, two posts are too few to make a term."""


def build(session: Session, request: ReportRequest) -> WordCloudData:
    """What sets the chosen posts of a brand apart from the rest. Raises NotFoundError for an unknown brand.

    The rest is the other brands' posts and those of the brand that were not chosen; by language alone nothing is
    set apart, since each language is compared with itself.
    """
    brand = brand_by_slug(session, request.brand)
    asked = (session, brand.id or 0, request.as_of, request.filters, VERSION)
    covered = coverage_of(session, brand.id or 0, request.since, request.until)
    sources = [CoverageRow.model_validate(row, from_attributes=True) for row in covered]
    chosen = chosen_posts(*asked, MOST_CHOSEN)
    return measure(
        brand.slug,
        _posts(chosen),
        _posts(rest_posts(*asked, MOST_REST)),
        request.as_of,
        since=request.since,
        until=request.until,
        drop=names_of(session, brand.id or 0),
        limit=LIMIT if request.limit is None else request.limit,
        least=3 if chosen.of >= MANY else 2,
        sources=sources,
    )


def _posts(sample: Sample) -> CloudPosts:
    posts = [
        CloudPost(row.post_id, row.terms, row.language, row.sentiment) for row in sample.rows if row.terms is not None
    ]
    return CloudPosts(posts, sample.of, len(sample.rows) - len(posts))


KIND = ReportKind(
    build,
    {
        "json": as_json,
        "csv": cloud_text.cloud_csv,
        "md": cloud_text.cloud_markdown,
        "xlsx": workbook,
        "png": cloud_image.render_png,
        "svg": cloud_image.render_svg,
    },
)
