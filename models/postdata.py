"""``PostData``: what a source says about one post, validated at the door; knows neither tables nor brands."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from models.words import PostKind


def _is_storable(text: str) -> str:
    """Refuse what no database keeps and no encoder writes: NUL characters and lone surrogates."""
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds a lone surrogate (half of a broken emoji?)") from None
    return text


def _iso_text_only(value: Any) -> Any:
    """Refuse bare numbers: seconds or milliseconds since 1970 cannot be told apart for certain."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not re.match(r"\s*\d{4}-", value):
        raise ValueError("is to be ISO 8601 text such as 2026-11-01T09:30:00Z")
    return value


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999") from None


def _none_is_empty(value: Any) -> Any:
    """Exports write null for what they do not know."""
    return {} if value is None else value


def _number_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, AfterValidator(_is_storable)]
OutsideId = Annotated[str, BeforeValidator(_number_as_text), AfterValidator(_is_storable), Field(max_length=500)]
Moment = Annotated[AwareDatetime, BeforeValidator(_iso_text_only), AfterValidator(_in_utc)]
Count = Annotated[int, Field(ge=0, lt=2**63)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=False, frozen=True)


class AuthorData(_Strict):
    """Who wrote a post, as far as the source says; ``is_owned`` marks one of the brand's own accounts."""

    source_id: OutsideId | None = None
    handle: OutsideId | None = None
    name: Text | None = None
    followers: Count | None = None
    is_bot: bool = False
    is_owned: bool = False

    @property
    def identity(self) -> str | None:
        """The author's id at the source, else the handle; None where neither is known."""
        return self.source_id or (self.handle.lower() if self.handle else None)


class Engagement(_Strict):
    """Counts that the source shows beside a post; None where it shows none."""

    likes: Count | None = None
    replies: Count | None = None
    reposts: Count | None = None
    views: Count | None = None


class ReplyData(_Strict):
    """An owner's reply that the post itself carries, as review sites show it."""

    text: Text
    published_at: Moment
    author: AuthorData = AuthorData(is_owned=True)


class PostData(_Strict):
    """One public post as its source shows it. The pair (source, source_id) is unique; times are UTC and aware.

    Raises ``pydantic.ValidationError`` for a missing or malformed key; ``models.postdata.explain`` says it in one line.
    """

    source: Annotated[OutsideId, Field(min_length=1, max_length=100)]
    source_id: Annotated[OutsideId, Field(min_length=1)]
    text: Text
    published_at: Moment
    author: Annotated[AuthorData, BeforeValidator(_none_is_empty)] = AuthorData()
    kind: PostKind = PostKind.POST
    title: Text | None = None
    url: Text | None = None
    rating: Annotated[float, Field(ge=1, le=5)] | None = None
    language: Text | None = None
    parent_source_id: OutsideId | None = None
    thread_source_id: OutsideId | None = None
    quoted_source_id: OutsideId | None = None
    engagement: Annotated[Engagement, BeforeValidator(_none_is_empty)] = Engagement()
    reply: ReplyData | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "PostData":
        if not self.text.strip() and self.rating is None and not (self.title or "").strip():
            raise ValueError("text is empty, and there is neither rating nor title")
        if self.reply is not None and len(self.source_id) > 490:
            raise ValueError("source_id is too long for a post that carries a reply")
        return self


def known_keys() -> frozenset[str]:
    """The keys that one line of posts.jsonl may hold."""
    return frozenset(PostData.model_fields)
