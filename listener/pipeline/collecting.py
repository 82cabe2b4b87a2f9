"""Runs collectors: pass by pass, page by page, each saved with its cursor: a killed run loses and doubles nothing.

One failing stream, page or post never stops the others: what went wrong is on the run's record.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from sqlalchemy import Engine

from listener.collectors.contract import Page, Pause, Shortfall, Window
from listener.network import Network
from listener.pipeline.arriving import digest, read_page
from listener.pipeline.collection import Collection, StreamSummary
from listener.pipeline.following import look_at_threads
from listener.pipeline.passes import LOOKS_BACK, Stretch, looks_back, next_stretch
from listener.pipeline.streams import ConfiguredStream
from listener.progress import Progress, silent
from models.database import session_of
from models.errors import BusyError, RefusedError, SourceError, UnreachableError
from models.store import streams as store
from models.store.runs import extend_coverage, finish_run, start_run
from models.tables import Run, Stream
from models.words import RunKind

WORKERS = 8
"""Streams collected at once: they wait for other machines most of the time."""
FAULTS_KEPT = 3


def collect(
    engine: Engine,
    streams: Sequence[ConfiguredStream],
    network: Network,
    clock: Callable[[], datetime],
    key: bytes,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    progress: Progress = silent,
) -> list[StreamSummary]:
    """Collect every stream, several at a time, and record what has been seen; one summary a stream, in order."""
    lock = Lock()

    def one(stream: ConfiguredStream) -> StreamSummary:
        missing = stream.missing_secrets()
        if missing:
            return StreamSummary(stream.name, failure=f"{missing[0]} is not set")
        collection = _open(engine, stream, network, clock, key, lock)
        return _collect(collection, since, until)

    with progress("collecting", len(streams)) as advance, ThreadPoolExecutor(WORKERS) as pool:
        summaries = []
        for summary in pool.map(one, streams):
            summaries.append(summary)
            advance(1)
    _cover(engine, streams, clock)
    return summaries


def _open(
    engine: Engine,
    stream: ConfiguredStream,
    network: Network,
    clock: Callable[[], datetime],
    key: bytes,
    lock: Lock,
) -> Collection:
    declaration, brand_id = stream.declaration, stream.brand.id
    with lock, session_of(engine) as session:
        row = store.the_stream(
            session,
            brand_id=brand_id,
            source=declaration.name,
            key=stream.key,
            title=stream.title,
            replies=declaration.replies,
        )
        run = start_run(session, RunKind.COLLECT, clock(), brand_id=brand_id, source=declaration.name)
    client = network.client(declaration, stream.secrets)
    summary = StreamSummary(stream.name)
    return Collection(engine, stream, client, clock, key, lock, row.id or 0, run.id or 0, summary)


def _collect(collection: Collection, since: datetime | None, until: datetime | None) -> StreamSummary:
    """Fetch what was interrupted, what is new, what may have changed."""
    said, rests_until = collection.summary, None
    try:
        _passes(collection, since, until)
        look_at_threads(collection)
    except SourceError as error:
        said.failure = str(error)
        rests_until = error.until if isinstance(error, BusyError) else None
    now = collection.clock()
    record = [*([said.failure] if said.failure else []), *said.faults[:FAULTS_KEPT]]
    with collection.lock, session_of(collection.engine) as session:
        store.note_failure(session, collection.row_id, said.failure, now, rests_until)
        finish_run(session, session.get_one(Run, collection.run_id), now, said.counts, "; ".join(record) or None)
    return said


def _passes(collection: Collection, since: datetime | None, until: datetime | None) -> None:
    now, declaration = collection.clock(), collection.stream.declaration
    with session_of(collection.engine) as session:
        row = session.get_one(Stream, collection.row_id)
    if row.open_pass is not None:
        stretch = Stretch.of_row(row.open_pass)
        if not _resume(collection, stretch):
            return
        with session_of(collection.engine) as session:
            row = session.get_one(Stream, collection.row_id)
    usual = row.validators if since is None and until is None else None  # what was asked for is fetched in any case
    if not _pass(collection, next_stretch(declaration, row.covers_until, now, since, until), validators=usual):
        return
    due = looks_back(declaration, row.covers_from, row.revisited, now)
    for _, stretch in due:
        _pass(collection, stretch, is_look_back=True)
    with collection.lock, session_of(collection.engine) as session:
        for name in {name for name, _ in due} | (set(LOOKS_BACK) - set(row.revisited)):
            store.note_revisit(session, collection.row_id, name, now)


def _resume(collection: Collection, stretch: Stretch) -> bool:
    """Go on with an interrupted pass; one whose cursor has run out is begun anew. False if there is still more."""
    try:
        return _pass(collection, stretch)
    except (RefusedError, BusyError, UnreachableError):
        raise
    except SourceError:
        if stretch.cursor is None:
            raise
        return _pass(collection, Stretch(stretch.since, stretch.until))


@dataclass(slots=True)
class _Seen:
    """What a pass has shown: how far back it went, what could not be had, what makes the next one conditional.

    ``pause`` says why it ended before it was through.
    """

    oldest: datetime
    shortfalls: list[Shortfall] = field(default_factory=list)
    pause: str | None = None
    validators: Mapping[str, str] = field(default_factory=dict)


def _pass(
    collection: Collection, stretch: Stretch, *, is_look_back: bool = False, validators: Mapping[str, str] | None = None
) -> bool:
    """Fetch and save one stretch, page by page. A look back changes nothing of what is covered.

    False if the collector stopped before the end: the pass stays open, and nothing more is covered.
    """
    if not is_look_back:
        collection.keep(stretch.as_row(stretch.cursor))
    seen, cursor = _Seen(stretch.until), stretch.cursor
    for page in _pages(collection, stretch, validators or {}, seen):
        cursor = page.cursor or cursor
        arrival = read_page(collection.stream, page, collection.key)
        collection.save(arrival, None if is_look_back else stretch.as_row(cursor))
        seen.oldest = min([post.post.published_at for post in arrival.posts] + [seen.oldest])
    collection.summary.shortfalls += dict.fromkeys(short.reason for short in seen.shortfalls)
    if seen.pause is not None:
        collection.summary.shortfalls.append(f"{seen.pause}; the next run goes on")
    if not is_look_back:
        _finish(collection, stretch, seen)
    return seen.pause is None


def _pages(collection: Collection, stretch: Stretch, validators: Mapping[str, str], seen: _Seen) -> Iterator[Page]:
    """The pages of a stretch, each once.

    One that says what an earlier one said may be a stale copy on the way here, so the source is asked once more from
    where it was; a source that repeats itself again has come to its end or lost its way.
    """
    queries = collection.stream.queries if collection.stream.is_filtered else ()
    terms = tuple(dict.fromkeys(term for query in queries for term in query.query.terms()))
    fetch = collection.stream.collector.fetch
    marks: set[str] = set()
    asked = Window(stretch.since, stretch.until, stretch.cursor, terms, validators, collection.threads)
    window, asked_again = asked, False
    while True:
        cursor, is_repeated = window.cursor, False
        for page in collection.guarded(fetch(collection.client, collection.stream.options, window)):
            if isinstance(page, Shortfall):
                seen.shortfalls.append(page)
                continue
            if isinstance(page, Pause):
                seen.pause = page.reason
                return
            mark = digest(page)
            if mark in marks:
                is_repeated = True
                break
            marks.add(mark)
            cursor, asked_again = page.cursor or cursor, False
            seen.validators = page.validators or seen.validators
            yield page
        if not is_repeated or asked_again or cursor is None:
            return
        window, asked_again = replace(asked, cursor=cursor, validators={}), True


def _finish(collection: Collection, stretch: Stretch, seen: _Seen) -> None:
    now, row_id = collection.clock(), collection.row_id
    end = seen.oldest if stretch.since is None or seen.oldest > stretch.since else stretch.until
    with collection.lock, session_of(collection.engine) as session:
        if seen.pause is None:
            store.finish_pass(
                session, row_id, since=stretch.since, until=stretch.until, now=now, validators=seen.validators
            )
        for reason, since, until in dict.fromkeys((one.reason, one.since, one.until) for one in seen.shortfalls):
            gap_from, gap_until = since or stretch.since, until or end
            store.note_gap(session, row_id, gap_from=gap_from, gap_until=gap_until, reason=reason, now=now)


def _cover(engine: Engine, streams: Sequence[ConfiguredStream], clock: Callable[[], datetime]) -> None:
    """A source of a brand has been seen up to where all its streams have been; one never seen holds it back."""
    until: dict[tuple[int, str], list[datetime | None]] = {}
    with session_of(engine) as session:
        for stream in streams:
            source = stream.declaration.name
            row = store.find_stream(session, brand_id=stream.brand.id, source=source, key=stream.key)
            until.setdefault((stream.brand.id, source), []).append(row.covers_until if row else None)
        for (brand_id, source), times in until.items():
            known = [at for at in times if at is not None]
            if len(known) == len(times):
                extend_coverage(session, [brand_id], {source: min(known)}, clock())
