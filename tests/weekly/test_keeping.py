"""A kept report never changes; made again from the same data it is the same but for its stamp; nobody stays in it."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from listener.pipeline.preparing import ListeningBrand
from listener.reports.asking import ReportRequest
from listener.weekly.keeping import asked_for, asked_week, body_of, kept, kept_as, kept_or_made, made, worded
from listener.weekly.shape import WeeklyReport
from listener.weekly.writing import FORMATS, written
from models.database import session_of
from models.errors import InputError, NotFoundError, StoreError
from models.reads.brands import owned_accounts
from models.reads.weekly import kept_weeks
from models.store.forgetting import forget
from models.store.weekly import keep_report
from models.tables import Author
from models.weekly_tables import WeeklyReport as Row
from tests.builders import bring
from tests.weekly.fortnights import END, LATER, SLUG, WEEK, ZONE, filled, said, six_weeks


@pytest.fixture
def small() -> Engine:
    """Few posts, two of which nobody answered."""
    return filled(six_weeks(8))


def _kept(engine: Engine, request: ReportRequest, *, again: bool = False) -> WeeklyReport:
    with session_of(engine) as session:
        return kept_or_made(session, request, again=again)


def test_the_week_is_the_one_asked_for_or_the_last_whole_one(small: Engine) -> None:
    with session_of(small) as session:
        assert asked_week(session, ReportRequest(SLUG, LATER)).name == WEEK
        assert asked_week(session, ReportRequest(SLUG, END)).name == WEEK
        assert asked_week(session, ReportRequest(SLUG, END - timedelta(seconds=1))).name == "2026-W44"
        named = asked_for(session, SLUG, "2026-W44", LATER)
        assert asked_week(session, named).until(ZoneInfo(ZONE)) == END - timedelta(days=7)
        with pytest.raises(InputError, match="not begun"):
            asked_week(session, asked_for(session, SLUG, "2026-W47", LATER))


def test_made_twice_it_differs_in_its_stamp_alone(small: Engine) -> None:
    with session_of(small) as session:
        first = made(session, ReportRequest(SLUG, LATER))
        later = made(session, asked_for(session, SLUG, WEEK, LATER + timedelta(days=400)))
    assert first.made_at != later.made_at
    assert body_of(first) == body_of(later.model_copy(update={"made_at": first.made_at}))


def test_every_format_of_the_same_data_has_the_same_bytes(small: Engine) -> None:
    with session_of(small) as session:
        report = made(session, ReportRequest(SLUG, LATER))
    for format in FORMATS:
        assert written(report, format, "he") == written(report, format, "he"), format


def test_a_kept_report_outlives_what_comes_later(small: Engine) -> None:
    first = _kept(small, ReportRequest(SLUG, LATER))
    with session_of(small) as session:
        brand = ListeningBrand(1, SLUG, owned_accounts(session, 1))
    bring(small, brand, [said("late", "One more that came late, about the lids.", 2)])
    assert _kept(small, ReportRequest(SLUG, LATER + timedelta(days=1))) == first
    again = _kept(small, ReportRequest(SLUG, LATER), again=True)
    assert (again.volume.posts or 0) == (first.volume.posts or 0) + 1
    with session_of(small) as session:
        kept_ones = kept_weeks(session, 1)
        assert [one.week for one in kept_ones] == [WEEK, WEEK]
        assert kept_as(session, SLUG, kept_ones[1].id) == first
        assert kept_as(session, SLUG, kept_ones[0].id) == again
        assert kept(session, ReportRequest(SLUG, LATER)) == first


def test_a_week_that_goes_on_is_not_kept(small: Engine) -> None:
    with session_of(small) as session:
        running = asked_for(session, SLUG, WEEK, END - timedelta(days=1))
        report = kept_or_made(session, running)
        assert report.as_of == END - timedelta(days=1)
        assert kept_weeks(session, 1) == []
    _kept(small, ReportRequest(SLUG, LATER))
    with session_of(small) as session:
        assert kept(session, running) is None, "what was known later is not shown as of then"


def test_whoever_is_forgotten_is_gone_from_kept_reports_too(small: Engine) -> None:
    first = _kept(small, ReportRequest(SLUG, LATER))
    shown = first.response.waiting[0]
    assert shown.text
    assert shown.author
    with session_of(small) as session:
        body = session.exec(select(Row)).one().body
        assert shown.text not in body
        assert json.loads(body)["response"]["waiting"][0]["post_id"] == shown.post_id
        assert not [one for one in json.loads(body)["response"]["waiting"] if one["author"] or one["url"]]
        author = session.exec(select(Author).where(Author.handle == shown.author)).one()
        forget(session, [author], LATER)
    after = _kept(small, ReportRequest(SLUG, LATER))
    assert after.response.waiting[0].text is None
    assert after.response.waiting[0].author is None
    assert after.response.now == first.response.now
    for format in ("html", "md"):
        page = written(after, format).decode()
        assert shown.author not in page
        assert shown.text not in page


def test_a_report_of_another_shape_or_brand_is_refused(small: Engine) -> None:
    with session_of(small) as session:
        row = keep_report(session, 1, "2026-W40", 99, "{}", LATER)
        with pytest.raises(StoreError, match="shape 99"):
            kept_as(session, SLUG, row.id or 0)
        with pytest.raises(NotFoundError):
            kept_as(session, "north-beans", row.id or 0)
        with pytest.raises(NotFoundError):
            kept_as(session, SLUG, 999)


def test_words_come_from_posts_and_figures_from_what_is_kept(small: Engine) -> None:
    with session_of(small) as session:
        report = made(session, ReportRequest(SLUG, LATER))
        assert worded(session, WeeklyReport.model_validate_json(body_of(report))) == report
