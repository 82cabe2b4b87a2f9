"""The words of the field as messages; those of the states are the ones of the reports.

Translations keep to the glossary in docs/translating.md.
"""

from listener.reports.wording import STATE_TEXTS
from listener.wording.wording import Wording
from models.words import ReplyKind, ReplyVisibility, ResponseState, Sentiment, Stage


def N_(text: str) -> str:
    """Mark a text for the catalogue where it stands; it is translated where it is shown."""
    return text


def Np_(context: str, text: str) -> str:  # noqa: ARG001
    """Mark a text that goes by its context."""
    return text


STAGES = {
    Stage.ZMOT: N_("ZMOT · before buying"),
    Stage.FMOT: N_("FMOT · buying"),
    Stage.SMOT: N_("SMOT · using"),
    Stage.UMOT: N_("UMOT · sharing"),
    Stage.NONE: N_("no customer's voice"),
}
SENTIMENTS = {
    Sentiment.NEGATIVE: N_("negative"),
    Sentiment.NEUTRAL: N_("neutral"),
    Sentiment.POSITIVE: N_("positive"),
}
VISIBILITIES = {
    ReplyVisibility.ON_POST: Np_("replies are", "shown on the post"),
    ReplyVisibility.IN_THREAD: Np_("replies are", "shown in the thread"),
    ReplyVisibility.NOT_EXPOSED: Np_("replies are", "not shown"),
}
REPLIES = {
    ReplyKind.ANSWER: Np_("reply", "answer"),
    ReplyKind.REDIRECT: Np_("reply", "redirect"),
    ReplyKind.ACKNOWLEDGEMENT: Np_("reply", "acknowledgement"),
}
LABELS = frozenset(
    (
        Np_("label", "complaint"),
        Np_("label", "no complaint"),
        Np_("label", "needs a response"),
        Np_("label", "needs no response"),
        Np_("label", "speaks to the brand"),
        Np_("label", "speaks to other people"),
    )
)
TASKS = (
    Np_("task", "Stage"),
    Np_("task", "Sentiment"),
    Np_("task", "Complaint"),
    Np_("task", "Needs a response"),
    Np_("task", "Speaks to"),
)
PROBLEMS = {
    400: N_("This request cannot be read"),
    401: N_("Please sign in"),
    403: N_("This is not allowed"),
    404: N_("There is nothing here"),
    405: N_("This cannot be done here"),
    409: N_("Somebody was faster"),
    413: N_("That is too large"),
    422: N_("Something in the address or the form is wrong"),
    429: N_("Too many tries: please wait a little"),
    500: N_("Something went wrong"),
    502: N_("A source failed"),
    503: N_("The database cannot be reached just now"),
}


def state(wording: Wording, value: str) -> str:
    """A response state in words."""
    return wording._(STATE_TEXTS[ResponseState(value)])


def stage(wording: Wording, value: str) -> str:
    """A stage in words."""
    return wording._(STAGES[Stage(value)])


def sentiment(wording: Wording, value: str) -> str:
    """A sentiment in words."""
    return wording._(SENTIMENTS[Sentiment(value)])


def label(wording: Wording, text: str) -> str:
    """A label of any task, which is here by its English text."""
    return wording.pgettext("label", text) if text in LABELS else wording._(text)


def visibility(wording: Wording, value: str) -> str:
    """Where a source shows replies, in words."""
    return wording.pgettext("replies are", VISIBILITIES[ReplyVisibility(value)])


def reply(wording: Wording, value: str) -> str:
    """What a brand's reply does, in words."""
    return wording.pgettext("reply", REPLIES[ReplyKind(value)])


def problem(wording: Wording, status: int, otherwise: str) -> str:
    """What went wrong, by the status of the answer."""
    return wording._(PROBLEMS[status]) if status in PROBLEMS else otherwise
