"""Puts posts of a journey straight into a database, so that a test says of each what it is."""

import random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import select

from models.database import session_of
from models.store.brands import BrandData, save_brand
from models.store.posts import host_of
from models.tables import Author, Brand, Coverage, Mention, Post, Source, Theme
from tests.builders import NOW, memory

SLUG = "amber-roast"
TEXTS = {
    "en": "I am so disappointed, is anybody there?",
    "pl": "Dziękuję, kawa jest cudowna",
    "lt": "Labai nerimauju dėl siuntinio",
    "he": "תודה רבה, הכול הגיע בזמן",
    "zh": "包裹一直沒到，我很擔心？",
    "de": "Der Kaffee ist angekommen",
}


def stored(posts: Iterable[Mapping[str, Any]], themes: Iterable[tuple[str, str]] = ()) -> Engine:
    """A database with the posts of one brand; ``themes`` are (name, polarity), with ids from 1 on.

    A post may say ``author`` (a name or None), ``days`` (before now), ``theme`` (an id), any column of post or mention.
    """
    engine = memory()
    with session_of(engine) as session:
        brand = save_brand(session, BrandData(SLUG, "Amber Roast", timezone="Europe/Vilnius"))
        for name, polarity in themes:
            session.add(
                Theme(
                    brand_id=brand.id or 0, encoder="e", polarity=polarity, name=name, terms=[name], centroid=b"",
                    radius=1, created_at=NOW, fitted_at=NOW,
                )
            )  # fmt: skip
            session.flush()
    add(engine, posts)
    return engine


def add(engine: Engine, posts: Iterable[Mapping[str, Any]]) -> None:
    """More posts of the brand."""
    with session_of(engine) as session:
        brand_id = session.exec(select(Brand.id).where(Brand.slug == SLUG)).one() or 0
        authors = {(one.source, one.source_id): one for one in session.exec(select(Author))}
        sources = {one.name for one in session.exec(select(Source))}
        count = len(session.exec(select(Post.id)).all())
        for number, said in enumerate(posts, count + 1):
            source, name = said.get("source", "mastodon"), said.get("author", f"author {number}")
            if source not in sources:
                session.add(Source(name=source, reply_visibility="in_thread"))
                session.flush()
                session.add(Coverage(brand_id=brand_id, source=source, covers_until=NOW, checked_at=NOW))
                sources.add(source)
            if name is not None and (source, name) not in authors:
                author = Author(source=source, source_id=name, account=name, followers=said.get("followers"))
                session.add(author)
                session.flush()
                authors[source, name] = author
            at: datetime = NOW - timedelta(days=said.get("days", 30))
            post = Post(
                source=source, source_id=str(number), author_id=authors[source, name].id if name else None,
                kind=said.get("kind", "post"), text=said.get("text", TEXTS[said.get("language", "en")]),
                url=said.get("url"), host=host_of(said.get("url")),
                rating=said.get("rating"), language=said.get("language", "en"), published_at=at,
                collected_at=NOW, content_hash="x", text_hash=str(number), is_pending=False,
                likes_count=said.get("likes"), views_count=said.get("views"),
            )  # fmt: skip
            session.add(post)
            session.flush()
            session.add(
                Mention(
                    post_id=post.id or 0, brand_id=brand_id, relation=said.get("relation", "direct"),
                    stage=said.get("stage", "smot"), sentiment=said.get("sentiment", "neutral"),
                    is_complaint=said.get("complaint", False), needs_response=said.get("needs", False),
                    addressed_to=said.get("addressed_to", "brand"), is_confident=said.get("confident", True),
                    model="by hand", theme_id=said.get("theme"),
                    answered_at=at + timedelta(hours=2) if said.get("answered") else None,
                )
            )  # fmt: skip


def mixed_posts(count: int, seed: int = 5) -> list[dict[str, Any]]:
    """Posts of everything, the same ones each time: several an author, over 200 days, some without author or theme."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        needs = chance.random() < 0.5
        author = f"walker {chance.randrange(count // 3)}" if chance.random() < 0.9 else None
        made.append(
            {
                "author": author,
                "followers": chance.choice([None, 10, 250]) if author else None,
                "days": chance.random() * 200,
                "stage": chance.choice(["zmot", "fmot", "smot", "umot", "none"]),
                "sentiment": chance.choice(["negative", "neutral", "positive"]),
                "source": chance.choice(["mastodon", "forum"]),
                "kind": chance.choice(["post", "question", "review"]),
                "url": chance.choice([None, "https://Social.example/1", "https://forum.example/t/2?a=b"]),
                "language": chance.choice(list(TEXTS)),
                "rating": chance.choice([None, 1.0, 4.0]),
                "likes": chance.choice([None, 0, 3]),
                "complaint": chance.random() < 0.3,
                "needs": needs,
                "answered": needs and chance.random() < 0.6,
                "confident": chance.random() < 0.7,
                "theme": chance.choice([None, 1, 2, 3]),
            }
        )
    return made


THEMES = (("parcels", "complaint"), ("the app", "complaint"), ("the taste", "praise"))
