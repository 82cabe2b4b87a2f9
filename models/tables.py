"""The tables. Rows are written by ``models.store`` and read by ``models.reads`` alone.

Ids from outside are ``source_id``; times end in ``_at`` and are UTC and aware; counts end in ``_count``.
``table=True`` classes do not validate: what enters comes through ``PostData`` or an enum.
"""

from pydantic import AwareDatetime
from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class Brand(SQLModel, table=True):
    """A company or product line that is listened for.

    ``keep_days``: how many days its posts are kept, None for ever; ``removed_until``: when the youngest post was
    published that was removed for its age.
    """

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, index=True)
    name: str
    timezone: str = "UTC"
    business_hours: str | None = None
    holidays: str | None = None
    promised_first_response_seconds: int | None = None
    rivals: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    keep_days: int | None = None
    removed_until: AwareDatetime | None = None


class OwnedAuthor(SQLModel, table=True):
    """A brand's own account at a source. ``account`` is its handle or its id there, in lower case."""

    __tablename__ = "owned_author"
    __table_args__ = (UniqueConstraint("brand_id", "source", "account"),)
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    source: str
    account: str


class Query(SQLModel, table=True):
    """What is listened for on a brand's behalf."""

    __table_args__ = (UniqueConstraint("brand_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    name: str
    expression: str


class Source(SQLModel, table=True):
    """A place that posts come from, and whether it shows a brand's replies."""

    name: str = Field(primary_key=True)
    reply_visibility: str


class Author(SQLModel, table=True):
    """Who wrote, by the source's own id. ``owner_id`` is the brand whose own account this is.

    ``account`` is the handle (else the id) in lower case: it finds owned accounts, and one person at two sources.
    """

    __table_args__ = (UniqueConstraint("source", "source_id"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(foreign_key="source.name")
    source_id: str
    account: str = Field(index=True)
    handle: str | None = None
    name: str | None = None
    followers: int | None = Field(default=None, sa_type=BigInteger)
    is_bot: bool = False
    owner_id: int | None = Field(default=None, foreign_key="brand.id", index=True)


class Thread(SQLModel, table=True):
    """A conversation, known by the id of its root at the source, whether or not the root itself is stored."""

    __table_args__ = (UniqueConstraint("source", "root_source_id"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(foreign_key="source.name")
    root_source_id: str


class Coverage(SQLModel, table=True):
    """Up to when a source has been seen for a brand: nothing younger may be called unanswered."""

    __table_args__ = (UniqueConstraint("brand_id", "source"),)
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    source: str = Field(foreign_key="source.name")
    covers_until: AwareDatetime
    checked_at: AwareDatetime


class Stream(SQLModel, table=True):
    """One ``[[brand.source]]``: what a collector has seen of it. ``key`` changes with its options.

    ``open_pass`` is a pass that was interrupted: its since, until and cursor. ``revisited`` holds when each stretch
    of the past was last fetched again, ``validators`` what makes the next request conditional; ``rests_until``: its
    host asked not to be asked again before then.
    """

    __table_args__ = (UniqueConstraint("brand_id", "source", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    source: str = Field(foreign_key="source.name")
    key: str
    title: str
    covers_from: AwareDatetime | None = None
    covers_until: AwareDatetime | None = None
    open_pass: dict[str, str | None] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    revisited: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    validators: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    checked_at: AwareDatetime | None = None
    failed_at: AwareDatetime | None = None
    failure: str | None = None
    rests_until: AwareDatetime | None = None


class CoverageGap(SQLModel, table=True):
    """A stretch of time that a source could not give."""

    __tablename__ = "coverage_gap"
    id: int | None = Field(default=None, primary_key=True)
    stream_id: int = Field(foreign_key="stream.id", index=True)
    gap_from: AwareDatetime | None = None
    gap_until: AwareDatetime
    reason: str
    found_at: AwareDatetime


class ThreadCheck(SQLModel, table=True):
    """A conversation that is fetched again on a schedule that thins out; ``due_at`` is None once it has ended."""

    __tablename__ = "thread_check"
    __table_args__ = (
        UniqueConstraint("stream_id", "root_source_id"),
        Index("ix_thread_check_due", "stream_id", "due_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    stream_id: int = Field(foreign_key="stream.id")
    root_source_id: str
    active_at: AwareDatetime
    checked_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None


class Run(SQLModel, table=True):
    """One recorded pass of an import, a collector or the classifier."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    source: str | None = None
    brand_id: int | None = Field(default=None, foreign_key="brand.id", index=True)
    started_at: AwareDatetime
    finished_at: AwareDatetime | None = None
    new_count: int = 0
    changed_count: int = 0
    unchanged_count: int = 0
    bad_count: int = 0
    error: str | None = None


class Post(SQLModel, table=True):
    """What was published. ``text`` is cleaned; ``raw_text`` is what came, kept where cleaning changed it.

    ``replies_seen_seconds``: up to how long after it was published its thread has been looked at; None where replies
    come with the source's listing, so that its coverage says it. A post that is gone keeps its row without its words.
    """

    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index("ix_post_parent", "source", "parent_source_id"),
        Index("ix_post_recent", "published_at", "id"),
        Index("ix_post_author", "author_id", "published_at", "id", "thread_id", "duplicate_of_id", "gone_at"),
        Index(
            "ix_post_reach",
            *("id", "replies_count", "views_count", "likes_count", "rating", "host"),
            *("thread_id", "parent_id", "duplicate_of_id"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(foreign_key="source.name")
    source_id: str
    author_id: int | None = Field(default=None, foreign_key="author.id")
    kind: str
    text: str = Field(sa_type=Text)
    raw_text: str | None = Field(default=None, sa_type=Text)
    title: str | None = Field(default=None, sa_type=Text)
    url: str | None = Field(default=None, sa_type=Text)
    host: str | None = None
    rating: float | None = None
    language: str
    published_at: AwareDatetime
    collected_at: AwareDatetime
    parent_source_id: str | None = None
    thread_source_id: str | None = None
    parent_id: int | None = Field(default=None, foreign_key="post.id", index=True)
    thread_id: int | None = Field(default=None, foreign_key="thread.id", index=True)
    likes_count: int | None = Field(default=None, sa_type=BigInteger)
    replies_count: int | None = Field(default=None, sa_type=BigInteger)
    reposts_count: int | None = Field(default=None, sa_type=BigInteger)
    views_count: int | None = Field(default=None, sa_type=BigInteger)
    content_hash: str
    text_hash: str = Field(index=True)
    duplicate_of_id: int | None = Field(default=None, foreign_key="post.id", index=True)
    reply_kind: str | None = None
    is_pending: bool = Field(default=True, index=True)
    seen_run_id: int | None = Field(default=None, foreign_key="run.id")
    replies_seen_seconds: int | None = Field(default=None, sa_type=BigInteger)
    gone_at: AwareDatetime | None = None
    gone_reason: str | None = None


class Mention(SQLModel, table=True):
    """A post as seen by one brand. Labels belong here, as one post may praise one brand and blame another.

    The label columns hold what counts now: the newest label of the current model under the corrections of people.
    The response columns hold the first reply of each kind by the brand's own accounts, and ``handled_at`` when
    somebody of the brand said that it was answered out of public sight; ``theme_id`` is the theme that
    the text lies nearest to, None where it lies near none or none were found yet.

    From ``standing`` on the columns repeat what the post and its author say, so that measures read one index and no
    text. Triggers of the database keep them (``migrations/versions/0004``): nothing here writes them.
    """

    __table_args__ = (
        UniqueConstraint("post_id", "brand_id"),
        Index("ix_mention_brand_stage", "brand_id", "stage"),
        Index(
            "ix_mention_measured",
            *("brand_id", "standing", "published_at", "post_id", "source", "kind", "language", "author_id", "relation"),
            *("stage", "sentiment", "is_complaint", "needs_response", "theme_id", "answered_at", "redirected_at"),
            *("handled_at", "replies_seen_seconds", "model", "addressed_to", "is_confident"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    brand_id: int = Field(foreign_key="brand.id", index=True)
    query_id: int | None = Field(default=None, foreign_key="query.id")
    relation: str
    stage: str | None = None
    sentiment: str | None = None
    is_complaint: bool | None = None
    needs_response: bool | None = None
    addressed_to: str | None = None
    is_confident: bool | None = None
    model: str | None = Field(default=None, index=True)
    theme_id: int | None = Field(default=None, foreign_key="theme.id", index=True)
    answered_at: AwareDatetime | None = None
    redirected_at: AwareDatetime | None = None
    acknowledged_at: AwareDatetime | None = None
    handled_at: AwareDatetime | None = None
    standing: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    published_at: AwareDatetime | None = None
    source: str | None = None
    kind: str | None = None
    language: str | None = None
    author_id: int | None = None
    replies_seen_seconds: int | None = Field(default=None, sa_type=BigInteger)
    urgency_rank: int = Field(default=54, sa_column_kwargs={"server_default": "54"})


class Label(SQLModel, table=True):
    """A classifier's statement on a mention: probabilities, and the model's name and version.

    ``threshold`` is the probability from which it meant yes; None for labels of old.
    """

    __table_args__ = (UniqueConstraint("mention_id", "model"),)
    id: int | None = Field(default=None, primary_key=True)
    mention_id: int = Field(foreign_key="mention.id", index=True)
    model: str
    created_at: AwareDatetime
    stage: str
    stage_probabilities: dict[str, float] = Field(sa_column=Column(JSON, nullable=False))
    sentiment: str
    sentiment_probabilities: dict[str, float] = Field(sa_column=Column(JSON, nullable=False))
    complaint: float
    needs_response: float
    addressed_to: str
    is_confident: bool
    threshold: float | None = None


class Correction(SQLModel, table=True):
    """A person's statement on a mention, which outranks every label. Undone ones stay on record."""

    id: int | None = Field(default=None, primary_key=True)
    mention_id: int = Field(foreign_key="mention.id", index=True)
    field: str
    value: str
    author: str
    created_at: AwareDatetime
    undone_at: AwareDatetime | None = None


class Theme(SQLModel, table=True):
    """What many of a brand's complaints or praises are about; it keeps its id from week to week.

    ``centroid`` is the unit vector in the middle of its posts, float32 (384 of them), as ``encoder`` (name and
    version) sees them; ``terms`` are its characteristic ones, the strongest first. A retired theme takes no new posts.
    """

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    encoder: str
    polarity: str
    name: str
    terms: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    centroid: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    radius: float
    created_at: AwareDatetime
    fitted_at: AwareDatetime
    retired_at: AwareDatetime | None = None


class PostLink(SQLModel, table=True):
    """What a post points at beside what it replies to: a post that it quotes, or an address that it shares.

    ``target`` is the quoted post's ``source_id`` at the same source, or the address in its plainest form.
    """

    __tablename__ = "post_link"
    __table_args__ = (UniqueConstraint("post_id", "kind", "target"), Index("ix_post_link_target", "kind", "target"))
    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    kind: str
    target: str


class PostTerms(SQLModel, table=True):
    """The terms of a post's text, found once: ``version`` names what found them, ``terms`` is a compact list."""

    __tablename__ = "post_terms"
    post_id: int = Field(foreign_key="post.id", primary_key=True)
    version: str
    terms: str = Field(sa_type=Text)


class SurveyScore(SQLModel, table=True):
    """A score that a team has measured elsewhere: NPS (-100 to 100), CSAT (0 to 100) or effort (1 to 7)."""

    __tablename__ = "survey_score"
    __table_args__ = (UniqueConstraint("brand_id", "metric", "stage", "touchpoint", "since", "until"),)
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    metric: str
    stage: str
    touchpoint: str = ""
    value: float
    n: int
    since: AwareDatetime
    until: AwareDatetime


class Ease(SQLModel, table=True):
    """How easy a team says an opportunity is to take up, 1 (hard) to 5 (easy), for design and for engineering."""

    __table_args__ = (UniqueConstraint("brand_id", "journey", "opportunity"),)
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    journey: str
    opportunity: str
    design: int
    engineering: int
