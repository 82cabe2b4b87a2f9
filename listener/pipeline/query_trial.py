"""Tries a query on the posts that are stored: what it would have caught, source by source."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from listener.queries import Document, Query, explain
from models.database import session_of
from models.reads.posts import StoredText, customers_posts


@dataclass(frozen=True, slots=True)
class Match:
    """A post that the query catches, and the terms that did it."""

    source: str
    published_at: datetime
    text: str
    why: tuple[str, ...]


@dataclass(slots=True)
class Trial:
    """Counts by source of posts looked at and of those caught, and the newest of the latter."""

    seen: Counter[str] = field(default_factory=Counter)
    matched: Counter[str] = field(default_factory=Counter)
    newest: list[Match] = field(default_factory=list)


def run_trial(
    engine: Engine, query: Query, *, source: str | None = None, since: datetime | None = None, keep: int = 10
) -> Trial:
    """Match every stored customer's post, of one source or from a time on if asked, and keep the newest matches."""
    trial = Trial()
    newest: deque[Match] = deque(maxlen=keep)
    with session_of(engine) as session:
        for post in customers_posts(session, source=source, since=since):
            trial.seen[post.source] += 1
            document = _document(post)
            if query.matches(document):
                trial.matched[post.source] += 1
                newest.append(Match(post.source, post.published_at, post.text, tuple(explain(query, document))))
    trial.newest = list(reversed(newest))
    return trial


def _document(post: StoredText) -> Document:
    return Document(
        text=post.text,
        title=post.title,
        author_names=tuple(name for name in (post.handle, post.name) if name),
        source=post.source,
        language=post.language,
        kind=post.kind,
        rating=post.rating,
        url=post.url,
    )
