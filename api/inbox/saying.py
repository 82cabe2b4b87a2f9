"""Says in the reader's words why a post stands where it does in the inbox, and what was done to it."""

from collections.abc import Sequence
from datetime import datetime

from api.inbox.listing import Entry
from api.texts import sentiment_text, stage_text
from api.viewer import reader
from listener.wording.terms import N_, Np_
from models.reads.triage import Done, Last
from models.words import TriageKind

STARS = N_("%(rating)s of 5 stars")
TABS: tuple[tuple[str, dict[str, str]], ...] = (
    (Np_("inbox", "Waiting"), {}),
    (Np_("inbox", "Unanswered"), {"state": "unanswered"}),
    (Np_("inbox", "Mine"), {"assigned": "me"}),
    (Np_("inbox", "Nobody's"), {"assigned": "nobody"}),
    (Np_("inbox", "Unsure labels"), {"unsure": "true"}),
    (Np_("inbox", "Snoozed"), {"state": "any", "snoozed": "only"}),
)
STATES = {
    "waiting": Np_("inbox", "Waiting for an answer"),
    "any": Np_("filter", "any"),
}
_DONE = {
    TriageKind.ANSWERED_ELSEWHERE: Np_("done", "answered elsewhere"),
    TriageKind.NO_ANSWER_NEEDED: Np_("done", "no answer needed"),
    TriageKind.ANSWER_NEEDED: Np_("done", "an answer is needed"),
    TriageKind.NOT_A_COMPLAINT: Np_("done", "not a complaint"),
    TriageKind.A_COMPLAINT: Np_("done", "a complaint"),
}


def order_of(entry: Entry) -> list[str]:
    """Every part of a waiting post's place: the promise, severity, audience."""
    say = reader()
    parts = [_promise(entry)]
    if entry.row.mention.is_complaint:
        parts.append(say.pgettext("label", "complaint"))
    if entry.is_negative:
        parts.append(sentiment_text(entry.row.mention.sentiment))
    if entry.has_low_rating:
        parts.append(say._("%(rating)s of 5 stars", rating=entry.row.post.rating))
    followers = entry.row.author.followers if entry.row.author else None
    if followers is not None:
        parts.append(say.ngettext("%(num)s follower", "%(num)s followers", followers))
    return parts


def _promise(entry: Entry) -> str:
    say = reader()
    if entry.promised_seconds is None or entry.past_seconds is None:
        return say._("%(wait)s old", wait=say.duration(entry.age_seconds))
    promised = say.duration(entry.promised_seconds)
    if entry.past_seconds > 0:
        return say._("%(wait)s past the promised %(promise)s", wait=say.duration(entry.past_seconds), promise=promised)
    return say._("%(wait)s left of the promised %(promise)s", wait=say.duration(-entry.past_seconds), promise=promised)


def done_text(kind: str, value: str | None) -> str:
    """What was done: ``stage: SMOT``. Corrections by programs go by their field."""
    say = reader()
    if kind in _DONE:
        return say.pgettext("done", _DONE[TriageKind(kind)])
    if kind in (TriageKind.STAGE, TriageKind.SENTIMENT):
        told = stage_text(value) if kind == TriageKind.STAGE else sentiment_text(value)
        return say._("corrected to: %(label)s", label=told)
    if kind == TriageKind.ASSIGN:
        return say._("assigned to %(name)s", name=value) if value else say.pgettext("done", "assigned to nobody")
    if kind == TriageKind.SNOOZE:
        if not value:
            return say.pgettext("done", "no longer snoozed")
        return say._("snoozed until %(time)s", time=say.time(datetime.fromisoformat(value)))
    if kind == TriageKind.TAG:
        return say._("tagged %(tag)s", tag=value)
    if kind == TriageKind.UNTAG:
        return say._("tag %(tag)s taken off", tag=value)
    return f"{kind}: {value}"


def action_text(done: Done) -> str:
    """An action to be told of, with its number of posts."""
    say = reader()
    return say.ngettext(
        "%(num)s post: %(done)s", "%(num)s posts: %(done)s", done.post_count, done=done_text(done.kind, done.value)
    )


def last_text(last: Last) -> str:
    """Who did what to a post last, or took it back, and when; a sentence."""
    say, done = reader(), done_text(last.done.kind, last.done.value)
    if last.is_undone:
        return say._("%(name)s, %(time)s, undone: %(done)s.", name=last.who, time=say.time(last.at), done=done)
    return say._("%(name)s, %(time)s: %(done)s.", name=last.who, time=say.time(last.at), done=done)


def undone_text(done: Done, others: Sequence[str], me: str) -> str:
    """What is to be said of an action that was undone: by whom, and whose word stands though."""
    say = reader()
    parts = [say.pgettext("done", "undone")]
    if done.undone_by not in (None, me):
        parts = [say._("undone by %(name)s", name=done.undone_by)]
    if others:
        parts.append(say._("what %(names)s did since then stays", names=say.listed(others)))
    return " · ".join(parts)


def count_text(count: int, most: int) -> str:
    """``12``, or ``1,000+`` where counting ended."""
    return reader().number(count) + ("+" if count >= most else "")
