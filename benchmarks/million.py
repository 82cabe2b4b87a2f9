"""Makes an SQLite database of so many synthetic posts, the same ones each time, for the benchmarks.

python benchmarks/million.py FILE [--posts 1000000] [--years 2]

Ten brands, the first with two posts in five; customers and bots, answers, replies, labels, themes, links, terms. The
texts are the demo's. Rows are made in SQL: the store would give the same ones and take an hour.
"""

import argparse
import json
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from math import sqrt
from pathlib import Path

from models.database import open_database
from models.standing import create_triggers, set_standings
from models.urgency import create_urgency_triggers, set_urgencies
from models.words import Sentiment, Stage
from nlp.encoder import WEIGHTS
from nlp.prevalence import References
from nlp.stored_terms import VERSION, stored_terms

UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
SOURCES = {"mastodon": "in_thread", "google_play": "on_post", "forum": "not_exposed"}
BRANDS, THEMES = 10, 30
_CHUNK = 500_000
_PRIMES = [number for number in range(2, 110) if all(number % smaller for smaller in range(2, number))]


def main() -> None:
    """Make the file anew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--years", type=float, default=2)
    options = parser.parse_args()
    started = time.perf_counter()
    make(options.file, options.posts, options.years)
    size = options.file.stat().st_size / 1e6
    print(f"{options.posts:,} posts, {size:,.0f} MB, in {time.perf_counter() - started:.0f} s")


def make(file: Path, posts: int, years: float) -> None:
    """Make the database; what stood there is gone."""
    for part in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        part.unlink(missing_ok=True)
    open_database(f"sqlite:///{file}").dispose()
    connection = sqlite3.connect(file)
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    indexes = _without_indexes(connection)
    _small_tables(connection, max(1, posts // 8))
    for first in range(1, posts + 1, _CHUNK):
        _posts(connection, first, min(posts, first + _CHUNK - 1), posts, years)
        connection.commit()
    connection.commit()
    connection.close()
    with open_database(f"sqlite:///{file}", migrated=False).begin() as database:
        set_standings(database)
        create_triggers(database)
        set_urgencies(database)
        create_urgency_triggers(database)
        for statement in (*indexes, "ANALYZE"):
            database.exec_driver_sql(statement)


def _without_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drop indexes and triggers and return what makes the indexes again: rows come in four times as fast."""
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in found:
        connection.execute(f'DROP INDEX "{name}"')
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    return [sql for _, sql in found]


def _texts() -> Iterator[tuple[int, str, str, str]]:
    """The demo's posts: number, text, language, terms."""
    found = sorted((files("listener.demo") / "data").iterdir(), key=lambda file: file.name)
    said = [
        (json.loads(line)["text"], file.name.removesuffix(".jsonl"))
        for file in found
        if file.name.endswith(".jsonl")
        for line in file.read_text("utf-8").split("\n")
        if line
    ]
    for number, (text, language) in enumerate(said):
        yield number, text, language, stored_terms(text, language)


def _small_tables(connection: sqlite3.Connection, authors: int) -> None:
    seen = _written(UNTIL)
    for name, visibility in SOURCES.items():
        connection.execute("INSERT INTO source (name, reply_visibility) VALUES (?, ?)", (name, visibility))
    for brand in range(1, BRANDS + 1):
        rivals = json.dumps([f"brand-{brand % BRANDS + 1}"])
        connection.execute(
            "INSERT INTO brand (id, slug, name, timezone, business_hours, holidays, rivals) VALUES (?,?,?,?,?,?,?)",
            (brand, f"brand-{brand}", f"Brand {brand}", "Europe/Vilnius", "Mon-Fri 09:00-17:00", "LT", rivals),
        )
        for name in SOURCES:
            connection.execute(
                "INSERT INTO coverage (brand_id, source, covers_until, checked_at) VALUES (?,?,?,?)",
                (brand, name, seen, seen),
            )
        for theme in range(THEMES):
            polarity = "praise" if theme % 3 == 0 else "complaint"
            connection.execute(
                "INSERT INTO theme (id, brand_id, encoder, polarity, name, terms, centroid, radius, created_at, "
                "fitted_at) VALUES (?,?,?,?,?,?,?,?,?,?)",
                (brand * 100 + theme, brand, _model(), polarity, f"theme {theme}", "[]", bytes(1536), 0.5, seen, seen),
            )
    connection.execute("CREATE TEMP TABLE said (number INTEGER PRIMARY KEY, text TEXT, language TEXT, terms TEXT)")
    connection.executemany("INSERT INTO said VALUES (?,?,?,?)", _texts())
    customers = (
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO author (id, source, source_id, account, handle, followers, is_bot, owner_id) "
        "SELECT i, 'mastodon', 'a' || i, 'a' || i, 'a' || i, CAST(10000 * part(i, 25) * part(i, 26) AS INTEGER), "
        "i % 97 = 0, CASE WHEN i <= 10 THEN i END FROM n"
    )
    connection.execute(_sql(customers), (authors,))


def _sql(statement: str) -> str:
    """Put ``part(column, k)`` into SQL: the fraction of the column times the root of the k-th prime.

    Such sequences (Weyl 1916) fill the unit square evenly for any two ks, and are the same on every machine.
    """

    def fraction(found: re.Match[str]) -> str:
        product = f"{found[1]} * {sqrt(_PRIMES[int(found[2])])!r}"
        return f"({product} - CAST({product} AS INTEGER))"

    return re.sub(r"part\((\w+), (\d+)\)", fraction, statement)


def _model() -> str:
    """The shipped model: shares are corrected only where its labels stand."""
    return References.load(WEIGHTS / "prevalence.npz").model


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


_NUMBERS = "WITH RECURSIVE n(i) AS (VALUES (:first) UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
_BRAND = "CASE WHEN part(i, 8) < 0.4 THEN 1 ELSE 2 + CAST(9 * part(i, 20) AS INTEGER) END"
_HOST = "CASE WHEN u < 0.6 THEN 'social.example' WHEN u < 0.9 THEN 'shop.example' ELSE 'forum.example' END"
_AT = "strftime('%Y-%m-%d %H:%M:%S.000000', :start + i * :step, 'unixepoch')"
_POSTS = f"""
INSERT INTO post (id, source, source_id, author_id, kind, text, url, host, language, published_at, collected_at,
    parent_id, thread_id, likes_count, content_hash, text_hash, is_pending)
SELECT i, CASE WHEN u < 0.6 THEN 'mastodon' WHEN u < 0.9 THEN 'google_play' ELSE 'forum' END, 'p' || i,
    CASE WHEN own THEN {_BRAND} ELSE 11 + CAST((:authors - 11) * part(i, 2) AS INTEGER) END,
    CASE WHEN parent THEN 'reply' WHEN u BETWEEN 0.6 AND 0.9 THEN 'review' ELSE 'post' END,
    said.text, 'https://' || {_HOST} || '/@someone/' || i, {_HOST}, said.language, {_AT}, {_AT},
    parent, coalesce(parent, i),
    CAST(20 * part(i, 5) * part(i, 6) AS INTEGER), 'x', 'h' || i, 0
FROM (SELECT *, CASE WHEN u < 0.6 AND (part(i, 3) < 0.2 OR own) AND i > 50
        THEN i - 1 - CAST(40 * part(i, 4) AS INTEGER) END AS parent
    FROM ({_NUMBERS} SELECT i, part(i, 1) AS u, part(i, 27) < 0.06 AS own FROM n))
JOIN said ON said.number = CAST(:texts * part(i, 7) AS INTEGER)
"""
_MENTIONS = f"""
INSERT INTO mention (id, post_id, brand_id, relation, stage, sentiment, is_complaint, needs_response, addressed_to,
    is_confident, model, theme_id, answered_at)
SELECT i, i, brand, CASE WHEN part(i, 27) < 0.06 THEN 'own' WHEN part(i, 12) < 0.5 THEN 'direct' ELSE 'indirect' END,
    stage, sentiment, sentiment = 'negative' AND part(i, 13) < 0.7, needs, 'brand', part(i, 14) < 0.8, :model,
    CASE WHEN sentiment != 'neutral' AND part(i, 15) < 0.7
        THEN brand * 100 + CAST(:themes * part(i, 16) AS INTEGER) END,
    CASE WHEN needs AND part(i, 17) < 0.55 THEN strftime('%Y-%m-%d %H:%M:%S.000000',
        :start + i * :step + 600 + 200000 * part(i, 18) * part(i, 19), 'unixepoch') END
FROM (SELECT i, {_BRAND} AS brand, part(i, 11) < 0.25 AS needs,
        CASE WHEN s < 0.2 THEN 'zmot' WHEN s < 0.3 THEN 'fmot' WHEN s < 0.65 THEN 'smot' WHEN s < 0.9 THEN 'umot'
            ELSE 'none' END AS stage,
        CASE WHEN f < 0.35 THEN 'negative' WHEN f < 0.7 THEN 'neutral' ELSE 'positive' END AS sentiment
    FROM ({_NUMBERS} SELECT i, part(i, 9) AS s, part(i, 10) AS f FROM n))
"""


def _spread(column: str, sure: str, names: Sequence[str]) -> str:
    """SQL of the probabilities of classes: ``sure`` for the one in the column, the rest shared among all."""
    rest = f"(1 - {sure}) / {len(names)}"
    parts = (f"'{name}', round({sure} * ({column} = '{name}') + {rest}, 6)" for name in names)
    return f"json_object({', '.join(parts)})"


_LABELS = f"""
INSERT INTO label (mention_id, model, created_at, stage, stage_probabilities, sentiment, sentiment_probabilities,
    complaint, needs_response, addressed_to, is_confident)
SELECT id, model, '2026-11-20 00:00:00.000000', stage, {_spread("stage", "said", list(Stage))},
    sentiment, {_spread("sentiment", "felt", list(Sentiment))},
    is_complaint * 0.9, needs_response * 0.9, 'brand', is_confident
FROM (SELECT *, 0.3 + 0.65 * part(id, 21) AS said, 0.3 + 0.65 * part(id, 22) AS felt
    FROM mention WHERE id BETWEEN :first AND :last)
"""
_TERMS = f"""
INSERT INTO post_terms (post_id, version, terms)
SELECT i, '{VERSION}', said.terms
FROM ({_NUMBERS} SELECT i FROM n) JOIN said ON said.number = CAST(:texts * part(i, 7) AS INTEGER)
"""
_LINKS = """
INSERT INTO post_link (post_id, kind, target)
SELECT id, 'url', 'https://shop.example/' || CAST(500 * part(id, 24) AS INTEGER)
FROM post WHERE id BETWEEN :first AND :last AND part(id, 23) < 0.05
"""


def _posts(connection: sqlite3.Connection, first: int, last: int, posts: int, years: float) -> None:
    seconds = years * 365.25 * 86_400
    given = {
        "first": first,
        "last": last,
        "start": int(UNTIL.timestamp() - seconds),
        "step": seconds / (posts + 1),
        "authors": max(12, posts // 8),
        "texts": connection.execute("SELECT count(*) FROM said").fetchone()[0],
        "themes": THEMES,
        "model": _model(),
    }
    connection.execute(
        "WITH RECURSIVE n(i) AS (VALUES (:first) UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
        "INSERT INTO thread (id, source, root_source_id) SELECT i, 'mastodon', 'p' || i FROM n",
        given,
    )
    for statement in (_POSTS, _TERMS, _MENTIONS, _LABELS, _LINKS):
        connection.execute(_sql(statement), given)


if __name__ == "__main__":
    main()
