"""Bluesky's stream over a real WebSocket: what is kept, what goes, where a pass goes on, what it could not have."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest

from listener.collectors import jetstream
from tests.builders import label_all
from tests.collecting.clock import START, SimulatedClock, SimulatedNetwork
from tests.collecting.listening import Listening, listening, rows, settings_for
from tests.collecting.skies import HOST, Skies, open_skies

TEXTS = "SELECT source_id, text FROM post ORDER BY published_at"
GAPS = "SELECT gap_from, gap_until, reason FROM coverage_gap"


@pytest.fixture
def skies() -> Iterator[Skies]:
    with open_skies() as found:
        yield found


@pytest.fixture
def bluesky(tmp_path: Path, skies: Skies) -> Iterator[Listening]:
    """A brand that listens to the stream alone."""
    with _listening(tmp_path / "posts.db", skies) as found:
        yield found


def _listening(database: Path, skies: Skies) -> AbstractContextManager[Listening]:
    source = {"name": "bluesky", "base_url": HOST, "jetstream": skies.url}
    settings = settings_for(database, source)
    settings.brand[0].owned["bluesky"] = ["amberroast.example"]
    return listening(settings, SimulatedNetwork(SimulatedClock(), skies.answer), START)


def _seed(skies: Skies) -> dict[str, str]:
    """Posts in five languages, and some that concern nobody."""
    said = {
        "pl": ("ola", "Czy Amber-Roast wróci przed świętami?", -50),
        "lt": ("jonas", "AMBER  ROAST siunta vėluoja jau trečią savaitę.", -40),
        "he": ("noa", "הקפה של Amber Roast הגיע קר.", -30),
        "zh": ("mei", "Amber Roast 的淺焙豆子聞起來像莓果。", -20),
        "en": ("kim", "My parcel is lost again.", -10),
    }
    found = {name: skies.write(who, f"3{name}", text, at) for name, (who, text, at) in said.items()}
    skies.write("kim", "3other", "Amber rosters are no roast.", -9)
    skies.events.append({"did": "did:plc:kim", "time_us": 1, "kind": "identity", "identity": {}})
    return found


def _ids(listening: Listening) -> set[str]:
    return {name.rpartition("/")[2] for (name,) in listening.ask("SELECT source_id FROM post")}


def test_what_may_match_is_kept_and_a_second_pass_adds_nothing(skies: Skies, bluesky: Listening) -> None:
    _seed(skies)
    (summary,) = bluesky.collect()
    assert (summary.failure, summary.counts["new"]) == (None, 5)
    assert _ids(bluesky) == {"3pl", "3lt", "3he", "3zh", "3en"}
    (query,) = skies.asked
    assert query["wantedCollections"] == ["app.bsky.feed.post"]
    assert int(query["cursor"][0]) == jetstream.micros(START - timedelta(days=90))
    assert skies.agents[0].startswith("moment-listener/")
    assert "t@example.org" in skies.agents[0]
    skies.now += timedelta(minutes=15)
    (summary,) = bluesky.collect(minutes=15)
    assert (summary.counts["new"], summary.counts["changed"]) == (0, 0)
    assert int(skies.asked[1]["cursor"][0]) == jetstream.micros(START - timedelta(minutes=9, seconds=10))
    assert bluesky.ask("SELECT covers_until FROM coverage") == [("2026-11-20 12:15:00.000000",)]


def test_deletions_edits_and_closed_accounts_are_honoured(skies: Skies, bluesky: Listening) -> None:
    known = _seed(skies)
    bluesky.collect()
    skies.delete(known["pl"], 1)
    skies.write("jonas", "3lt", "Amber Roast: siunta atėjo, ačiū!", 2, operation="update")
    skies.close_account("noa", 3)
    skies.close_account("mei", 4, status="takendown")
    gone = skies.write("kim", "3gone", "Amber Roast, I take this back.", 5)
    skies.delete(gone, 6)
    skies.posts[known["zh"]] = {**skies.posts[known["en"]], "uri": known["zh"]}  # so that its thread says nothing
    skies.now += timedelta(minutes=15)
    (summary,) = bluesky.collect(minutes=15)
    assert (summary.counts["gone"], summary.counts["new"]) == (2, 0)
    texts = {name.rpartition("/")[2]: text for name, text in bluesky.ask(TEXTS)}
    assert (texts["3pl"], texts["3he"]) == ("", "")
    assert texts["3lt"].startswith("Amber Roast: siunta atėjo")
    assert texts["3zh"]
    assert bluesky.ask("SELECT gone_reason FROM post WHERE text = ''") == [("source",), ("source",)]


def test_garbage_is_on_record_and_hides_nothing(skies: Skies, bluesky: Listening) -> None:
    good = skies.write("ola", "3good", "Amber Roast po raz pierwszy.", -30)
    at = jetstream.micros(START - timedelta(minutes=20))
    commit = {"operation": "create", "collection": jetstream.COLLECTION, "rkey": "3x"}
    skies.events += [
        "<html>not json",
        b"\xff\x00",
        "[]",
        "null",
        '{"kind": "commit"}',
        {"did": "did:plc:x", "time_us": at, "kind": "commit", "commit": commit},
        {"did": "did:plc:x", "time_us": at, "kind": "commit", "commit": {**commit, "record": "text"}},
        {"did": "did:plc:x", "time_us": at, "kind": "commit"},
        '{"did": "did:plc:x", "time_us": 9000000000000000000, "kind": "commit"}',
        {"did": "did:plc:x", "time_us": at, "kind": "a kind of tomorrow"},
    ]
    later = skies.write("jonas", "3later", "Amber Roast antrą kartą.", -10)
    (summary,) = bluesky.collect()
    assert (summary.failure, summary.counts["new"], summary.counts["bad"]) == (None, 2, 9)
    assert _ids(bluesky) == {good.rpartition("/")[2], later.rpartition("/")[2]}


@pytest.mark.parametrize("cut_after", [0, 1, 3, 6])
def test_a_stream_that_is_cut_goes_on_where_it_was(
    tmp_path: Path, skies: Skies, bluesky: Listening, cut_after: int
) -> None:
    _seed(skies)
    skies.cut_after = cut_after
    (summary,) = bluesky.collect()
    assert summary.failure
    assert "broke off" in summary.failure
    assert len(_ids(bluesky)) == min(cut_after, 5)
    assert bluesky.ask("SELECT covers_until FROM stream") == [(None,)]
    skies.cut_after, skies.now = None, skies.now + timedelta(minutes=15)
    (summary,) = bluesky.collect(minutes=15)
    assert summary.failure is None
    with _listening(tmp_path / "clean.db", skies) as clean:
        clean.collect(minutes=15)
        found, wanted = rows(bluesky.database), rows(clean.database)
    for table in ("post", "mention", "author"):
        assert found[table] == wanted[table]


def test_the_brands_late_answer_is_heard_at_once(skies: Skies, bluesky: Listening) -> None:
    """Long after a thread's looks have thinned out, and though the answer names no brand."""
    skies.window = timedelta(days=9)
    question = skies.write("ola", "3q", "Amber Roast, gdzie moja paczka?", -60 * 24 * 6)
    bluesky.collect()
    skies.now += timedelta(hours=26)
    bluesky.collect(minutes=60 * 26)
    label_all(bluesky.engine)
    assert bluesky.views()["3q"].state == "unanswered"
    skies.write("amber", "3a", "Już jedzie, jutro będzie u Ciebie.", 60 * 26 + 10, to=question)
    skies.now += timedelta(minutes=15)
    bluesky.collect(minutes=15)
    label_all(bluesky.engine)
    assert bluesky.views()["3q"].state == "answered"


def test_a_begin_that_is_not_replayed_is_a_gap(skies: Skies, bluesky: Listening) -> None:
    _seed(skies)
    bluesky.collect()
    first = bluesky.ask(GAPS)
    assert first == [("2026-08-22 12:00:00.000000", "2026-11-20 11:10:00.000000", "Jetstream did not replay it")]
    skies.now += timedelta(days=3)
    skies.write("ola", "3new", "Amber Roast znowu.", 60 * 71)
    bluesky.collect(minutes=60 * 72)
    ((_, until, _), (begin, end, _)) = bluesky.ask(GAPS)
    assert until == "2026-11-20 11:10:00.000000"
    assert (begin, end) == ("2026-11-20 11:51:00.000000", "2026-11-23 11:00:00.000000")


def test_a_quiet_night_is_no_gap(skies: Skies, bluesky: Listening) -> None:
    _seed(skies)
    bluesky.collect()
    skies.now += timedelta(hours=12)
    skies.write("ola", "3new", "Amber Roast znowu.", 60 * 11)
    bluesky.collect(minutes=60 * 12)
    assert len(bluesky.ask(GAPS)) == 1, "that before the first pass"


def test_a_long_way_is_gone_in_several_runs(skies: Skies, bluesky: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    _seed(skies)
    monkeypatch.setattr(jetstream, "MOST_EVENTS", 3)
    (summary,) = bluesky.collect()
    assert (summary.failure, summary.counts["new"]) == (None, 3)
    assert summary.shortfalls[-1] == "the stream was read up to 2026-11-20 11:30 UTC; the next run goes on"
    assert bluesky.ask("SELECT covers_until FROM stream") == [(None,)], "no more is claimed than was read"
    monkeypatch.undo()
    (summary,) = bluesky.collect(minutes=1)
    assert summary.counts["new"] == 2
    assert bluesky.ask("SELECT covers_until, open_pass FROM stream") == [("2026-11-20 12:01:00.000000", None)]


def test_a_post_that_the_appview_does_not_know_yet_comes_with_the_next_pass(skies: Skies, bluesky: Listening) -> None:
    _seed(skies)
    young = skies.write("ola", "3young", "Amber Roast, właśnie teraz.", -1)
    skies.unindexed.add(young)
    skies.write("kim", "3kim", "Amber Roast as well.", -0.5)
    bluesky.collect()
    assert "3young" not in _ids(bluesky)
    skies.unindexed.clear()
    skies.now += timedelta(minutes=15)
    (summary,) = bluesky.collect(minutes=15)
    assert summary.counts["new"] == 1
    assert "3young" in _ids(bluesky)


def test_without_an_appview_posts_stand_as_the_stream_has_them(skies: Skies, bluesky: Listening) -> None:
    _seed(skies)
    skies.appview_status = 404
    (summary,) = bluesky.collect()
    assert (summary.failure, summary.counts["new"]) == (None, 5)


def test_who_asks_not_to_be_shown_without_login_is_not_kept(skies: Skies, bluesky: Listening) -> None:
    shy = skies.write("shy", "3shy", "Amber Roast is my secret.", -5)
    skies.posts[shy]["author"]["labels"] = [{"val": "!no-unauthenticated"}]
    bluesky.collect()
    assert _ids(bluesky) == set()
