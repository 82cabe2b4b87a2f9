"""Looks again at the threads of stored mentions: an answer can come late, and posts are edited and deleted."""

from listener.collectors.contract import ThreadRef
from listener.pipeline.arriving import read_page
from listener.pipeline.collection import Collection
from listener.pipeline.passes import next_look
from models.database import session_of
from models.errors import BusyError, GoneError, SourceError
from models.reads.streams import DueThread, due_threads
from models.store import streams as store
from models.store.tombstones import bury
from models.words import GoneReason

THREADS_A_RUN = 200
SECONDS_A_RUN = 300
"""As many threads as a source's pace allows in so long; the longest overdue come first, the rest wait."""


def look_at_threads(collection: Collection) -> None:
    """Fetch the threads whose time has come. A source that asks for rest is asked again at the next run."""
    if not collection.follows_threads:
        return
    pace = collection.stream.declaration.pace
    most = max(1, min(THREADS_A_RUN, int(SECONDS_A_RUN * pace.requests / pace.seconds)))
    with session_of(collection.engine) as session:
        due = due_threads(session, collection.row_id, collection.clock(), most)
    for thread in due:
        try:
            _look(collection, thread)
        except BusyError as error:
            collection.summary.faults.append(str(error))
            return


def _look(collection: Collection, thread: DueThread) -> None:
    source = collection.source
    with session_of(collection.engine) as session:
        stored = [post.source_id for post in store.thread_of(session, source, thread.root_source_id)]
    try:
        gone, is_whole = _fetch(collection, thread, stored)
    except BusyError:
        raise
    except SourceError as error:
        collection.summary.faults.append(f"thread {thread.root_source_id}: {error}")
        with collection.lock, session_of(collection.engine) as session:
            store.put_off(session, thread.check_id, next_look(thread.active_at, collection.clock()))
        return
    now = collection.clock()
    with collection.lock, session_of(collection.engine) as session:
        collection.summary.counts["gone"] += bury(session, source, sorted(gone), GoneReason.SOURCE, now)
        due_at = None if thread.root_source_id in gone else next_look(thread.active_at, now)
        if is_whole:
            store.thread_seen(session, thread.check_id, source, now, due_at)
        else:  # a reply may stand in what was not shown
            store.put_off(session, thread.check_id, due_at)


def _fetch(collection: Collection, thread: DueThread, stored: list[str]) -> tuple[set[str], bool]:
    """Save the thread as it stands now; return ids of stored posts that are no longer in it, and whether it is whole.

    A post that could not be read is in it all the same, so a thread with one is never whole.
    """
    reference = ThreadRef(thread.root_source_id, tuple(stored))
    fetch = collection.stream.collector.fetch_thread  # type: ignore[attr-defined]  # asked for in look_at_threads
    seen: set[str] = set()
    is_whole, is_readable = False, True
    try:
        for page in collection.guarded(fetch(collection.client, collection.stream.options, reference)):
            arrival = read_page(collection.stream, page, collection.key, is_thread=True)
            seen |= arrival.source_ids
            is_readable = is_readable and not arrival.faults
            is_whole = page.is_whole and is_readable
            collection.save(arrival)
    except GoneError:
        return {thread.root_source_id}, False
    missing = {name for name in stored if name not in seen and not name.endswith("#reply")}
    return (missing, True) if is_whole else (set(), False)
