"""Reads one post, one mention and a page of posts as the API and the pages show them."""

from datetime import datetime

from sqlmodel import Session

from api.cursors import Cursor
from api.shapes import AuthorOut, BrandView, LabelOut, MentionOut, PostDetail, PostPage, ThreadPostOut
from listener.reports.response_gap import CoverageRow
from models.reads.brands import all_brands, labels_of, post_by_id, thread_of
from models.reads.coverage import checks_of
from models.reads.customers import MentionFilter
from models.reads.mentions import MentionView, mentions
from models.reads.states import ResponseClock
from models.tables import Author, Brand, Label, Mention, Post, Source
from models.words import ReplyVisibility

LONGEST_THREAD = 500


def response_clock(session: Session, brand: Brand, as_of: datetime) -> ResponseClock:
    """As of when, and what had been seen by then."""
    return ResponseClock(as_of, checks_of(session, brand.id or 0))


def coverage_rows(session: Session, brand: Brand) -> list[CoverageRow]:
    """Up to when each of a brand's sources was seen; posts are not counted for a list of posts."""
    return [
        CoverageRow.model_validate(row, from_attributes=True, extra="ignore")
        for row in checks_of(session, brand.id or 0)
    ]


def post_page(
    session: Session,
    brand: Brand,
    filters: MentionFilter,
    as_of: datetime,
    after: tuple[datetime, int] | None,
    limit: int,
) -> PostPage:
    """A page of posts and the cursor of the next one."""
    clock = response_clock(session, brand, as_of)
    rows = list(mentions(session, brand.id or 0, clock, filters, after=after, limit=limit + 1))
    shown = rows[:limit]
    goes_on = len(rows) > limit
    last = Cursor(shown[-1].published_at, shown[-1].post_id, as_of).encode() if goes_on else None
    posts = [MentionOut.model_validate(row) for row in shown]
    return PostPage(posts=posts, next_cursor=last, as_of=as_of, coverage=coverage_rows(session, brand))


def counted_mention(session: Session, brand: Brand, post: Post, as_of: datetime) -> MentionView | None:
    """A post as it counts for a brand; None for the brand's own, a bot's, and what was published later."""
    clock = response_clock(session, brand, as_of)
    return next(mentions(session, brand.id or 0, clock, with_duplicates=True, post_id=post.id), None)


def post_detail(session: Session, post_id: int, as_of: datetime) -> PostDetail:
    """A post with its labels and thread. Raises NotFoundError."""
    post = post_by_id(session, post_id)
    slugs = {brand.id or 0: brand.slug for brand in all_brands(session)}
    thread = thread_of(session, post, limit=LONGEST_THREAD + 1)
    shown = [_thread_post(found, author, slugs) for found, author in thread[:LONGEST_THREAD]]
    author = session.get(Author, post.author_id) if post.author_id else None
    source = session.get_one(Source, post.source)
    itself = _thread_post(post, author, slugs)
    return PostDetail(
        **dict(itself),
        source=post.source,
        source_id=post.source_id,
        collected_at=post.collected_at,
        likes_count=post.likes_count,
        replies_count=post.replies_count,
        reposts_count=post.reposts_count,
        views_count=post.views_count,
        duplicate_of_id=post.duplicate_of_id,
        brands=[_brand_view(session, post, as_of, *row) for row in labels_of(session, post)],
        thread=shown or [itself],
        is_whole_thread=len(thread) <= LONGEST_THREAD,
        reply_visibility=ReplyVisibility(source.reply_visibility),
        as_of=as_of,
    )


def _thread_post(post: Post, author: Author | None, slugs: dict[int, str]) -> ThreadPostOut:
    owner = slugs.get(author.owner_id) if author is not None and author.owner_id is not None else None
    writer = AuthorOut.model_validate(author.model_dump() | {"owned_by": owner}) if author is not None else None
    return ThreadPostOut.model_validate(post.model_dump() | {"author": writer, "is_own": owner is not None})


def _brand_view(
    session: Session, post: Post, as_of: datetime, mention: Mention, brand: Brand, label: Label | None
) -> BrandView:
    counted = counted_mention(session, brand, post, as_of)
    said = LabelOut.model_validate(label) if label is not None else None
    row = mention.model_dump() | {"brand": brand.slug, "state": counted.state if counted else None, "label": said}
    return BrandView.model_validate(row)
