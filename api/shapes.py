"""The shapes of what the API takes and gives; reports give their own (``listener.reports``)."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from listener.reports.response_gap import CoverageRow
from models.postdata import Text
from models.words import (
    Addressee,
    CorrectedField,
    PostKind,
    Relation,
    ReplyKind,
    ReplyVisibility,
    ResponseState,
    Sentiment,
    Stage,
    StatedField,
)


class Shape(BaseModel):
    """Filled from rows and from keys alike."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True, protected_namespaces=())


class MentionOut(Shape):
    """A customer's post as a brand sees it. Labels are None before the classifier or a person spoke."""

    id: int = Field(validation_alias="post_id", description="the post's id, as in /posts/{id}")
    source: str
    source_id: str
    kind: PostKind
    title: str | None
    text: str
    url: str | None
    rating: float | None
    language: str
    published_at: AwareDatetime
    author: str | None
    followers: int | None
    relation: Relation
    stage: Stage | None
    sentiment: Sentiment | None
    is_complaint: bool | None
    needs_response: bool | None
    is_confident: bool | None = Field(description="false: a person should look")
    model: str | None
    state: ResponseState | None
    answered_at: AwareDatetime | None
    redirected_at: AwareDatetime | None
    duplicate_of_id: int | None


class PostPage(Shape):
    """A page of posts, the newest first."""

    posts: list[MentionOut]
    next_cursor: str | None = Field(description="null on the last page")
    as_of: AwareDatetime
    coverage: list[CoverageRow]


class LabelOut(Shape):
    """What a classifier says: probabilities, and the model's name and version."""

    model: str
    created_at: AwareDatetime
    stage_probabilities: dict[Stage, float]
    sentiment_probabilities: dict[Sentiment, float]
    complaint: float = Field(description="probability")
    needs_response: float = Field(description="probability")
    addressed_to: Addressee
    is_confident: bool


class BrandView(Shape):
    """What counts of a post for one brand: people's corrections over the label."""

    brand: str
    relation: Relation
    stage: Stage | None
    sentiment: Sentiment | None
    is_complaint: bool | None
    needs_response: bool | None
    addressed_to: Addressee | None
    state: ResponseState | None = Field(description="null before any label, and for posts that are no customer's")
    answered_at: AwareDatetime | None
    redirected_at: AwareDatetime | None
    acknowledged_at: AwareDatetime | None
    label: LabelOut | None


class AuthorOut(Shape):
    """Who wrote. ``owned_by`` is the slug of the brand whose own account this is."""

    handle: str | None
    name: str | None
    followers: int | None
    is_bot: bool
    owned_by: str | None


class ThreadPostOut(Shape):
    """One post of a thread."""

    id: int
    parent_id: int | None
    kind: PostKind
    author: AuthorOut | None
    is_own: bool = Field(description="written by an account of a brand")
    reply_kind: ReplyKind | None
    title: str | None
    text: str
    language: str
    url: str | None
    rating: float | None
    published_at: AwareDatetime


class PostDetail(ThreadPostOut):
    """A post, what is said of it for each brand, and its whole thread, the oldest first."""

    source: str
    source_id: str
    collected_at: AwareDatetime
    likes_count: int | None
    replies_count: int | None
    reposts_count: int | None
    views_count: int | None
    duplicate_of_id: int | None
    brands: list[BrandView]
    thread: list[ThreadPostOut]
    is_whole_thread: bool = Field(description="false: the thread is longer than what is shown")
    reply_visibility: ReplyVisibility
    as_of: AwareDatetime


def _as_word(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


_AUTHOR = "who says so; where people sign in it is the person, or the name of the key, whatever stands here"


_FIELDS = {"type": "string", "enum": [field.value for field in (*CorrectedField, *StatedField)]}


def _as_field(value: Any) -> CorrectedField | StatedField:
    """One enum or the other, with one message for both."""
    for fields in (CorrectedField, StatedField):
        if value in tuple(fields):
            return fields(value)
    raise ValueError(f"should be one of {', '.join(_FIELDS['enum'])}")


class CorrectionIn(BaseModel):
    """What a person says of a post for a brand."""

    model_config = ConfigDict(extra="forbid")
    brand: Annotated[str, Field(max_length=100)]
    field: Annotated[CorrectedField | StatedField, PlainValidator(_as_field), WithJsonSchema(_FIELDS)]
    value: Annotated[
        str,
        BeforeValidator(_as_word),
        Field(max_length=50, description="a word of the field; for handled_at now, or a time with its zone"),
    ]
    author: Annotated[Text, Field(min_length=1, max_length=100, description=_AUTHOR)] = "anonymous"


class BadLineOut(Shape):
    """A line that was skipped."""

    line: int
    reason: str


class ImportResult(Shape):
    """What an import did, in lines of the file."""

    brand: str | None
    format: str
    new_count: int
    changed_count: int
    unchanged_count: int
    bad_count: int
    bad_lines: list[BadLineOut] = Field(description="the first 100")
    ignored_keys: dict[str, int] = Field(description="keys that no post has, and how often they came")
    sources_without_replies: list[str] = Field(description="where no reply of the brand came, so states stay unknown")
    is_brand_new: bool
    is_classifying: bool = Field(description="true: the new posts are being labelled now")


class BrandOut(Shape):
    """A brand that is listened for."""

    slug: str
    name: str
    timezone: str
    rivals: list[str]
    post_count: int


class Health(Shape):
    """Whether the service works, and what waits."""

    status: str = Field(description="ok, or what is wrong in one word: migration, model")
    version: str
    migration: str | None
    migration_head: str
    post_count: int
    unlabelled_count: int | None = Field(description="null: the model cannot be loaded")
    model: str | None
    as_of: datetime
