"""The report of themes against plain SQL, exact intervals against scipy's, quotes, formats, the empty brand."""

import csv
import io
import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlmodel import Session

from api.app import create_app
from listener.pipeline.classifying import classify_stored
from listener.pipeline.preparing import ListeningBrand
from listener.reports.asking import ReportRequest
from listener.reports.kinds import kind_of, write
from listener.reports.themes import Themes, quotes_of, rate_ratio
from models.database import session_of
from models.errors import NotFoundError
from models.reads.themes import QuotablePost
from tests.api.service import Client
from tests.builders import NOW, START, a_brand, bring, clock, memory, post, reply
from tests.listener.test_theming import TOPICS, Toy, filled, said

SINCE = START + timedelta(hours=4)
UNTIL = START + timedelta(hours=6)


@pytest.fixture(scope="module")
def store() -> tuple[Engine, ListeningBrand]:
    engine, brand = filled(65, ("en", "pl"))
    answers = [reply(f"r{at}", f"refund-en-{at}", hours=at / 10 + 1) for at in range(0, 40, 4)]
    bring(engine, brand, [*answers, post("odd", "neither one nor the other", hours=5, author="odd")])
    classify_stored(engine, Toy(), clock)
    return engine, brand


def measured(engine: Engine, **keys: object) -> Themes:
    with session_of(engine) as session:
        found = kind_of("themes").build(session, ReportRequest("amber-roast", NOW, **keys))  # type: ignore[arg-type]
    assert isinstance(found, Themes)
    return found


def plain(session: Session, sql: str, **keys: object) -> list[tuple[object, ...]]:
    return [tuple(row) for row in session.execute(text(sql), keys)]


def test_counts_are_those_of_plain_sql(store: tuple[Engine, ListeningBrand]) -> None:
    engine, _ = store
    report = measured(engine, since=SINCE, until=UNTIL)
    stamp = "%Y-%m-%d %H:%M:%S.%f"
    sql = """select m.theme_id, count(*), sum(m.sentiment = 'negative'), min(p.published_at), max(p.published_at),
        sum(m.answered_at is not null) from mention m join post p on p.id = m.post_id
        where p.published_at >= :since and p.published_at < :until and m.relation != 'own' and p.duplicate_of_id is null
        and m.theme_id is not null group by 1"""
    now = {"since": SINCE.strftime(stamp), "until": UNTIL.strftime(stamp)}
    earlier = {"since": (SINCE - (UNTIL - SINCE)).strftime(stamp), "until": SINCE.strftime(stamp)}
    with session_of(engine) as session:
        rows = {row[0]: row for row in plain(session, sql, **now)}
        before = {row[0]: row[1] for row in plain(session, sql, **earlier)}
        all_complaints = plain(
            session,
            "select count(*) from mention m join post p on p.id = m.post_id where m.is_complaint = 1 and "
            "m.relation != 'own' and p.published_at >= :since and p.published_at < :until",
            **now,
        )[0][0]
    assert {row.id: row.count for row in report.themes} == {id: row[1] for id, row in rows.items()}
    assert len(report.themes) == len(TOPICS)
    for row in report.themes:
        _, count, negative, first, last, answered = rows[row.id]
        assert row.sentiment.get("negative", 0) == negative
        assert (row.first_at.strftime(stamp), row.last_at.strftime(stamp)) == (first, last)
        assert row.previous_count == before.get(row.id, 0)
        assert sum(row.languages.values()) == sum(row.stage.values()) == count
        assert row.change.value == pytest.approx(count / before[row.id])  # type: ignore[operator]
        assert row.unanswered.n == (count if row.polarity == "complaint" else 0)
        if row.polarity == "complaint":
            assert row.unanswered.value == pytest.approx(1 - answered / count)  # type: ignore[operator]
    complaints = report.polarities[0]
    assert complaints.count == all_complaints
    themed = sum(row.count for row in report.themes if row.polarity == "complaint")
    assert complaints.in_theme.value == pytest.approx(themed / all_complaints)
    assert complaints.in_theme.value is not None
    assert complaints.in_theme.value < 1


def test_every_estimate_is_a_figure_and_shares_add_up(store: tuple[Engine, ListeningBrand]) -> None:
    report = measured(store[0])
    assert report.themes == measured(store[0]).themes
    for polarity in ("complaint", "praise"):
        shares = [row.share for row in report.themes if row.polarity == polarity]
        assert sum(figure.value or 0 for figure in shares) == pytest.approx(1)
    for row in report.themes:
        for figure in (row.share, row.unanswered, row.change):
            assert (figure.value is None) == (figure.interval is None)
            assert figure.as_of == NOW
        assert row.change.value is None
        assert row.previous_count is None
        assert len(row.quotes) == 3
        assert len({quote.post_id for quote in row.quotes}) == 3
    assert {quote.language for row in report.themes for quote in row.quotes} >= {"en", "pl"}


@given(st.integers(0, 400), st.integers(0, 400))
@settings(deadline=None)
def test_the_ratio_of_rates_has_the_exact_interval(count: int, before: int) -> None:
    from scipy.stats import binomtest

    figure = rate_ratio(count, before, NOW)
    if not count + before:
        assert (figure.value, figure.interval) == (None, None)
        return
    exact = binomtest(count, count + before).proportion_ci(0.95, "exact")
    assert figure.interval is not None
    low, high = figure.interval
    assert low == pytest.approx(exact.low / (1 - exact.low), rel=1e-6)
    if exact.high == 1:
        assert high is None
    else:
        assert high == pytest.approx(exact.high / (1 - exact.high), rel=1e-6)
    if before:
        assert low is not None
        assert low <= count / before <= (high or 1e9)
    else:
        assert figure.value is None


def quotable(id: int, said: str, language: str = "en", author: int | None = None) -> QuotablePost:
    return QuotablePost(id, said, language, author if author is not None else id, START)


def test_quotes_hold_the_terms_speak_different_languages_and_come_from_different_people() -> None:
    posts = [
        quotable(1, "The parcel from your courier is late, where is the parcel?", author=1),
        quotable(2, "The courier lost my parcel and says nothing at all about it.", author=1),
        quotable(3, "Parcel late! Your courier has not come for a week now, sigh.", author=2),
        quotable(4, "Siuntinys (parcel) vėluoja jau visą savaitę, kur kurjeris?", "lt", author=3),
        quotable(5, "parcel courier", author=4),
        quotable(6, "Nothing of what this is about stands in this post of mine.", author=5),
    ]
    assert [quote.post_id for quote in quotes_of(posts, ["parcel", "courier"])] == [3, 4, 2]
    assert [quote.post_id for quote in quotes_of(posts[::-1], ["parcel", "courier"])] == [3, 4, 2]
    assert quotes_of([], ["parcel"]) == []
    assert len(quotes_of(posts[:2], [])) == 1


def test_a_brand_without_themes_says_so_and_an_unknown_one_is_no_brand() -> None:
    engine = memory()
    brand = a_brand(engine)
    report = measured(engine)
    assert (report.themes, report.fitted_at) == ([], None)
    assert [kind.in_theme.value for kind in report.polarities] == [None, None]
    assert any("No themes" in note for note in report.notes)
    bring(engine, brand, [said("parcel", at) for at in range(3)])
    classify_stored(engine, Toy(), clock)
    complaints = measured(engine).polarities[0]
    assert (complaints.count, complaints.in_theme.value) == (3, 0.0)
    with session_of(engine) as session, pytest.raises(NotFoundError):
        kind_of("themes").build(session, ReportRequest("nobody", NOW))


def test_formats(store: tuple[Engine, ListeningBrand]) -> None:
    report = measured(store[0], since=SINCE, limit=3)
    assert (len(report.themes), report.left_out) == (3, 2)
    assert json.loads(write("themes", report, "json"))["themes"][0]["id"] == report.themes[0].id
    rows = list(csv.DictReader(io.StringIO(write("themes", report, "csv").decode())))
    assert [int(row["count"]) for row in rows] == [row.count for row in report.themes]
    page = write("themes", report, "md").decode()
    assert page.startswith("# Themes: amber-roast")
    assert all(row.name.split(",")[0] in page for row in report.themes)


def test_the_routes_measure_and_name(store: tuple[Engine, ListeningBrand]) -> None:
    client = Client(store[0])
    found = client.get("/api/v1/reports/themes", brand="amber-roast", limit=2).json()
    assert [row["count"] for row in found["themes"]] == [row.count for row in measured(store[0], limit=2).themes]
    assert "/api/v1/reports/themes" in create_app(store[0]).openapi()["paths"]
    id = found["themes"][0]["id"]
    named = client.call("PUT", f"/api/v1/themes/{id}", json={"name": "Our courier"})
    assert named.json()["name"] == "Our courier"
    assert client.get("/api/v1/reports/themes", brand="amber-roast").json()["themes"][0]["name"] == "Our courier"
    for body in ({"name": " "}, {"name": ""}, {}, {"name": "x" * 121}):
        assert client.call("PUT", f"/api/v1/themes/{id}", json=body).status_code == 422
    assert client.call("PUT", "/api/v1/themes/999999", json={"name": "x"}).status_code == 404
