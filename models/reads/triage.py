"""Reads what the inbox shows of a post: words, labels, who sees to it, tags, and all that was done to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from typing import Any

from sqlmodel import Session, and_, col, func, or_, select

from models.errors import NotFoundError
from models.inbox_tables import MentionTag, SavedView, Triage, TriageAction, TriageStep
from models.tables import Author, Brand, Correction, Label, Mention, Post
from models.words import TriageKind


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One post for one brand, with what was done to it. ``edition`` changes with whatever an action could change."""

    mention: Mention
    post: Post
    author: Author | None
    brand: Brand
    complaint: float | None
    assignee: str | None
    snoozed_until: datetime | None
    tags: tuple[str, ...]

    @property
    def edition(self) -> str:
        """A short word that stands for labels, responses, assignee, snooze and tags."""
        mention = self.mention
        said = (
            mention.stage, mention.sentiment, mention.is_complaint, mention.needs_response, mention.answered_at,
            mention.redirected_at, mention.handled_at, self.assignee, self.snoozed_until, self.tags,
        )  # fmt: skip
        return blake2s(repr([str(one) for one in said]).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did to a post: in the inbox (``action_id``), or as a correction by a program."""

    kind: str
    value: str | None
    author: str
    created_at: datetime
    undone_at: datetime | None
    undone_by: str | None
    action_id: int | None
    correction_id: int | None
    post_count: int


def inbox_rows(session: Session, mention_ids: Sequence[int]) -> dict[int, InboxRow]:
    """The rows of these mentions, by mention id."""
    query = (
        select(  # type: ignore[call-overload]
            Mention, Post, Author, Brand, Label.complaint, Triage.assignee, Triage.snoozed_until
        )
        .join(Post, col(Post.id) == col(Mention.post_id))
        .join(Brand, col(Brand.id) == col(Mention.brand_id))
        .outerjoin(Author, col(Author.id) == col(Post.author_id))
        .outerjoin(Label, and_(col(Label.mention_id) == col(Mention.id), col(Label.model) == col(Mention.model)))
        .outerjoin(Triage, col(Triage.mention_id) == col(Mention.id))
        .where(col(Mention.id).in_(mention_ids))
        .execution_options(populate_existing=True)
    )
    tags = _tags_of(session, mention_ids)
    rows: list[tuple[Any, ...]] = [(*row, tuple(tags.get(row[0].id, ()))) for row in session.exec(query)]
    return {row[0].id: InboxRow(*row) for row in rows}


def mention_ids_of(session: Session, post_id: int) -> dict[str, int]:
    """The ids of a post's mentions, by the brand's slug."""
    query = select(Brand.slug, Mention.id).join(Mention, col(Mention.brand_id) == col(Brand.id))
    return {slug: id or 0 for slug, id in session.exec(query.where(Mention.post_id == post_id))}


def tags_of_brands(session: Session, brand_ids: Sequence[int]) -> list[str]:
    """Every tag in use."""
    query = select(MentionTag.tag).where(col(MentionTag.brand_id).in_(brand_ids)).distinct()
    return list(session.exec(query.order_by(MentionTag.tag)))


def history_of(session: Session, mention_id: int) -> list[Done]:
    """All that was done to a mention, the latest first; what was undone too."""
    columns: tuple[Any, ...] = (TriageAction, TriageStep.correction_id)
    actions = select(*columns).join(TriageStep, col(TriageStep.action_id) == col(TriageAction.id))
    found = []
    for action, correction_id in session.exec(actions.where(TriageStep.mention_id == mention_id)):
        undone = action.undone_at
        if undone is None and correction_id is not None:  # a program may have taken back this one post's correction
            undone = session.get_one(Correction, correction_id).undone_at
        found.append(
            Done(
                action.kind, action.value, action.author, action.created_at, undone, action.undone_by, action.id,
                correction_id, step_count(session, action.id),
            )
        )  # fmt: skip
    others = select(Correction).where(Correction.mention_id == mention_id)
    by_actions = {done.correction_id for done in found}
    found += [
        Done(one.field, one.value, one.author, one.created_at, one.undone_at, None, None, one.id, 1)
        for one in session.exec(others)
        if one.id not in by_actions
    ]
    return sorted(found, key=lambda done: (done.created_at, done.action_id or 0, done.correction_id or 0), reverse=True)


@dataclass(frozen=True, slots=True)
class Last:
    """What somebody did or took back last, and when; ``who`` that was."""

    done: Done
    who: str
    at: datetime
    is_undone: bool


def last_done(session: Session, mention_id: int) -> Last | None:
    """What anybody did to a mention last, or took back; None where nobody did."""
    found = []
    for done in history_of(session, mention_id):
        found.append(Last(done, done.author, done.created_at, False))
        if done.undone_at is not None:
            found.append(Last(done, done.undone_by or done.author, done.undone_at, True))
    return max(found, key=lambda last: last.at, default=None)


def overtaken_by(session: Session, action: TriageAction) -> list[str]:
    """Who else has since then said the same kind of thing of the same posts, which stands: their word counts."""
    mine = select(TriageStep.mention_id).where(TriageStep.action_id == action.id)
    kinds = next((kinds for kinds in _OPPOSED if action.kind in kinds), (action.kind,))
    query = (
        select(TriageAction.author)
        .join(TriageStep, col(TriageStep.action_id) == col(TriageAction.id))
        .where(col(TriageStep.mention_id).in_(mine), col(TriageAction.id) > action.id)
        .where(TriageAction.author != action.author, col(TriageAction.undone_at).is_(None))
        .where(col(TriageAction.kind).in_(kinds))
    )
    if action.kind in (TriageKind.TAG, TriageKind.UNTAG):
        query = query.where(TriageAction.value == action.value)
    return sorted(set(session.exec(query)))


_OPPOSED: tuple[tuple[str, ...], ...] = (
    (TriageKind.NO_ANSWER_NEEDED, TriageKind.ANSWER_NEEDED),
    (TriageKind.NOT_A_COMPLAINT, TriageKind.A_COMPLAINT),
    (TriageKind.TAG, TriageKind.UNTAG),
)
"""Kinds of which the last one counts, whichever it is."""


def step_count(session: Session, action_id: int | None) -> int:
    """To how many posts an action was done."""
    return session.exec(select(func.count()).where(TriageStep.action_id == action_id)).one()


def action_by_id(session: Session, id: int) -> TriageAction:
    """What was done. Raises NotFoundError."""
    action = session.get(TriageAction, id)
    if action is None:
        raise NotFoundError(f"there is no action {id}")
    return action


def correction_of_post(session: Session, post_id: int, correction_id: int) -> tuple[Correction, TriageAction | None]:
    """A correction of this very post, and the action that made it if one did. Raises NotFoundError."""
    query = (
        select(Correction, TriageAction)
        .join(Mention, col(Mention.id) == col(Correction.mention_id))
        .outerjoin(TriageStep, col(TriageStep.correction_id) == col(Correction.id))
        .outerjoin(TriageAction, col(TriageAction.id) == col(TriageStep.action_id))
        .where(Correction.id == correction_id, Mention.post_id == post_id)
    )
    row = session.exec(query).first()
    if row is None:
        raise NotFoundError(f"post {post_id} has no correction {correction_id}")
    return row[0], row[1]


def views_for(session: Session, owner: str, brand_id: int | None) -> list[SavedView]:
    """The views that somebody sees on a brand's inbox (None: on all brands'): their own and shared ones, by name."""
    query = select(SavedView).where(
        or_(SavedView.owner == owner, col(SavedView.is_shared).is_(True)),
        col(SavedView.brand_id).is_not_distinct_from(brand_id),
    )
    return list(session.exec(query.order_by(SavedView.name, col(SavedView.id))))


def view_by_id(session: Session, id: int) -> SavedView:
    """A view. Raises NotFoundError."""
    view = session.get(SavedView, id)
    if view is None:
        raise NotFoundError(f"there is no view {id}")
    return view


def _tags_of(session: Session, mention_ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(MentionTag).where(col(MentionTag.mention_id).in_(mention_ids)).order_by(MentionTag.tag)
    found: dict[int, list[str]] = {}
    for row in session.exec(query):
        found.setdefault(row.mention_id, []).append(row.tag)
    return found
