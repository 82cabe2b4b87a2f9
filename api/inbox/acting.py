"""Does and undoes what people ask for in the inbox: reads what they typed, refuses what has changed meanwhile."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from api.dependencies import Shared
from api.problems import ConflictError, ParameterError
from listener.times import when
from models.errors import InputError, NotFoundError
from models.reads.people import all_people, find_person
from models.reads.triage import InboxRow, action_by_id, inbox_rows, last_done
from models.store.people import LONGEST_NAME
from models.store.triage import LONGEST_TAG, act, hold, undo
from models.tables import Brand, Mention
from models.words import Standing, TriageKind

MOST_AT_ONCE = 200
_MOST_TOLD = 5
"""Posts of which it is said what became of them."""
MORNING = time(9)
TOMORROW, IN_THREE_DAYS, NEXT_MONDAY = "tomorrow", "3days", "monday"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One post that is to be changed; ``edition`` is how it was shown, None where nobody looked."""

    mention_id: int
    edition: str | None


def perform(
    session: Session, shared: Shared, kind: TriageKind, said: str | None, wanted: Sequence[Wanted], me: str
) -> int:
    """Do one thing to all of these posts, or to none; return the action's id.

    Raises ConflictError where one has changed since it was shown, NotFoundError, ParameterError.
    """
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise ParameterError("post", f"choose at least one post and at most {MOST_AT_ONCE}", "body")
    now, ids = shared.clock(), sorted({one.mention_id for one in wanted})
    mentions = hold(session, ids)
    rows = inbox_rows(session, ids)
    if len(rows) < len(ids):
        raise NotFoundError(f"no post {min(set(ids) - set(rows))} in this inbox")
    changed = [rows[one.mention_id] for one in wanted if one.edition not in (None, rows[one.mention_id].edition)]
    if changed:
        raise _conflict(session, changed)
    _check_customers(mentions)
    value = _value(session, kind, said, rows[ids[0]].brand, me, now)
    try:
        action = act(session, kind, value, mentions, me, now)
    except ValueError as error:
        raise ParameterError("value", f"value for {kind}: {error}", "body") from None
    session.commit()
    shared.clouds.clear()
    return action.id or 0


def take_back(session: Session, shared: Shared, action_id: int, me: str) -> list[int]:
    """Undo an action for all its posts; return their mention ids. Raises NotFoundError."""
    ids = undo(session, action_by_id(session, action_id), me, shared.clock())
    session.commit()
    shared.clouds.clear()
    return ids


def wake_time(said: str, zone: str, now: datetime) -> datetime:
    """When a snooze ends: in the morning of some day in the brand's zone, or at a time. Raises InputError."""
    local = now.astimezone(ZoneInfo(zone))
    days = {TOMORROW: 1, IN_THREE_DAYS: 3, NEXT_MONDAY: 7 - local.weekday()}.get(said)
    if days is not None:
        return datetime.combine(local.date() + timedelta(days=days), MORNING, local.tzinfo).astimezone(UTC)
    at = when(said, zone)
    assert at is not None
    if len(said) == len("2026-11-01"):  # a day means its morning
        at = datetime.combine(at.astimezone(ZoneInfo(zone)).date(), MORNING, ZoneInfo(zone)).astimezone(UTC)
    if at <= now:
        raise InputError(f"{said!r} is over already")
    return at


def clean_tag(said: str) -> str:
    """A tag as it is kept: in lower case, one space between words. Raises InputError."""
    tag = " ".join(unicodedata.normalize("NFC", said).lower().split())
    if not tag or len(tag) > LONGEST_TAG or not tag.isprintable() or "," in tag:
        raise InputError(f"a tag has 1 to {LONGEST_TAG} characters, without commas and invisible ones")
    return tag


def _conflict(session: Session, changed: Sequence[InboxRow]) -> ConflictError:
    """Says which posts have changed, and what somebody did to them last."""
    listed = ", ".join(str(row.post.id) for row in changed[:_MOST_TOLD])
    ids = tuple(row.mention.id or 0 for row in changed[:_MOST_TOLD])
    last = [last_done(session, id) for id in ids]
    told = dict.fromkeys(
        f"{one.who} {'took back ' if one.is_undone else ''}{one.done.kind.replace('_', ' ')}" for one in last if one
    )
    by = f" (last: {', '.join(told)})" if told else ""
    return ConflictError(f"post {listed} has changed since it was shown{by}; nothing was done: look again", ids)


def _value(session: Session, kind: TriageKind, said: str | None, brand: Brand, me: str, now: datetime) -> str | None:
    """What was typed, as the action keeps it. Raises ParameterError."""
    said = (said or "").strip()
    try:
        if kind in (TriageKind.TAG, TriageKind.UNTAG):
            return clean_tag(said)
        if kind is TriageKind.SNOOZE:
            return wake_time(said, brand.timezone, now).isoformat() if said else None
        if kind is TriageKind.ASSIGN:
            return _assignee(session, said, me)
        if kind is TriageKind.ANSWERED_ELSEWHERE:
            at = when(said or None, brand.timezone)
            return at.isoformat() if at is not None and said != "now" else "now"
    except (InputError, OverflowError) as error:
        raise ParameterError("value", f"value for {kind}: {error}", "body") from None
    return said if kind in (TriageKind.STAGE, TriageKind.SENTIMENT) else None


def _assignee(session: Session, said: str, me: str) -> str | None:
    if not said:
        return None
    if said == "me":
        return me
    person = find_person(session, said)
    if person is not None and person.disabled_at is None:
        return person.name
    if all_people(session):
        raise InputError(f"nobody who may sign in is called {said!r}")
    if len(said) > LONGEST_NAME or not said.isprintable():
        raise InputError(f"a name has at most {LONGEST_NAME} characters, without invisible ones")
    return said


def _check_customers(mentions: Sequence[Mention]) -> None:
    for mention in mentions:
        if mention.standing == Standing.LEFT_OUT:
            detail = f"post {mention.post_id} is no customer's post, so there is nothing to do about it"
            raise ParameterError("post", detail, "body")
