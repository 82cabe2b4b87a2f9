"""Keeps weekly reports as data and gives them back: a kept one never changes, but for posts that are gone since."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from listener.progress import Progress, silent
from listener.reports.asking import ReportRequest
from listener.weekly.material import material_of, span_of
from listener.weekly.measure import measure
from listener.weekly.shape import VERSION, Quoted, Quoting, WeeklyReport
from listener.weekly.weeks import Week, last_whole, named, week_of
from models.errors import InputError, NotFoundError, StoreError
from models.reads.brands import brand_by_slug
from models.reads.weekly import ShownPost, kept_by_id, kept_report, shown_posts
from models.store.weekly import keep_report
from models.weekly_tables import WeeklyReport as Row

Post = TypeVar("Post", bound=Quoted)


def asked_week(session: Session, request: ReportRequest) -> Week:
    """The week that the period asked for begins in, in the brand's zone; without one, the last whole week.

    Raises NotFoundError for an unknown brand, InputError for a week that has not begun.
    """
    zone = ZoneInfo(brand_by_slug(session, request.brand).timezone)
    if request.since is None:
        return last_whole(request.as_of, zone)
    week = week_of(request.since, zone)
    if week.since(zone) >= request.as_of:
        raise InputError(f"week {week.name} has not begun")
    return week


def asked_for(session: Session, slug: str, week: str, as_of: datetime) -> ReportRequest:
    """The request for a week by its name. Raises NotFoundError for an unknown brand, InputError for what is no week."""
    zone = ZoneInfo(brand_by_slug(session, slug).timezone)
    return ReportRequest(slug, as_of, since=named(week).since(zone))


def made(session: Session, request: ReportRequest, progress: Progress = silent) -> WeeklyReport:
    """Measure the week asked for, and keep nothing. Raises as ``asked_week`` does."""
    brand, week = brand_by_slug(session, request.brand), asked_week(session, request)
    span = span_of(week, ZoneInfo(brand.timezone), request.as_of)
    return worded(session, measure(brand, material_of(session, brand, span, progress), request.as_of))


def kept(session: Session, request: ReportRequest) -> WeeklyReport | None:
    """The kept report of the week asked for, as it was made; None where there is none, or it knows of later days.

    Raises as ``asked_week`` does.
    """
    brand, week = brand_by_slug(session, request.brand), asked_week(session, request)
    row = kept_report(session, brand.id or 0, week.name)
    if row is None or week.until(ZoneInfo(brand.timezone)) > request.as_of:
        return None
    return _read(session, row)


def kept_as(session: Session, slug: str, id: int) -> WeeklyReport:
    """One kept report of a brand. Raises NotFoundError."""
    brand = brand_by_slug(session, slug)
    row = kept_by_id(session, brand.id or 0, id)
    if row is None:
        raise NotFoundError(f"brand {slug!r} has no kept report {id}")
    return _read(session, row)


def kept_or_made(
    session: Session, request: ReportRequest, *, again: bool = False, progress: Progress = silent
) -> WeeklyReport:
    """The kept report, else a new one, which is then kept if its week is over. ``again`` makes one in any case.

    The caller commits. Raises as ``asked_week`` does.
    """
    found = None if again else kept(session, request)
    if found is not None:
        return found
    report = made(session, request, progress)
    if report.until <= request.as_of:
        brand = brand_by_slug(session, request.brand)
        keep_report(session, brand.id or 0, report.week, VERSION, body_of(report), report.made_at)
    return report


def body_of(report: WeeklyReport) -> str:
    """What is kept: all but the words, authors and addresses of posts, so that whoever is forgotten is so here too."""
    return with_words(report, {}).model_dump_json()


def worded(session: Session, report: WeeklyReport) -> WeeklyReport:
    """With the words of its posts as they stand now; those of a post that is gone are None."""
    every = (*report.response.waiting, *(one for part in (*report.themes, *report.moments) for one in part.quotes))
    return with_words(report, shown_posts(session, {one.post_id for one in every}))


def with_words(report: WeeklyReport, shown: Mapping[int, ShownPost]) -> WeeklyReport:
    """The report with these words and no others."""

    def worded(one: Post) -> Post:
        post = shown.get(one.post_id)
        words = (None, None, None) if post is None else (post.text, post.author, post.url)
        return one.model_copy(update=dict(zip(("text", "author", "url"), words, strict=True)))

    def quoting(parts: Sequence[Quoting]) -> list[Quoting]:
        return [part.model_copy(update={"quotes": [worded(one) for one in part.quotes]}) for part in parts]

    response = report.response.model_copy(update={"waiting": [worded(one) for one in report.response.waiting]})
    changed = {"response": response, "themes": quoting(report.themes), "moments": quoting(report.moments)}
    return report.model_copy(update=changed)


def _read(session: Session, row: Row) -> WeeklyReport:
    if row.version != VERSION:
        raise StoreError(f"the report of {row.week} was kept in shape {row.version}; this version reads {VERSION}")
    return worded(session, WeeklyReport.model_validate_json(row.body))
