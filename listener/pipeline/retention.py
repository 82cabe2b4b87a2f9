"""Removes posts older than the settings keep them, a portion a transaction: killed, it goes on where it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from listener.progress import Advance
from listener.settings import Settings
from models.database import session_of
from models.reads.brands import all_brands
from models.reads.retention import AgedThread, Kept, aged_threads
from models.store.retention import remove_threads

PORTION = 200
"""Threads in one transaction: others wait for no longer than that takes."""
MOST_A_ROUND = 20_000
"""Posts that go in one round of the clock, so that no round takes minutes; the rest goes in the next ones."""


@dataclass(frozen=True, slots=True)
class Aged:
    """How much is older than it is kept, or was removed for it."""

    thread_count: int = 0
    post_count: int = 0

    def __add__(self, other: "Aged") -> "Aged":
        return Aged(self.thread_count + other.thread_count, self.post_count + other.post_count)


def is_anything_removed(settings: Settings) -> bool:
    """Whether the settings say of any post that it is not kept for ever."""
    return any(days is not None for days in (settings.keep_days, *(brand.keep_days for brand in settings.brand)))


def kept_since(engine: Engine, settings: Settings, now: datetime) -> Kept:
    """From when on posts are kept as the settings say it; a brand that they do not name goes by the whole service's."""
    named = {brand.slug: brand.keep_days for brand in settings.brand}

    def before(days: int | None) -> datetime | None:
        return None if days is None else now - timedelta(days=days)

    with session_of(engine) as session:
        brands = {brand.id or 0: before(named.get(brand.slug) or settings.keep_days) for brand in all_brands(session)}
    return Kept(brands, before(settings.keep_days))


def count_aged(engine: Engine, kept: Kept) -> Aged:
    """How much would go now."""
    return sum((_aged(threads) for threads in _portions(engine, kept)), Aged())


def remove_aged(
    engine: Engine, kept: Kept, now: datetime, most: int | None = None, progress: Advance = lambda _count: None
) -> Aged:
    """Remove what is too old, at most about so many posts; each portion is committed by itself."""
    removed = Aged()
    for threads in _portions(engine, kept):
        with session_of(engine) as session:
            aged = {thread.id: thread.youngest_at for thread in threads}
            portion = Aged(*remove_threads(session, aged, now))
        removed += portion
        progress(portion.post_count)
        if most is not None and removed.post_count >= most:
            break
    return removed


def _portions(engine: Engine, kept: Kept) -> Iterator[list[AgedThread]]:
    after: int | None = 0
    while after is not None:
        with session_of(engine) as session:
            threads, after = aged_threads(session, kept, after, PORTION)
        if threads:
            yield threads


def _aged(threads: list[AgedThread]) -> Aged:
    return Aged(len(threads), sum(thread.post_count for thread in threads))
