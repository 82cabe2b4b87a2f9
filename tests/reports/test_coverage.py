"""Coverage: rates with exact intervals, silence that is told from chance, and no rate where nothing was seen."""

from datetime import UTC, datetime, timedelta

import pytest
from scipy.stats import poisson

from listener.reports import coverage_kind
from listener.reports.asking import ReportRequest
from listener.reports.coverage import Coverage, Gap, Heard, measure
from listener.reports.coverage_text import coverage_csv, coverage_markdown
from listener.reports.figures import rate_a_day
from models.database import session_of
from models.store.brands import save_sources
from models.tables import Stream
from models.words import ReplyVisibility
from tests.builders import a_brand, bring, memory, post

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def heard(**keys: object) -> Heard:
    said: dict[str, object] = {
        "source": "mastodon",
        "reply_visibility": "in_thread",
        "covers_from": NOW - timedelta(days=90),
        "covers_until": NOW,
        "checked_at": NOW,
        "post_count": 300,
        "base_count": 112,
        "base_days": 28,
        "latest_count": 28,
        "latest_days": 7,
        "failed_runs": 0,
        "failures": [],
        "gaps": [],
    }
    return Heard(**(said | keys))  # type: ignore[arg-type]


def report(**keys: object) -> Coverage:
    return measure("amber-roast", [heard(**keys)], NOW)


@pytest.mark.parametrize(("count", "days"), [(0, 7), (1, 7), (28, 7), (400, 28)])
def test_the_interval_of_a_rate_is_where_the_count_is_no_surprise(count: int, days: int) -> None:
    figure = rate_a_day(count, days, NOW)
    assert figure.value == count / days
    assert figure.interval is not None
    low, high = figure.interval
    assert low is not None
    assert high is not None
    assert poisson.cdf(count, high * days) == pytest.approx(0.025)
    if count:
        assert poisson.sf(count - 1, low * days) == pytest.approx(0.025)


def test_a_rate_over_no_day_is_unknown_and_not_zero() -> None:
    row = report(base_count=0, base_days=0, latest_count=0, latest_days=0, covers_until=None).sources[0]
    assert row.seen_a_day.value is None
    assert row.is_quiet is None


@pytest.mark.parametrize(("latest", "quiet"), [(28, False), (18, False), (5, True), (0, True)])
def test_a_source_that_falls_silent_is_told_from_chance(latest: int, quiet: bool) -> None:
    assert report(latest_count=latest).sources[0].is_quiet is quiet


def test_a_small_source_without_posts_for_a_week_may_be_chance() -> None:
    assert report(base_count=4, latest_count=0).sources[0].is_quiet is False


def test_what_is_missing_is_said_in_words() -> None:
    gap = Gap(since=None, until=NOW, reason="the feed holds its newest 10 entries")
    text = coverage_markdown(report(gaps=[gap], failures=["mastodon a.example: no answer"], latest_count=0))
    assert "not seen from the beginning to 2026-11-20 12:00 UTC: the feed holds its newest 10 entries" in text
    assert "mastodon a.example: no answer" in text
    assert "far quieter than before" in text
    assert "Nothing was listened to" in coverage_markdown(measure("amber-roast", [], NOW))


def test_the_table_for_spreadsheets_has_a_row_a_source() -> None:
    lines = coverage_csv(report()).splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("mastodon,in_thread,")
    assert ",4.0,4.0,False,0,0" in lines[1]


def test_a_source_that_never_answered_is_listed_and_not_left_out() -> None:
    engine = memory()
    brand = a_brand(engine)
    bring(engine, brand, [post("1", hours=-24 * 30), post("2", hours=24), post("3", hours=24 * 16)])
    with session_of(engine) as session:
        save_sources(session, {"lemmy": ReplyVisibility.IN_THREAD}, ["lemmy"])
        session.add(Stream(brand_id=brand.id, source="lemmy", key="k", title="lemmy a.example", failure="no answer"))
    with session_of(engine) as session:
        built = coverage_kind.build(session, ReportRequest("amber-roast", NOW))
        lately = coverage_kind.build(session, ReportRequest("amber-roast", NOW, since=NOW - timedelta(days=7)))
    lemmy, mastodon = built.sources
    assert (lemmy.source, lemmy.covers_until, lemmy.post_count) == ("lemmy", None, 0)
    assert lemmy.failures == ["lemmy a.example: no answer"]
    assert lemmy.seen_a_day.value is None
    assert (mastodon.post_count, mastodon.seen_a_day.n, mastodon.expected_a_day.n) == (3, 1, 1)
    assert [row.post_count for row in lately.sources] == [0, 1]
