"""Changes posts, authors and mentions at random, and compares what mentions repeat with the rows that they repeat."""

import random
from datetime import timedelta

from sqlalchemy import Engine, delete, text, update
from sqlmodel import col, select

from models.database import session_of
from models.standing import COPIED
from models.tables import Author, Brand, Mention, Post, Source
from models.words import Standing
from tests.builders import NOW

_ACTS = ("add", "add", "add", "edit", "bury", "repeat", "own", "bot", "relation", "forget", "look")
_LANGUAGES = ("pl", "lt", "he", "zh", "en")


def changed_at_random(engine: Engine, seed: int, rounds: int = 120) -> int:
    """Do what writers do, in any order; return how many mentions were compared."""
    chance = random.Random(seed)
    with session_of(engine) as session:
        brand = Brand(slug="amber-roast", name="Amber Roast")
        session.add_all([brand, Source(name="mastodon", reply_visibility="in_thread")])
        session.flush()
        session.add_all(Author(source="mastodon", source_id=str(n), account=str(n)) for n in range(5))
        session.flush()
        authors = list(session.exec(select(Author.id)))
        for number in range(rounds):
            posts = list(session.exec(select(Post.id)))
            act = chance.choice(
                ["add", "add", "add", "edit", "bury", "repeat", "own", "bot", "relation", "forget", "look"]
            )
            one = chance.choice(posts) if posts else None
            if act == "add" or one is None:
                post = Post(
                    source="mastodon", source_id=str(number), author_id=chance.choice([None, *authors]), kind="post",
                    text="rūta", language=chance.choice(_LANGUAGES), published_at=NOW - timedelta(hours=number),
                    collected_at=NOW, content_hash="x", text_hash=str(number),
                )  # fmt: skip
                session.add(post)
                session.flush()
                session.add(Mention(post_id=post.id or 0, brand_id=brand.id or 0, relation="direct"))
            elif act in ("own", "bot"):
                owned: dict[str, object] = {"is_bot": bool(number % 2)}
                if act == "own":
                    owned = {"owner_id": chance.choice([None, brand.id])}
                session.execute(update(Author).where(col(Author.id) == chance.choice(authors)).values(**owned))
            elif act == "relation":
                relation = chance.choice(["direct", "indirect", "own"])
                session.execute(update(Mention).where(col(Mention.post_id) == one).values(relation=relation))
            elif act == "forget":
                session.execute(delete(Mention).where(col(Mention.post_id) == one))
            else:
                changes: dict[str, dict[str, object]] = {
                    "edit": {"language": chance.choice(_LANGUAGES), "published_at": NOW - timedelta(days=number)},
                    "bury": {"gone_at": chance.choice([None, NOW])},
                    "repeat": {"duplicate_of_id": chance.choice([None, *posts])},
                    "look": {"replies_seen_seconds": number, "author_id": chance.choice([None, *authors])},
                }
                session.execute(update(Post).where(col(Post.id) == one).values(**changes[act]))
            session.flush()
        compared = len(session.exec(select(Mention.id)).all())
    assert wrong_ones(engine) == []
    return compared


def wrong_ones(engine: Engine) -> list[tuple[object, ...]]:
    """Mentions that do not say what their post and author say, computed by another road: in Python, row by row."""
    found: list[tuple[object, ...]] = []
    with session_of(engine) as session:
        rows = session.exec(
            select(Mention, Post, Author)
            .join(Post, col(Post.id) == col(Mention.post_id))
            .outerjoin(Author, col(Author.id) == col(Post.author_id))
        )
        for mention, post, author in rows:
            is_owned = mention.relation == "own" or (author is not None and author.owner_id is not None)
            if is_owned or post.gone_at is not None or (author is not None and author.is_bot):
                standing = Standing.LEFT_OUT
            else:
                standing = Standing.COUNTED if post.duplicate_of_id is None else Standing.REPEATED
            copies = [getattr(mention, name) == getattr(post, name) for name in COPIED]
            if mention.standing != standing or not all(copies):
                found.append((mention.id, mention.standing, standing, copies))
    return found


def trigger_texts(engine: Engine) -> list[str]:
    """What SQLite keeps of the triggers."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"))
        return [str(row[0]) for row in rows]
