"""A small world of shared experiences and questions for the tests of the influence loop; random, with a fixed seed."""

import random
from typing import Any

from sqlalchemy import Engine, text

from listener.pipeline.preparing import ListeningBrand
from models.database import session_of
from tests.builders import ACCOUNT, a_brand, at, bring, memory, post

STAGES = ("zmot", "fmot", "smot", "umot", "none", None)
TEXTS = (
    "Kupiłam i polecam, nr {n}",
    "Ar verta pirkti, klausimas {n}",
    "האם כדאי לקנות? מספר {n}",
    "請問值得買嗎？第{n}篇",
    "Which one should I get? Number {n}",
)
PAGES = ("https://shop.example/ember/{n}?utm_source=feed", "http://www.shop.example/ember/{n}/#top")


def label(engine: Engine, source_id: str, **columns: Any) -> None:
    """Set label columns of every mention of a post."""
    with session_of(engine) as session:
        pairs = ", ".join(f"{name} = :{name}" for name in columns)
        session.connection().execute(
            text(f"UPDATE mention SET {pairs} WHERE post_id IN (SELECT id FROM post WHERE source_id = :source_id)"),
            {"source_id": source_id, **columns},
        )


def random_posts(seed: int, count: int) -> list[dict[str, Any]]:
    """Posts in threads of any shape: unknown authors, the brand's own, bots, ties in time, replies before posts."""
    chance = random.Random(seed)
    posts: list[dict[str, Any]] = []
    for n in range(count):
        hours = chance.choice([chance.randrange(-1400, 440), chance.randrange(0, 96)]) + chance.choice([0, 0.25])
        author = chance.choice([f"a{chance.randrange(12)}", f"a{chance.randrange(12)}", ACCOUNT])
        words = chance.choice(TEXTS).format(n=n * 7919)
        if chance.random() < 0.3:
            words += " " + chance.choice(PAGES).format(n=chance.randrange(9))
        keys: dict[str, Any] = {"source": chance.choice(["mastodon", "mastodon", "forum"])}
        here = [other for other in posts if other["source"] == keys["source"]]
        if here and chance.random() < 0.6:
            keys |= {"kind": "reply", "parent_source_id": chance.choice(here)["source_id"]}
        if here and chance.random() < 0.25:
            keys["quoted_source_id"] = chance.choice(here)["source_id"]
        if chance.random() < 0.7:
            keys["url"] = f"https://place{chance.randrange(3)}.example/@x/{n}"
        before = [said for said in posts if "url" in said and at(hours - 300) < said["published_at"] < at(hours)]
        if before and chance.random() < 0.7:
            linked = chance.choice(before)
            words += f" {linked['url']}?ref=share"
        made = post(f"p{n}", words, hours=hours, author=author, **keys)
        if chance.random() < 0.1:
            made["author"] = {}
        elif chance.random() < 0.05:
            made["author"] = {"handle": "robot", "is_bot": True}
        posts.append(made)
    return posts


def random_world(seed: int = 7, count: int = 400, engine: Engine | None = None) -> tuple[Engine, ListeningBrand]:
    """Two brands; every post of the first one is labelled at random, with themes, and some are repetitions."""
    engine = engine or memory()
    brand, rival = a_brand(engine), a_brand(engine, "north-beans", "northbeans")
    posts = random_posts(seed, count)
    posts += [said | {"source_id": f"{said['source_id']}again"} for said in posts[:20]]
    bring(engine, brand, posts)
    bring(engine, rival, [post(f"r{n}", f"North Beans number {n * 7919}", hours=n) for n in range(30)])
    chance = random.Random(seed)
    with session_of(engine) as session:
        for theme in (1, 2):
            session.connection().execute(
                text(
                    "INSERT INTO theme (id, brand_id, encoder, polarity, name, terms, centroid, radius, created_at, "
                    "fitted_at) VALUES (:id, :brand, 'e', 'complaint', :name, '[]', '', 1, :at, :at)"
                ),
                {"id": theme, "brand": brand.id, "name": f"Kräuter {theme}", "at": "2026-11-01 00:00:00+00:00"},
            )
        rows = session.connection().execute(text("SELECT id FROM mention ORDER BY id")).all()
        for (mention,) in rows:
            said = {
                "stage": chance.choice([*STAGES, "zmot", "umot"]),
                "sentiment": chance.choice(["negative", "neutral", "positive", None]),
                "theme": chance.choice([None, 1, 2]),
                "id": mention,
            }
            session.connection().execute(
                text("UPDATE mention SET stage = :stage, sentiment = :sentiment, theme_id = :theme WHERE id = :id"),
                said,
            )
    return engine, brand
