"""The words of the field as enums: one concept, one noun, the same in code, API, pages and docs."""

from enum import IntEnum, StrEnum


class Stage(StrEnum):
    """The moment of truth that an author speaks from; ``NONE`` is no customer's voice."""

    ZMOT = "zmot"
    FMOT = "fmot"
    SMOT = "smot"
    UMOT = "umot"
    NONE = "none"


class Sentiment(StrEnum):
    """The author's feeling towards the brand, product or service."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Addressee(StrEnum):
    """Whom a text addresses."""

    BRAND = "brand"
    PEOPLE = "people"


class PostKind(StrEnum):
    """What form a post was published in."""

    POST = "post"
    REVIEW = "review"
    QUESTION = "question"
    REPLY = "reply"


class Relation(StrEnum):
    """How a mention relates to the brand: put to it, only naming it, or the brand's own words."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    OWN = "own"


class Standing(IntEnum):
    """Whether a mention counts as said by a customer: not what is a brand's own, a bot's or gone; once if repeated."""

    LEFT_OUT = 0
    REPEATED = 1
    COUNTED = 2


class LinkKind(StrEnum):
    """How a post points at something beside what it replies to."""

    QUOTE = "quote"
    URL = "url"


class ReplyVisibility(StrEnum):
    """Where a source shows an owner's reply; without it an unanswered post cannot be told from an answered one."""

    ON_POST = "on_post"
    IN_THREAD = "in_thread"
    NOT_EXPOSED = "not_exposed"


class ReplyKind(StrEnum):
    """What a brand's reply does: answer, send the customer elsewhere, or only acknowledge."""

    ANSWER = "answer"
    REDIRECT = "redirect"
    ACKNOWLEDGEMENT = "acknowledgement"


class ResponseState(StrEnum):
    """The response state of a mention, as of a time."""

    ANSWERED = "answered"
    REDIRECTED = "redirected"
    UNANSWERED = "unanswered"
    TOO_EARLY = "too_early"
    UNKNOWN = "unknown"
    NOT_NEEDED = "not_needed"


class GoneReason(StrEnum):
    """Why a post is gone: its source took it away (it may come back), a person asked to be forgotten, or its age."""

    SOURCE = "source"
    FORGOTTEN = "forgotten"
    AGED = "aged"


SEALED = (GoneReason.FORGOTTEN.value, GoneReason.AGED.value)
"""What stays gone, whatever its source still shows."""


class RunKind(StrEnum):
    """What one recorded pass did."""

    IMPORT = "import"
    COLLECT = "collect"
    CLASSIFY = "classify"


class CorrectedField(StrEnum):
    """What a person may correct on a mention."""

    STAGE = "stage"
    SENTIMENT = "sentiment"
    COMPLAINT = "complaint"
    NEEDS_RESPONSE = "needs_response"
    ADDRESSED_TO = "addressed_to"


class StatedField(StrEnum):
    """What only a person can say of a mention: no classifier guesses it."""

    HANDLED_AT = "handled_at"


class TriageKind(StrEnum):
    """What can be done to a post in the inbox."""

    ANSWERED_ELSEWHERE = "answered_elsewhere"
    NO_ANSWER_NEEDED = "no_answer_needed"
    ANSWER_NEEDED = "answer_needed"
    NOT_A_COMPLAINT = "not_a_complaint"
    A_COMPLAINT = "a_complaint"
    STAGE = "stage"
    SENTIMENT = "sentiment"
    ASSIGN = "assign"
    SNOOZE = "snooze"
    TAG = "tag"
    UNTAG = "untag"


class Role(StrEnum):
    """What a person or a key may do: each may do whatever those before it may."""

    READER = "reader"
    AGENT = "agent"
    MANAGER = "manager"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Whether this role may do what ``needed`` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


class AlertKind(StrEnum):
    """What an alert is about."""

    LATE_COMPLAINT = "late_complaint"
    BURST = "burst"
    SPREAD = "spread"
    SILENCE = "silence"
    SHIFT = "shift"


class DeliveryState(StrEnum):
    """Where a message is on its way to a channel."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
