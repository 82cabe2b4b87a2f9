"""Builds the database of the demo: imported, classified and linked by the same code as any other."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from listener.demo import BRANDS, demo_rows
from listener.formats import BadLine
from listener.pipeline.classifying import classify_stored
from listener.pipeline.importing import import_rows
from listener.pipeline.linking import link
from listener.pipeline.preparing import ListeningBrand
from listener.pipeline.terming import term_posts
from listener.progress import Progress, silent
from models.database import open_database, session_of
from models.errors import ListenerError
from models.reads.brands import owned_accounts
from models.store.brands import save_brand
from nlp.moments import load_classifier


def build_demo(file: Path, clock: Callable[[], datetime], progress: Progress = silent) -> Engine:
    """Make the demo's SQLite file anew, since its dates are those of today, and return it open."""
    for part in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        part.unlink(missing_ok=True)
    engine = open_database(f"sqlite:///{file}")
    brands: dict[str, ListeningBrand] = {}
    with session_of(engine) as session:
        for data in BRANDS:
            brand = save_brand(session, data)
            brands[brand.slug] = ListeningBrand(brand.id or 0, brand.slug, owned_accounts(session, brand.id or 0))
    import_rows(
        engine,
        demo_rows(clock()),
        lambda row: [brands[row.accounts[0]]],
        clock,
        report_bad=_refuse,
        complete_until=clock(),
        progress=progress,
    )
    classify_stored(engine, load_classifier(), clock, progress=progress)
    link(engine, progress)
    term_posts(engine, progress)
    return engine


def _refuse(bad: BadLine) -> None:
    raise ListenerError(f"the shipped sample posts are damaged ({bad}); reinstall")
