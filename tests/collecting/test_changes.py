"""What happens at the source after a post was stored: answers, edits, deletions, nothing at all."""

from datetime import timedelta

from models.database import session_of
from models.reads.mentions import unlabelled
from tests.builders import label_all
from tests.collecting.clock import START
from tests.collecting.forum import Forum
from tests.collecting.listening import Listening, rows

LONG_AGO = START - timedelta(days=20)
MODEL = "test 1"


def _waiting(listening: Listening) -> list[str]:
    with session_of(listening.engine) as session:
        return [text for _, text in unlabelled(session, MODEL)]


def test_a_second_run_adds_nothing(forum: Forum, wordpress: Listening) -> None:
    root = forum.add("訂單 12 的咖啡豆有霉味。", LONG_AGO, "xiaoqing")
    forum.add("We sent new beans today, they reach you by Friday.", LONG_AGO + timedelta(hours=2), parent=root)
    forum.add("Paczka przyszła otwarta.", START - timedelta(hours=2), "zofia")
    (first,) = wordpress.collect()
    before = rows(wordpress.database)
    (second,) = wordpress.collect()
    assert (first.counts["new"], first.counts["unchanged"]) == (3, 0)
    assert (second.counts["new"], second.counts["changed"]) == (0, 0)
    assert second.counts["unchanged"], "the overlap shows what was there"
    assert rows(wordpress.database) == before
    assert wordpress.ask("SELECT new_count, bad_count, error FROM run ORDER BY id") == [(3, 0, None), (0, 0, None)]


def test_a_late_answer_turns_a_complaint_into_an_answered_one(forum: Forum, wordpress: Listening) -> None:
    asked = forum.add("Siuntinys vėluoja jau antrą savaitę.", LONG_AGO, "jonas")
    wordpress.collect()
    label_all(wordpress.engine, model=MODEL)
    assert wordpress.views()[str(asked)].state == "unanswered"
    answered_at = START + timedelta(hours=1)
    forum.add(
        "Atsiprašome, naują siuntinį išsiuntėme šiandien, jis bus pas jus penktadienį.", answered_at, parent=asked
    )
    wordpress.collect(minutes=90)
    view = wordpress.views()[str(asked)]
    assert (view.state, view.answered_at) == ("answered", answered_at)


def test_of_a_deleted_comment_the_tombstone_stays(forum: Forum, wordpress: Listening) -> None:
    kept = forum.add("המסננת חסרה בחבילה.", LONG_AGO, "noa")
    deleted = forum.add("The lid does not close, and I am cross.", LONG_AGO, "rokas")
    wordpress.collect()
    label_all(wordpress.engine, model=MODEL)
    assert set(wordpress.views()) == {str(kept), str(deleted)}
    forum.delete(deleted)
    (summary,) = wordpress.collect(minutes=10)
    assert summary.counts["gone"] == 1
    assert set(wordpress.views()) == {str(kept)}
    row = wordpress.ask(
        "SELECT text, raw_text, title, url, gone_reason FROM post WHERE source_id LIKE ?", f"%/{deleted}"
    )
    assert row == [("", None, None, None, "source")]
    assert wordpress.ask("SELECT count(*) FROM label") == [(1,)]
    (again,) = wordpress.collect(minutes=10)
    assert again.counts["gone"] == 0


def test_a_deleted_comment_that_is_back_is_itself_again(forum: Forum, wordpress: Listening) -> None:
    number = forum.add("Paczka przyszła otwarta.", START - timedelta(hours=5), "zofia")
    wordpress.collect()
    deleted = forum.delete(number)
    wordpress.collect(minutes=10)
    assert wordpress.views() == {}
    forum.restore(deleted)
    (summary,) = wordpress.collect(minutes=10)
    assert summary.counts["changed"] == 1
    assert wordpress.views()[str(number)].text == "Paczka przyszła otwarta."


def test_an_edited_comment_changes_and_waits_for_a_label(forum: Forum, wordpress: Listening) -> None:
    """One of last month, which no listing of what is new shows again: its thread does."""
    edited = forum.add("The tin leaks.", LONG_AGO, "ola")
    forum.add("Młynek działa.", LONG_AGO, "zofia")
    wordpress.collect()
    label_all(wordpress.engine, model=MODEL)
    assert _waiting(wordpress) == []
    forum.edit(edited, "The tin leaks. Edit: so does the second one.")
    (summary,) = wordpress.collect(minutes=10)
    assert summary.counts["changed"] == 1
    view = wordpress.views()[str(edited)]
    assert view.text == "The tin leaks. Edit: so does the second one."
    assert view.model is None
    assert _waiting(wordpress) == ["On & off\nThe tin leaks. Edit: so does the second one."]
    label_all(wordpress.engine, model=MODEL)
    assert _waiting(wordpress) == []
