"""What can be asked of an inbox, in its address: filters that a reader can copy, save and send; and its cursors."""

import base64
import binascii
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.parameters import Blank, Word
from api.problems import CursorError
from models.reads.customers import MentionFilter
from models.reads.inbox import WAITING, InboxFilter, Place
from models.words import Relation, ResponseState, Sentiment, Stage

MOST_HOURS = 24 * 366 * 10
_MOST = 2**53


class InboxState(StrEnum):
    """What to show: what waits, one response state, or any."""

    WAITING = "waiting"
    UNANSWERED = "unanswered"
    TOO_EARLY = "too_early"
    UNKNOWN = "unknown"
    ANSWERED = "answered"
    REDIRECTED = "redirected"
    NOT_NEEDED = "not_needed"
    ANY = "any"


class Snoozed(StrEnum):
    """Whether to show what is out of sight for a while."""

    NO = "no"
    ONLY = "only"
    ALL = "all"


ME, NOBODY = "me", "nobody"
_STATES: dict[InboxState, tuple[str, ...]] = {InboxState.WAITING: WAITING, InboxState.ANY: ()}


def _blank_is_waiting(value: object) -> object:
    return InboxState.WAITING if value == "" else value


class InboxQuery(BaseModel):
    """Which posts to show."""

    model_config = ConfigDict(extra="forbid")
    state: Annotated[InboxState, BeforeValidator(_blank_is_waiting)] = Field(
        InboxState.WAITING, description="waiting: unanswered, or too early to be called so."
    )
    stage: Annotated[Stage | None, Blank] = None
    sentiment: Annotated[Sentiment | None, Blank] = None
    source: Word = Field(None, description="Posts from this source only.", examples=["mastodon"])
    language: Word = Field(None, description="ISO 639-1, or und.", examples=["he"])
    theme: Annotated[int | None, Blank] = Field(None, ge=1, le=2**31 - 1, description="Posts on this theme, by id.")
    complaint: Annotated[bool | None, Blank] = None
    relation: Annotated[Relation | None, Blank] = None
    older: Annotated[int | None, Blank] = Field(None, ge=0, le=MOST_HOURS, description="At least so many hours old.")
    assigned: Word = Field(None, description="me, nobody, or a name.", examples=["me"])
    tag: Word = Field(None, description="With this tag.", examples=["refund"])
    snoozed: Snoozed = Field(Snoozed.NO, description="Whether to show what is snoozed.")
    unsure: Annotated[bool | None, Blank] = Field(None, description="true: only labels that the model is unsure of.")
    q: Word = Field(None, description="Text or title holds this.", examples=["voucher"])

    def chosen(self) -> dict[str, Any]:
        """The filters that are set, as parameters of an address; in one order, so that two alike are equal."""
        said = InboxQuery.model_validate(self.model_dump(include=set(InboxQuery.model_fields)))
        return {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in said.model_dump(mode="json", exclude_none=True, exclude_defaults=True).items()
        }


class InboxPageQuery(InboxQuery):
    """A page of an inbox; ``open`` is the mention that is read beside it, ``done`` the action to be told of."""

    cursor: Annotated[Annotated[str, Field(max_length=300)] | None, Blank] = None
    open: Annotated[int | None, Blank] = Field(None, ge=1, le=2**31 - 1)
    done: Annotated[int | None, Blank] = Field(None, ge=1, le=2**31 - 1)


def filter_of(query: InboxQuery, me: str, as_of: datetime) -> InboxFilter:
    """The filter as reads take it; ``me`` is who asks."""
    assignee = {ME: me, NOBODY: ""}.get(query.assigned or "", query.assigned)
    return InboxFilter(
        said=MentionFilter(
            until=as_of - timedelta(hours=query.older) if query.older else None,
            source=query.source,
            stage=query.stage,
            sentiment=query.sentiment,
            language=query.language,
            complaint=query.complaint,
            relation=query.relation,
            theme_id=query.theme,
            text=query.q,
        ),
        states=_STATES.get(query.state, (ResponseState(query.state).value,) if query.state in _NAMED else ()),
        is_snoozed={Snoozed.NO: False, Snoozed.ONLY: True, Snoozed.ALL: None}[query.snoozed],
        assignee=assignee,
        tag=query.tag.lower() if query.tag else None,
        is_unsure=bool(query.unsure),
    )


_NAMED = frozenset(state.value for state in ResponseState)


def newer_than(filters: InboxFilter, known: int) -> InboxFilter:
    """The same, for mentions that came after one."""
    return replace(filters, after_id=known)


@dataclass(frozen=True, slots=True)
class InboxCursor:
    """Where a page ended. ``as_of`` keeps all pages of one list at one time."""

    place: Place
    as_of: datetime

    def encode(self) -> str:
        """Base64url of JSON."""
        said = json.dumps([*self.place, self.as_of.isoformat()], separators=(",", ":"))
        return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")

    @property
    def after(self) -> tuple[Place, datetime]:
        """As reads take it."""
        return self.place, datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=abs(self.place.microseconds))


def decode_inbox_cursor(word: str) -> InboxCursor:
    """The cursor of a word. Raises CursorError if it is none."""
    try:
        padded = word + "=" * (-len(word) % 4)
        *numbers, as_of = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        cursor = InboxCursor(Place(*numbers), datetime.fromisoformat(as_of))
        is_right = all(type(number) is int and abs(number) < _MOST for number in numbers) and cursor.as_of.tzinfo
        _ = cursor.after
    except (binascii.Error, ValueError, TypeError, RecursionError, OverflowError):
        is_right = None
    if not is_right:
        raise CursorError("the cursor is broken: use next_cursor as it was given, or leave it out to begin anew")
    return cursor
