"""What a collector is: a declaration, options, ``fetch`` (the only network code), ``split`` and ``parse`` (pure).

A collector is a module in this package, or one that the entry-point group ``moment_listener.collectors`` names, with

- ``DECLARATION: Declaration``,
- ``Options``, a subclass of ``SourceOptions``: the further keys of its ``[[brand.source]]`` table,
- ``fetch(client, options, window) -> Iterator[Page | Shortfall | Pause]``: raw pages of a stretch of time (what may be
  asked of ``client`` stands in ``asking.py``),
- ``split(data) -> Iterable[Any]``: the raw posts of a page's data; raises ``GarbledError`` for another shape,
- ``parse(raw, options) -> PostData | Gone | GoneAuthor | None``: one of them, None for what is no post; any
  ``KeyError``, ``TypeError``, ``ValueError``, ``AttributeError``, ``IndexError``, ``OverflowError`` or
  ``ValidationError`` makes it a bad post on record and never stops a run, so nothing has to be checked beforehand,
- optionally ``fetch_thread(client, options, thread) -> Iterator[Page]``: one conversation as it stands now, its
  pages read by the same ``split`` and ``parse``.

It knows neither the store nor the classifier, never sleeps, retries or catches HTTP errors: the client does. A page
that equals an earlier one of its pass is asked for once more by the runner, which then ends the pass: a collector
guards against no loops, and makes sure that honest pages differ. Posts outside the window may be given, and are kept.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Protocol
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict

from listener.collectors.asking import Answer as Answer
from listener.collectors.asking import Client as Client
from models.postdata import PostData
from models.words import ReplyVisibility


class Standing(StrEnum):
    """Whether a source can be collected from today."""

    WORKS = "works"
    NEEDS_KEY = "needs key"
    NEEDS_APPROVAL = "needs approval"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Pace:
    """At most ``requests`` in ``seconds`` to one host; up to ``burst`` of them at once."""

    requests: int = 60
    seconds: float = 60.0
    burst: int = 5


@dataclass(frozen=True, slots=True)
class Secret:
    """A key or password: read from the environment variable LISTENER_<SOURCE>_<NAME> (``variable_of``) alone."""

    name: str
    what: str
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a source gives and on which terms; ``listener doctor`` and the coverage report read it.

    ``name`` is what ``[[brand.source]]`` and every post call the source. ``is_own_place``: everything there concerns
    the brand (its reviews, its forum), so nothing is filtered by the brand's queries. ``overlap``: how far each pass
    reaches back beyond the last one, for what turned up late or was edited. ``lists_replies``: the listing of new
    posts carries replies to any older post as they come, so threads are read again for edits and deletions alone.
    """

    name: str
    title: str
    covers: str
    replies: ReplyVisibility
    standing: Standing
    history: str
    terms: str
    pace: Pace = Pace()
    secrets: tuple[Secret, ...] = ()
    is_own_place: bool = False
    is_on_by_default: bool = True
    dead_since: date | None = None
    overlap: timedelta = timedelta(hours=1)
    lists_replies: bool = False


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is to be an address that begins with http:// or https://")
    return url.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An option that is an address; without its last slash."""


class SourceOptions(BaseModel):
    """Keys that every ``[[brand.source]]`` may have; a collector's ``Options`` adds its own.

    ``filter``: whether posts have to match one of the brand's queries (None: as the collector's declaration says).
    ``keep_handles``: store account names as they are, for teams that answer there; else pseudonyms are stored.
    ``enabled``: has to be true for sources that are off by default.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    filter: bool | None = None
    keep_handles: bool = False
    enabled: bool | None = None

    def own_accounts(self, declared: Iterable[str]) -> set[str]:
        """The brand's accounts (lower case, no @) as this source's posts name them, by handle or by id."""
        return {account.lower().removeprefix("@") for account in declared}


@dataclass(frozen=True, slots=True)
class Window:
    """What to fetch: posts from ``since`` to ``until`` (aware, UTC; None: as far as the source goes).

    ``cursor`` resumes an interrupted pass where the last saved page left it. ``terms``: words and phrases of which
    every wanted post holds at least one, in any case; empty where everything is wanted. ``validators`` are those of the
    last pass's last page (``Page.validators``): a collector that asks conditionally gives no page where nothing
    changed. ``threads()``: roots of the conversations that are followed, for sources where everything comes by.
    """

    since: datetime | None = None
    until: datetime | None = None
    cursor: str | None = None
    terms: tuple[str, ...] = ()
    validators: Mapping[str, str] = field(default_factory=dict)
    threads: Callable[[], Collection[str]] = field(default=frozenset, compare=False)


@dataclass(frozen=True, slots=True)
class Page:
    """One raw page. ``cursor``: any text that resumes the pass after it, None to keep the one saved before.

    ``is_whole``: of a thread, that nothing is missing, as the answer itself proves (by a count of its own, say): stored
    posts that it lacks are then taken for deleted. ``data`` is all that ``split`` sees: what only the request knew,
    such as the root of a thread, is put into it.
    ``validators``: what makes requests of the next pass conditional (``Answer.validators``), or else tells it how far
    this one came; those of a pass's last page stand for the whole pass, so each page repeats those before it.
    ``threads``: roots of followed conversations in which something happened: their posts are kept whether they match
    or not, and they are looked at again in this run.
    """

    data: Any
    cursor: str | None = None
    is_whole: bool = False
    validators: Mapping[str, str] = field(default_factory=dict)
    threads: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What the source could not give of the window; goes into coverage as a gap. ``reason`` is half a sentence.

    It reaches from ``since`` to ``until`` where the collector knows them, else from the window's begin to the pass's
    oldest post. What a source never lists (replies under posts that do not match, say) stands in the declaration's
    ``covers``.
    """

    reason: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """There is more than one pass may read: the next run goes on at the last page's cursor. Comes last, if at all."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The source says that a post was deleted or hidden: its text goes, a tombstone stays."""

    source_id: str


@dataclass(frozen=True, slots=True)
class GoneAuthor:
    """The source says that an account was deleted: so is every post by it. ``source_id`` as ``author`` has it."""

    source_id: str


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """A stored conversation: the root's id at the source and, the oldest first, the ids of its stored posts."""

    root_source_id: str
    post_source_ids: tuple[str, ...] = ()


def variable_of(source: str, secret: str) -> str:
    """The environment variable of a source's secret."""
    return f"LISTENER_{source}_{secret}".upper()


class Collector(Protocol):
    """The module itself."""

    DECLARATION: Declaration
    Options: type[SourceOptions]

    def fetch(self, client: Client, options: Any, window: Window) -> Iterator[Page | Shortfall | Pause]: ...
    def split(self, data: Any) -> Iterable[Any]: ...
    def parse(self, raw: Any, options: Any) -> PostData | Gone | GoneAuthor | None: ...
