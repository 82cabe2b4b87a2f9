"""Corrections and what else is done in the inbox: done, undone in any order, and the order that posts stand in."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.database import open_database, session_of
from models.inbox_tables import MentionTag, Triage, TriageAction
from models.reads.triage import InboxRow, inbox_rows
from models.store.labels import save_correction, save_labels, undo_correction
from models.store.triage import act, undo
from models.tables import Author, Correction, Mention, Post
from models.urgency import urgency_of
from models.words import CorrectedField, Sentiment, StatedField, TriageKind
from tests.builders import NOW, a_brand, bring, label, label_all, memory, post, states, views


def _filled() -> Engine:
    engine = memory()
    bring(engine, a_brand(engine), [post("a", author="ola"), post("b", author="jonas", hours=1)])
    label_all(engine)
    return engine


def _mention(session: Session, source_id: str = "a") -> Mention:
    query = select(Mention).join(Post, Post.id == Mention.post_id)  # type: ignore[arg-type]
    return session.exec(query.where(Post.source_id == source_id)).one()


def _correct(session: Session, field: CorrectedField | StatedField, value: str) -> Correction:
    return save_correction(session, _mention(session), field, value, "ola", NOW)


def test_undo_restores_the_earlier_correction_then_the_label() -> None:
    with session_of(_filled()) as session:
        first = _correct(session, CorrectedField.STAGE, "zmot")
        second = _correct(session, CorrectedField.STAGE, "umot")
        assert undo_correction(session, second, NOW).stage == "zmot"
        assert undo_correction(session, first, NOW).stage == "smot"
        assert (first.undone_at, second.undone_at) == (NOW, NOW)


def test_undoing_the_earlier_one_leaves_what_counts() -> None:
    with session_of(_filled()) as session:
        first = _correct(session, CorrectedField.NEEDS_RESPONSE, "false")
        _correct(session, CorrectedField.NEEDS_RESPONSE, "false")
        assert undo_correction(session, first, NOW).needs_response is False


def test_undo_restores_the_label_of_now_by_its_own_threshold() -> None:
    with session_of(_filled()) as session:
        made = _correct(session, CorrectedField.COMPLAINT, "false")
        id = _mention(session).id or 0
        save_labels(session, [label(id, complaint=0.6)], "test 2", NOW, 0.7)
        assert _mention(session).is_complaint is False
        assert undo_correction(session, made, NOW).is_complaint is False
        save_labels(session, [label(id, complaint=0.8)], "test 2", NOW, 0.7)
        session.expire_all()
        assert _mention(session).is_complaint is True


def test_undone_corrections_are_not_applied_to_new_labels() -> None:
    with session_of(_filled()) as session:
        undo_correction(session, _correct(session, CorrectedField.SENTIMENT, "positive"), NOW)
        save_labels(session, [label(_mention(session).id or 0)], "test 3", NOW, 0.5)
        session.expire_all()
        assert _mention(session).sentiment == "negative"


def test_answered_elsewhere_is_a_state_until_it_is_undone() -> None:
    engine = memory()
    brand = a_brand(engine)
    bring(engine, brand, [post("a")])
    label_all(engine)
    assert states(engine, brand) == {"a": "unanswered"}
    with session_of(engine) as session:
        made = _correct(session, StatedField.HANDLED_AT, (NOW - timedelta(hours=3)).isoformat())
        save_labels(session, [label(_mention(session).id or 0)], "test 4", NOW, 0.5)
    assert states(engine, brand) == {"a": "redirected"}
    with session_of(engine) as session:
        undo_correction(session, session.get_one(Correction, made.id), NOW)
    assert states(engine, brand) == {"a": "unanswered"}


@pytest.mark.parametrize("value", ["yesterday", "2026-11-10T10:00:00", "2026-10-01T10:00:00Z", "2027-01-01T00:00:00Z"])
def test_a_time_that_cannot_be_is_refused(value: str) -> None:
    with session_of(_filled()) as session, pytest.raises(ValueError, match=r".+"):
        _correct(session, StatedField.HANDLED_AT, value)


def _row(session: Session, mention: Mention) -> InboxRow:
    return inbox_rows(session, [mention.id or 0])[mention.id or 0]


def test_assign_snooze_and_tag_and_their_undo() -> None:
    with session_of(_filled()) as session:
        mention = _mention(session)
        until = (NOW + timedelta(days=1)).isoformat()
        done = [
            act(session, kind, value, [mention], "ola", NOW)
            for kind, value in (
                (TriageKind.ASSIGN, "jonas"), (TriageKind.ASSIGN, "ola"), (TriageKind.SNOOZE, until),
                (TriageKind.TAG, "grąžinimas"), (TriageKind.TAG, "退款"), (TriageKind.UNTAG, "grąžinimas"),
            )
        ]  # fmt: skip
        row = _row(session, mention)
        assert (row.assignee, row.snoozed_until, row.tags) == ("ola", NOW + timedelta(days=1), ("退款",))
        for action in reversed(done[1:]):
            undo(session, action, "jonas", NOW)
        row = _row(session, mention)
        assert (row.assignee, row.snoozed_until, row.tags) == ("jonas", None, ())
        undo(session, done[0], "jonas", NOW)
        assert _row(session, mention).assignee is None


_ACTS = st.lists(
    st.one_of(
        st.tuples(st.just(TriageKind.ASSIGN), st.sampled_from([None, "ola", "jonas"])),
        st.tuples(st.just(TriageKind.STAGE), st.sampled_from(["zmot", "umot"])),
        st.tuples(st.sampled_from([TriageKind.TAG, TriageKind.UNTAG]), st.sampled_from(["a", "b"])),
        st.tuples(st.just(TriageKind.NO_ANSWER_NEEDED), st.none()),
        st.tuples(st.just("undo"), st.integers(0, 9)),
    ),
    max_size=10,
)
_EMPTY: list[Engine] = []


@given(_ACTS)
def test_whatever_is_done_and_undone_what_stands_is_that_of_the_actions_that_stand(
    acts: list[tuple[str, str | int | None]],
) -> None:
    if not _EMPTY:
        _EMPTY.append(_filled())
    with Session(_EMPTY[0]) as session:
        mention = _mention(session)
        assert not session.exec(select(Triage)).all()
        assert not session.exec(select(MentionTag)).all()
        done: list[TriageAction] = []
        for kind, value in acts:
            if kind == "undo":
                if done:
                    undo(session, done[int(value or 0) % len(done)], "ola", NOW)
            else:
                done.append(
                    act(session, TriageKind(kind), None if value is None else str(value), [mention], "ola", NOW)
                )
        stand = [action for action in done if action.undone_at is None]
        last = {action.kind: action.value for action in stand}
        tags = {action.value: action.kind for action in stand if action.kind in ("tag", "untag")}
        row = _row(session, mention)
        assert row.assignee == last.get("assign")
        assert row.mention.stage == last.get("stage", "smot")
        assert row.mention.needs_response is ("no_answer_needed" not in last)
        assert set(row.tags) == {tag for tag, kind in tags.items() if kind == "tag"}
        session.rollback()


def test_one_action_on_many_is_undone_as_one() -> None:
    engine = _filled()
    with session_of(engine) as session:
        both = [_mention(session, "a"), _mention(session, "b")]
        done = act(session, TriageKind.NO_ANSWER_NEEDED, None, both, "ola", NOW)
        assert [_mention(session, name).needs_response for name in "ab"] == [False, False]
        assert sorted(undo(session, done, "ola", NOW)) == sorted(one.id or 0 for one in both)
        assert [_mention(session, name).needs_response for name in "ab"] == [True, True]
        assert undo(session, done, "jonas", NOW) != []
        assert done.undone_by == "ola"


def test_the_rank_follows_labels_ratings_and_followers() -> None:
    engine = open_database("sqlite://")
    bring(engine, a_brand(engine), [post("a", author="ola", rating=1)])

    def urgency() -> tuple[int, int]:
        with session_of(engine) as session:
            found = urgency_of(_mention(session).urgency_rank)
            return found.severity, found.audience

    label_all(engine)
    assert urgency() == (5, 0)
    with session_of(engine) as session:
        _mention(session).stage = "zmot"
        session.exec(select(Author)).one().followers = 12_000
    assert urgency() == (5, 2)
    with session_of(engine) as session:
        session.exec(select(Post)).one().rating = 4
        made = _correct(session, CorrectedField.SENTIMENT, Sentiment.POSITIVE.value)
    assert urgency() == (3, 2)
    with session_of(engine) as session:
        undo_correction(session, session.get_one(Correction, made.id), NOW)
        _correct(session, CorrectedField.COMPLAINT, "false")
    assert urgency() == (1, 2)


def test_a_corrected_post_needs_no_label_to_count() -> None:
    engine = memory()
    brand = a_brand(engine)
    bring(engine, brand, [post("a")])
    with session_of(engine) as session:
        made = _correct(session, CorrectedField.NEEDS_RESPONSE, "true")
    assert [view.state for view in views(engine, brand)] == ["unanswered"]
    with session_of(engine) as session:
        undo_correction(session, session.get_one(Correction, made.id), NOW)
    assert [view.state for view in views(engine, brand)] == [None]
