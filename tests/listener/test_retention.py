"""Old threads go whole and stay gone, young ones stay whole; brands that share a thread keep it as long as one does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from listener.clock.rounds import go_round
from listener.pipeline import retention
from listener.pipeline.preparing import ListeningBrand
from listener.pipeline.retention import Aged, count_aged, kept_since, remove_aged
from listener.reports.asking import ReportRequest
from listener.reports.kinds import kind_of
from listener.reports.retention import removed_until
from listener.settings import BrandSettings, Settings
from models.database import open_database, session_of
from models.store.retention import keep_for, remove_threads
from models.store.triage import act
from models.tables import Author, Brand, Label, Mention, Post, PostTerms
from models.words import TriageKind
from tests.builders import NOW, START, a_brand, bring, clock, label_all, post, reply, views
from tests.postgres import empty, running

OLD = Settings(keep_days=10)
"""Of posts that begin on 1 November, as of 20 November: those up to the 10th are old."""
DAY = 24.0
POSTS = [
    post("1", "Ekspres cieknie i nikt nie odpowiada", author="ola"),
    reply("1r", "1", hours=2),
    post("2", "הקפה הגיע קר", author="noa", hours=DAY),
    post("2b", "and now, still cold?", author="noa", hours=15 * DAY, kind="reply", parent_source_id="2"),
    post("3", "Kava puiki, ačiū", author="rūta", hours=2 * DAY),
    post("4", "咖啡很好喝", author="mei", hours=12 * DAY),
    post("5", "another one of mine, which is old", author="mei", hours=3 * DAY),
]


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of this module's own."""
    with running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty, migrated database."""
    address = f"sqlite:///{tmp_path}/old.db"
    if request.param == "postgresql":
        address = str(request.getfixturevalue("postgres"))
        empty(address)
    opened = open_database(address)
    yield opened
    opened.dispose()


def filled(engine: Engine) -> ListeningBrand:
    brand = a_brand(engine)
    bring(engine, brand, POSTS)
    label_all(engine)
    return brand


def worded(engine: Engine) -> list[str]:
    """The ids of posts that still have words."""
    with session_of(engine) as session:
        return sorted(session.exec(select(Post.source_id).where(Post.text != "")))


def remove(engine: Engine, settings: Settings = OLD) -> Aged:
    return remove_aged(engine, kept_since(engine, settings, NOW), NOW)


def test_whole_old_threads_go_and_nothing_else(engine: Engine) -> None:
    filled(engine)
    kept = kept_since(engine, OLD, NOW)
    assert count_aged(engine, kept) == Aged(3, 4)
    assert len(worded(engine)) == 7
    assert remove_aged(engine, kept, NOW) == Aged(3, 4)
    assert worded(engine) == ["2", "2b", "4"]
    assert count_aged(engine, kept) == remove_aged(engine, kept, NOW) == Aged()


def test_labels_and_strangers_go_too_the_brands_accounts_stay(engine: Engine) -> None:
    filled(engine)
    remove(engine)
    with session_of(engine) as session:
        assert sorted(session.exec(select(Author.account))) == ["amberroast", "mei", "noa"]
        ids = session.exec(select(Post.id).where(Post.text == "")).all()
        labelled = select(Label).join(Mention, Mention.id == Label.mention_id)  # type: ignore[arg-type]
        assert not session.exec(labelled.where(Mention.post_id.in_(ids))).all()  # type: ignore[attr-defined]
        assert not session.exec(select(PostTerms).where(PostTerms.post_id.in_(ids))).all()  # type: ignore[attr-defined]
        own = session.exec(select(Post).where(Post.source_id == "1r")).one()
        assert own.author_id is not None


def test_no_later_import_brings_them_back(engine: Engine) -> None:
    brand = filled(engine)
    remove(engine)
    summary, _ = bring(engine, brand, [*POSTS, POSTS[0] | {"text": "Ekspres cieknie, edited"}])
    assert summary.counts["new"] == summary.counts["changed"] == 0
    assert worded(engine) == ["2", "2b", "4"]
    with session_of(engine) as session:
        assert "ola" not in session.exec(select(Author.account)).all()


def test_a_young_reply_to_what_has_gone_is_a_post_of_its_own(engine: Engine) -> None:
    brand = filled(engine)
    remove(engine)
    late = post("1x", "same here, mine leaks too", author="pat", hours=18 * DAY, kind="reply", parent_source_id="1")
    bring(engine, brand, [late])
    assert worded(engine) == ["1x", "2", "2b", "4"]
    assert remove(engine) == Aged()
    assert "1x" in [view.source_id for view in views(engine, brand)]


def test_a_thread_that_grew_meanwhile_stays_whole(engine: Engine) -> None:
    filled(engine)
    with session_of(engine) as session:
        root = session.exec(select(Post).where(Post.source_id == "2")).one()
        assert remove_threads(session, {root.thread_id or 0: root.published_at}, NOW) == (0, 0)
    assert len(worded(engine)) == 7


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        (Settings(), 7),
        (Settings(keep_days=365), 7),
        (Settings(brand=[BrandSettings(slug="amber-roast", name="A", keep_days=10)]), 3),
        (Settings(keep_days=10, brand=[BrandSettings(slug="amber-roast", name="A", keep_days=365)]), 7),
        (Settings(brand=[BrandSettings(slug="north-beans", name="N", keep_days=10)]), 7),
    ],
)
def test_the_brands_own_number_goes_before_the_services(engine: Engine, settings: Settings, left: int) -> None:
    filled(engine)
    remove(engine, settings)
    assert len(worded(engine)) == left


def test_a_thread_of_two_brands_is_kept_as_long_as_one_keeps_it(engine: Engine) -> None:
    filled(engine)
    rival = a_brand(engine, "north-beans", "northbeans")
    bring(engine, rival, [POSTS[4]])
    amber = BrandSettings(slug="amber-roast", name="A", keep_days=10)
    remove(engine, Settings(brand=[amber, BrandSettings(slug="north-beans", name="N", keep_days=365)]))
    assert "3" in worded(engine)
    assert "1" not in worded(engine)
    remove(engine, Settings(brand=[amber, BrandSettings(slug="north-beans", name="N", keep_days=17)]))
    assert "3" not in worded(engine)


def test_it_goes_on_where_it_was_killed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(engine)
    monkeypatch.setattr(retention, "PORTION", 1)
    kept = kept_since(engine, OLD, NOW)
    first = remove_aged(engine, kept, NOW, most=1)
    assert first.thread_count == 1
    assert first + remove_aged(engine, kept, NOW) == Aged(3, 4)


def test_what_people_did_stays_on_record(engine: Engine) -> None:
    filled(engine)
    with session_of(engine) as session:
        mention = session.exec(
            select(Mention).join(Post, Post.id == Mention.post_id).where(Post.source_id == "1")  # type: ignore[arg-type]
        ).one()
        act(session, TriageKind.STAGE, "fmot", [mention], "Rasa", NOW)
    remove(engine)
    with session_of(engine) as session:
        rows = session.execute(text("SELECT kind, value, author FROM triage_action")).all()
        assert [tuple(row) for row in rows] == [("stage", "fmot", "Rasa")]
        assert session.execute(text("SELECT count(*) FROM triage_step")).scalar() == 1
        assert session.execute(text("SELECT count(*) FROM correction WHERE undone_at IS NULL")).scalar() == 1


def test_a_kept_weekly_report_stays_but_for_the_words(engine: Engine) -> None:
    from listener.weekly.keeping import body_of, kept, kept_or_made

    brand = filled(engine)
    asked = ReportRequest(brand.slug, NOW, since=START + timedelta(days=1))  # the week that begins on 2 November
    with session_of(engine) as session:
        made = kept_or_made(session, asked)
    assert made.volume.posts == 3
    remove(engine)
    with session_of(engine) as session:
        again = kept(session, asked)
        anew = kept_or_made(session, asked, again=True)
    assert again is not None
    assert body_of(again) == body_of(made)
    assert anew.volume.posts == 1
    assert anew.seen.removed_until == START + timedelta(days=3)


def test_reports_name_the_boundary_where_they_reach_behind_it(engine: Engine) -> None:
    brand = filled(engine)
    with session_of(engine) as session:
        before = kind_of("response-gap").build(session, ReportRequest(brand.slug, NOW))
    remove(engine)
    removed = START + timedelta(days=3)
    with session_of(engine) as session:
        assert session.exec(select(Brand.removed_until)).one() == removed
        for name in ("response-gap", "coverage", "trends", "themes", "journey", "influence-loop", "shares"):
            said = kind_of(name).build(session, ReportRequest(brand.slug, NOW)).notes  # type: ignore[attr-defined]
            assert [at for one in said if (at := removed_until(one))] == [removed], name
        since = removed + timedelta(days=10)
        for name in ("response-gap", "shares", "trends"):
            asked = ReportRequest(brand.slug, NOW, since=since)
            report = kind_of(name).build(session, asked)
            assert not any(map(removed_until, report.notes)), name  # type: ignore[attr-defined]
    assert not any(map(removed_until, before.notes))  # type: ignore[attr-defined]


def test_the_clock_does_it_once_an_hour(engine: Engine) -> None:
    filled(engine)
    go_round(engine, OLD, [], clock)  # from now on
    assert len(worded(engine)) == 7
    go_round(engine, OLD, [], lambda: NOW + timedelta(hours=1))
    assert worded(engine) == ["2", "2b", "4"]


def test_the_rows_say_what_the_settings_say(engine: Engine) -> None:
    a_brand(engine)
    a_brand(engine, "north-beans", "northbeans")
    for days, otherwise, wanted in (({"amber-roast": 30}, 90, [30, 90]), ({"amber-roast": None}, None, [None, None])):
        with session_of(engine) as session:
            keep_for(session, days, otherwise)
        with session_of(engine) as session:
            assert list(session.exec(select(Brand.keep_days).order_by(Brand.slug))) == wanted
