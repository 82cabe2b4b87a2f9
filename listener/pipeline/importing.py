"""Brings rows of a file into the database, batch by batch; can be killed and repeated without loss or doubles."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from listener.formats import BadLine, ReadPost, Row
from listener.pipeline.batches import batched
from listener.pipeline.preparing import ListeningBrand, prepare
from listener.progress import Progress, silent
from listener.sources import declared
from models.database import session_of
from models.prepared import PreparedPost
from models.store.brands import show_replies
from models.store.posts import Saved, save_posts
from models.store.runs import extend_coverage, finish_run, start_run
from models.tables import Run
from models.words import PostKind, Relation, RunKind

BATCH = 500


@dataclass(slots=True)
class ImportSummary:
    """What an import did: counts of lines by outcome, and what was wrong with the bad ones."""

    counts: Counter[str] = field(default_factory=Counter)
    carried_reply_count: int = 0
    ignored_keys: Counter[str] = field(default_factory=Counter)
    sources_without_replies: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Seen:
    """What the file shows besides its posts."""

    until: dict[str, datetime] = field(default_factory=dict)
    with_replies: set[str] = field(default_factory=set)
    brand_ids: set[int] = field(default_factory=set)

    def note(self, prepared: PreparedPost) -> None:
        source = prepared.post.source
        at = prepared.post.published_at
        self.until[source] = max(self.until.get(source, at), at)
        for mention in prepared.mentions:
            self.brand_ids.add(mention.brand_id)
            if mention.relation is Relation.OWN and prepared.post.kind is PostKind.REPLY:
                self.with_replies.add(source)


def import_rows(
    engine: Engine,
    rows: Iterable[Row],
    brands_of: Callable[[ReadPost], list[ListeningBrand]],
    clock: Callable[[], datetime],
    *,
    report_bad: Callable[[BadLine], None],
    complete_until: datetime | None = None,
    progress: Progress = silent,
) -> ImportSummary:
    """Store every good row once and report every bad one; commits after each batch.

    ``complete_until`` is the time up to which the file is known to hold every reply; by default the time of its
    newest post, since nothing younger can be in it.
    """
    summary = ImportSummary()
    seen = _Seen()
    with session_of(engine) as session:
        run = start_run(session, RunKind.IMPORT, clock())
    with progress("importing", None) as advance:
        for batch in batched(rows, BATCH):
            good = [row for row in batch if isinstance(row, ReadPost)]
            for bad in (row for row in batch if isinstance(row, BadLine)):
                summary.counts["bad"] += 1
                report_bad(bad)
            _save(engine, good, brands_of, clock, run, summary, seen, report_bad)
            advance(len(batch))
    now = clock()
    with session_of(engine) as session:
        show_replies(session, seen.with_replies)
        until = {source: complete_until or at for source, at in seen.until.items()}
        extend_coverage(session, seen.brand_ids, until, now)
        finish_run(session, run, now, summary.counts)
    summary.sources_without_replies = {
        source for source in seen.until if source not in seen.with_replies and source not in declared()
    }
    return summary


def _save(
    engine: Engine,
    rows: list[ReadPost],
    brands_of: Callable[[ReadPost], list[ListeningBrand]],
    clock: Callable[[], datetime],
    run: Run,
    summary: ImportSummary,
    seen: _Seen,
    report_bad: Callable[[BadLine], None],
) -> None:
    prepared: list[PreparedPost] = []
    main: dict[int, ReadPost] = {}
    for row in rows:
        for place, post in enumerate(prepare(row.post, brands_of(row))):
            if place == 0:
                main[len(prepared)] = row
            prepared.append(post)
            seen.note(post)
        summary.ignored_keys.update(row.ignored_keys)
    with session_of(engine) as session:
        outcomes = save_posts(session, prepared, run_id=run.id or 0, now=clock(), visibility=declared())
    for place, outcome in enumerate(outcomes):
        read = main.get(place)
        if read is None:
            summary.carried_reply_count += outcome is Saved.NEW
        elif outcome is Saved.REPEATED:
            summary.counts["bad"] += 1
            report_bad(BadLine(read.line, f"{read.post.source} {read.post.source_id} stands on an earlier line too"))
        else:
            summary.counts[outcome.value] += 1
