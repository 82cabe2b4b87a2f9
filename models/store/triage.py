"""Writes what people do in the inbox, and takes it back: what stands is made of all actions that were not undone.

It does not ask who may do what, nor whether a post has changed since it was looked at: callers hold the rows first.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.inbox_tables import MentionTag, SavedView, Triage, TriageAction, TriageStep
from models.store.labels import Correctable, lock_mentions, save_correction, undo_correction
from models.store.turns import POSTS, take_turn
from models.tables import Correction, Mention
from models.words import CorrectedField, StatedField, TriageKind

LONGEST_TAG = 40
_CORRECTING: dict[TriageKind, tuple[Correctable, str | None]] = {
    TriageKind.ANSWERED_ELSEWHERE: (StatedField.HANDLED_AT, None),
    TriageKind.NO_ANSWER_NEEDED: (CorrectedField.NEEDS_RESPONSE, "false"),
    TriageKind.ANSWER_NEEDED: (CorrectedField.NEEDS_RESPONSE, "true"),
    TriageKind.NOT_A_COMPLAINT: (CorrectedField.COMPLAINT, "false"),
    TriageKind.A_COMPLAINT: (CorrectedField.COMPLAINT, "true"),
    TriageKind.STAGE: (CorrectedField.STAGE, None),
    TriageKind.SENTIMENT: (CorrectedField.SENTIMENT, None),
}
"""What is a correction: the field, and its value where the action has only one."""


def hold(session: Session, mention_ids: Sequence[int]) -> list[Mention]:
    """The mentions, by id, which nobody else changes until this transaction ends."""
    if session.get_bind().dialect.name == "sqlite":
        take_turn(session, POSTS)
    else:
        lock_mentions(session, mention_ids)
    query = select(Mention).where(col(Mention.id).in_(mention_ids)).order_by(col(Mention.id))
    return list(session.exec(query.execution_options(populate_existing=True)))


def act(
    session: Session, kind: TriageKind, value: str | None, mentions: Sequence[Mention], author: str, now: datetime
) -> TriageAction:
    """Do one thing to all of these mentions. Raises ValueError for a value that the kind does not take.

    ``value`` is a stage, a sentiment, a name (None for nobody), a time in ISO 8601 (None to wake up), or a tag.
    """
    action = TriageAction(kind=kind.value, value=value, author=author, created_at=now)
    session.add(action)
    session.flush()
    for mention in mentions:
        step = TriageStep(action_id=action.id or 0, mention_id=mention.id or 0)
        if kind in _CORRECTING:
            field, only = _CORRECTING[kind]
            step.correction_id = save_correction(session, mention, field, only or value or "", author, now).id
        session.add(step)
    session.flush()
    if kind not in _CORRECTING:
        for mention in mentions:
            _settle(session, mention, kind, value)
    return action


def undo(session: Session, action: TriageAction, author: str, now: datetime) -> list[int]:
    """Take an action back for all its mentions; return their ids. What others did to them since then stays."""
    steps = list(session.exec(select(TriageStep).where(TriageStep.action_id == action.id)))
    ids = [step.mention_id for step in steps]
    hold(session, ids)
    action = session.get_one(TriageAction, action.id, populate_existing=True)
    if action.undone_at is not None:  # by somebody who was faster
        return ids
    action.undone_at, action.undone_by = now, author
    session.add(action)
    session.flush()
    for step in steps:
        if step.correction_id is not None:
            undo_correction(session, session.get_one(Correction, step.correction_id), now)
        else:
            mention = session.get_one(Mention, step.mention_id)
            _settle(session, mention, TriageKind(action.kind), action.value)
    return ids


def save_view(
    session: Session, owner: str, name: str, filters: str, brand_id: int | None, now: datetime, *, is_shared: bool
) -> SavedView:
    """Keep filters under a name; the owner's view of that name for the brand is written over."""
    query = select(SavedView).where(
        SavedView.owner == owner, SavedView.name == name, col(SavedView.brand_id).is_not_distinct_from(brand_id)
    )
    view = session.exec(query).first() or SavedView(
        owner=owner, name=name, brand_id=brand_id, filters=filters, created_at=now
    )
    view.filters, view.is_shared = filters, is_shared
    session.add(view)
    session.flush()
    return view


def delete_view(session: Session, view: SavedView) -> None:
    """Take a view away."""
    session.delete(view)
    session.flush()


def _settle(session: Session, mention: Mention, kind: TriageKind, value: str | None) -> None:
    """Write what stands of one thing, after an action on it was added or undone."""
    if kind in (TriageKind.TAG, TriageKind.UNTAG):
        _settle_tag(session, mention, value or "")
        return
    row = session.get(Triage, mention.id) or Triage(mention_id=mention.id or 0)
    last = _last(session, mention, (kind,), None)
    stands = last.value if last is not None else None
    if kind is TriageKind.ASSIGN:
        row.assignee = stands
    else:
        row.snoozed_until = datetime.fromisoformat(stands) if stands else None
    session.add(row)
    session.flush()


def _settle_tag(session: Session, mention: Mention, tag: str) -> None:
    last = _last(session, mention, (TriageKind.TAG, TriageKind.UNTAG), tag)
    session.execute(delete(MentionTag).where(col(MentionTag.mention_id) == mention.id, col(MentionTag.tag) == tag))
    if last is not None and last.kind == TriageKind.TAG.value:
        session.add(MentionTag(mention_id=mention.id or 0, brand_id=mention.brand_id, tag=tag))
    session.flush()


def _last(session: Session, mention: Mention, kinds: Sequence[TriageKind], value: str | None) -> TriageAction | None:
    """The last action of these kinds on the mention that stands; with this value if one is given."""
    query = (
        select(TriageAction)
        .join(TriageStep, col(TriageStep.action_id) == col(TriageAction.id))
        .where(TriageStep.mention_id == mention.id, col(TriageAction.undone_at).is_(None))
        .where(col(TriageAction.kind).in_([kind.value for kind in kinds]))
        .order_by(col(TriageAction.id).desc())
    )
    if value is not None:
        query = query.where(TriageAction.value == value)
    return session.exec(query.limit(1)).first()
