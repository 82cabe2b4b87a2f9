"""Builds what tests start from: posts as files hold them, a database with a brand, states by id. Real parts only."""

import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import SQLModel, select

from listener.formats import BadLine, read_jsonl
from listener.pipeline.importing import ImportSummary, import_rows
from listener.pipeline.linking import link
from listener.pipeline.preparing import ListeningBrand
from models.database import open_database, session_of
from models.reads.brands import owned_accounts
from models.reads.coverage import coverage_of
from models.reads.mentions import MentionView, mentions
from models.reads.states import ResponseClock
from models.standing import create_triggers
from models.store.brands import BrandData, save_brand
from models.store.labels import LabelData, save_labels
from models.tables import Mention
from models.urgency import create_urgency_triggers
from models.words import Addressee, Sentiment, Stage

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
ACCOUNT = "amberroast"


def clock() -> datetime:
    """The tests' present."""
    return NOW


def at(hours: float) -> str:
    """So many hours after the first post, as files write it."""
    return (START + timedelta(hours=hours)).isoformat()


def post(source_id: str, text: str = "", *, hours: float = 0, author: str = "ann", **keys: Any) -> dict[str, Any]:
    """One object of posts.jsonl. The brand's account is ``amberroast``."""
    said = {
        "source": "mastodon",
        "source_id": source_id,
        "text": text or f"post number {source_id} says something of its own, {source_id * 3}",
        "published_at": at(hours),
        "author": {"source_id": author, "handle": author, "is_owned": author == ACCOUNT},
    }
    return said | keys


def reply(source_id: str, parent: str | None, text: str = "", *, hours: float, **keys: Any) -> dict[str, Any]:
    """A reply of the brand's that answers."""
    said = text or f"It left the roastery this morning and will be with you tomorrow before noon, {source_id}."
    more = {"author": keys.pop("by", ACCOUNT), "kind": "reply", "parent_source_id": parent}
    return post(source_id, said, hours=hours, **more, **keys)


def lines(posts: Iterable[Mapping[str, Any]]) -> bytes:
    """The posts as a file."""
    return b"".join(json.dumps(said).encode() + b"\n" for said in posts)


def memory() -> Engine:
    """An SQLite database in memory, its tables made as the models say; migrations make the same (test_database)."""
    engine = open_database("sqlite://", migrated=False)
    with engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
        create_triggers(connection)
        create_urgency_triggers(connection)
    return engine


def a_brand(engine: Engine, slug: str = "amber-roast", account: str = ACCOUNT, **keys: Any) -> ListeningBrand:
    """Store a brand that owns one account at two sources."""
    owned: dict[str, tuple[str, ...]] = {"mastodon": (account,), "google_play": (account,)}
    with session_of(engine) as session:
        brand = save_brand(session, BrandData(slug=slug, name=slug.replace("-", " ").title(), owned=owned, **keys))
        return ListeningBrand(brand.id or 0, brand.slug, owned_accounts(session, brand.id or 0))


def bring(
    engine: Engine,
    brand: ListeningBrand,
    posts: Iterable[Mapping[str, Any]],
    complete_until: datetime | None = NOW,
) -> tuple[ImportSummary, list[BadLine]]:
    """Import posts for a brand as one file and link them; return the summary and the bad lines."""
    bad: list[BadLine] = []
    rows = read_jsonl(io.BytesIO(lines(posts)))
    summary = import_rows(
        engine, rows, lambda _row: [brand], clock, report_bad=bad.append, complete_until=complete_until
    )
    link(engine)
    return summary, bad


def label(mention_id: int, *, needs_response: float = 0.9, complaint: float = 0.8, **keys: Any) -> LabelData:
    """A label as a classifier states it."""
    stage, sentiment = keys.get("stage", Stage.SMOT), keys.get("sentiment", Sentiment.NEGATIVE)
    return LabelData(
        mention_id=mention_id,
        stage=stage,
        stage_probabilities={name.value: float(name is stage) for name in Stage},
        sentiment=sentiment,
        sentiment_probabilities={name.value: float(name is sentiment) for name in Sentiment},
        complaint=complaint,
        needs_response=needs_response,
        addressed_to=Addressee.BRAND,
        is_confident=True,
    )


def label_all(engine: Engine, *, needs_response: float = 0.9, model: str = "test 1") -> None:
    """Say of every mention that it needs a response, or that it does not."""
    with session_of(engine) as session:
        ids = [id or 0 for id in session.exec(select(Mention.id))]
        save_labels(session, [label(id, needs_response=needs_response) for id in ids], model, NOW, 0.5)


def views(engine: Engine, brand: ListeningBrand, as_of: datetime = NOW, **keys: Any) -> list[MentionView]:
    """The brand's mentions, the newest first, repetitions included."""
    with session_of(engine) as session:
        clock = ResponseClock(as_of, coverage_of(session, brand.id))
        return list(mentions(session, brand.id, clock, with_duplicates=True, **keys))


def states(engine: Engine, brand: ListeningBrand, as_of: datetime = NOW) -> dict[str, str | None]:
    """The response state of each mention by its post's source id."""
    return {view.source_id: view.state for view in views(engine, brand, as_of)}
