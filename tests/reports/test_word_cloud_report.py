"""The cloud of a database: scores against pandas, what it links to, samples, what was erased, and no language tools."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from listener.pipeline.terming import term_posts
from listener.reports import word_cloud_kind
from listener.reports.asking import ReportRequest
from listener.reports.kinds import write
from listener.reports.word_cloud import PRIOR, WordCloudData
from models.database import open_database, session_of
from models.reads.cloud import chosen_posts, rest_posts
from models.reads.customers import MentionFilter
from models.store.tombstones import bury
from models.tables import Mention, Post, PostTerms
from models.words import GoneReason
from nlp.stored_terms import VERSION
from tests.builders import NOW, a_brand, bring, label_all, memory, post

OURS = {
    "en": ("the lid is loose", "a loose lid, the valve clicks", "valve clicks", "crema and valve", "steam wand"),
    "pl": ("paczka przepadła", "moja paczka", "młynek i paczka", "młynek hałasuje"),
    "lt": ("siunta vėluoja", "kur siunta", "pupelės kvepia"),
    "he": ("המכונה נוזלת", "מכונה רועשת", "שקית קרועה"),
    "zh": ("蒸氣管一直漏水", "咖啡機一直漏水", "濾紙破損"),
}
THEIRS = {
    "en": ("the lid fits", "valve", "crema, crema", "steam wand", "a steam wand", "cup"),
    "pl": ("paczka doszła", "filiżanka", "młynek"),
    "lt": ("puodelis", "siunta"),
    "he": ("שקית", "כוס", "מכונה"),
    "zh": ("杯子", "咖啡機"),
}


def said(texts: dict[str, tuple[str, ...]], times: int, start: int) -> Iterator[dict[str, Any]]:
    """Each text as often as its place says, by authors of their own."""
    number = start
    for language, lines in texts.items():
        for place, text in enumerate(lines):
            for _ in range(1 + (place * times) % 4):
                number += 1
                yield post(f"p{number}", text, hours=number / 10, author=f"a{number}", language=language)


def store(engine: Engine, *, termed: bool = True) -> Engine:
    """Two brands with posts in five languages."""
    bring(engine, a_brand(engine), said(OURS, 3, 0))
    bring(engine, a_brand(engine, "north-beans", "northbeans"), said(THEIRS, 2, 500))
    label_all(engine)
    if termed:
        term_posts(engine)
    return engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    return store(memory())


def build(engine: Engine, **keys: Any) -> WordCloudData:
    with session_of(engine) as session:
        return word_cloud_kind.build(session, ReportRequest("amber-roast", NOW, **keys))


def frame(session: Session) -> pd.DataFrame:
    """A row for each post and word of its stored terms: as another reader of the table would see them."""
    rows = session.exec(
        select(Post.id, Post.language, Mention.brand_id, PostTerms.terms).join(Mention).join(PostTerms)
    ).all()
    posts = pd.DataFrame(rows, columns=["post", "language", "brand", "terms"])
    words = posts.assign(written=posts["terms"].str.split(r"[ \n]", regex=True)).explode("written")
    parts = words["written"].str.split("/", n=1, expand=True)
    return words.assign(key=parts[0].str.lower())


def test_scores_are_those_that_pandas_makes_of_the_stored_terms(engine: Engine) -> None:
    """Fightin' Words (Monroe, Colaresi and Quinn 2008), each language apart, then pooled by its precision."""
    with session_of(engine) as session:
        words = frame(session).drop_duplicates(["post", "key"])
    ours = words["brand"] == 1
    sizes = words.groupby(["language", ours.rename("ours")])["post"].nunique().unstack()
    sizes = sizes.rename(columns={True: "n", False: "m"})
    counts = words.groupby(["key", "language", ours.rename("ours")])["post"].nunique().unstack(fill_value=0)
    table = counts.rename(columns={True: "y", False: "z"}).join(sizes, on="language")
    table = table[table.y > 0].copy()
    strangers = table.m.isna()  # a language that the rest does not speak is compared with all of the rest
    table.loc[strangers, ["n", "m"]] = [words[ours]["post"].nunique(), words[~ours]["post"].nunique()]
    prior, total = PRIOR * (table.y + table.z), PRIOR * (table.n + table.m)
    odds = np.log((table.y + prior) / np.maximum(0.5, table.n + total - table.y - prior))
    odds -= np.log((table.z + prior) / np.maximum(0.5, table.m + total - table.z - prior))
    precision = 1 / (1 / (table.y + prior) + 1 / (table.z + prior))
    expected = (odds * precision).groupby("key").sum() / np.sqrt(precision.groupby("key").sum())
    found = {term.key: term for term in build(engine, limit=500).terms}
    single = {key for key in found if key in expected.index}
    assert {"crema", "młynek", "paczka", "valve", "漏水"} <= single
    for key in single:
        assert found[key].count == int(table.y[key].sum())
        assert found[key].score == pytest.approx(expected[key], abs=1e-5), key


def test_every_post_of_a_term_holds_it(engine: Engine) -> None:
    report = build(engine)
    assert report.terms
    with session_of(engine) as session:
        texts = dict(session.exec(select(Post.id, Post.text)).all())
    for term in report.terms:
        assert term.post_ids
        folded = [texts[id].casefold() for id in term.post_ids]
        assert any(term.term.casefold() in text for text in folded)
        for text in folded:  # a form of the word shares its first letters, behind a Hebrew prefix or not
            assert any(word[:3] in text for word in (term.key, term.term.casefold())), (term.term, text)


def test_the_same_posts_give_the_same_bytes(engine: Engine) -> None:
    for format in ("json", "csv", "md", "png", "svg"):
        assert write("word-cloud", build(engine), format) == write("word-cloud", build(engine), format)


def test_every_share_is_a_figure_of_the_posts_read(engine: Engine) -> None:
    report = build(engine)
    document = json.loads(write("word-cloud", report, "json"))
    assert (document["report"], document["brand"], document["sampled"]["of"]) == (
        "word-cloud",
        "amber-roast",
        report.post_count,
    )
    for term in report.terms:
        assert term.share.value == term.count / report.post_count
        assert (term.share.n, term.share.coverage, term.share.as_of) == (report.post_count, 1.0, NOW)
        assert sum(term.sentiment.values()) == term.count
    (first, *_), rows = report.terms, write("word-cloud", report, "csv").decode().splitlines()
    assert len(rows) == len(report.terms) + 1
    assert rows[1].startswith(f"{first.term},{first.count},{report.post_count},")
    page = write("word-cloud", report, "md").decode()
    assert f"{report.post_count} posts, compared with {report.background_count} others." in page


@pytest.mark.parametrize(
    ("keys", "shown", "hidden"),
    [
        ({"language": "pl"}, "paczka", "漏水"),
        ({"source": "mastodon"}, "漏水", None),
        ({"relation": "indirect"}, "漏水", None),
        ({"sentiment": "negative"}, "漏水", None),
        ({"until": datetime(2026, 11, 1, 11, 0, tzinfo=UTC)}, "valve", "漏水"),
    ],
)
def test_filters_choose_the_posts(engine: Engine, keys: dict[str, Any], shown: str, hidden: str | None) -> None:
    names = {term.term for term in build(engine, **keys).terms}
    assert shown in names
    assert hidden not in names


@pytest.mark.parametrize("keys", [{"source": "steam"}, {"theme_id": 7}, {"relation": "own"}, {"stage": "zmot"}])
def test_no_post_is_no_term_and_no_coverage(engine: Engine, keys: dict[str, Any]) -> None:
    report = build(engine, **keys)
    assert (report.terms, report.post_count, report.sampled.of) == ([], 0, 0)
    assert write("word-cloud", report, "png").startswith(b"\x89PNG")


def test_posts_without_terms_are_counted_and_lower_the_coverage() -> None:
    engine = store(memory(), termed=False)
    report = build(engine)
    assert (report.terms, report.post_count) == ([], 0)
    assert report.sampled.without_terms == report.sampled.of > 20
    assert "listener classify" in write("word-cloud", report, "md").decode()
    term_posts(engine)
    with session_of(engine) as session:
        ids = [row.post_id for row in session.exec(select(PostTerms).order_by(col(PostTerms.post_id)).limit(10))]
        for row in session.exec(select(PostTerms).where(col(PostTerms.post_id).in_(ids))):
            session.delete(row)
    report = build(engine)
    assert report.sampled.without_terms == 10
    coverage = report.post_count / (report.post_count + 10)
    assert all(term.share.coverage == pytest.approx(coverage) for term in report.terms)


def test_what_is_erased_is_in_no_cloud() -> None:
    engine = store(memory())
    held = next(term for term in build(engine).terms if term.term == "漏水")
    with session_of(engine) as session:
        gone = [post.source_id for post in session.exec(select(Post).where(col(Post.id).in_(held.post_ids)))]
        bury(session, "mastodon", gone, GoneReason.FORGOTTEN, NOW)
    report = build(engine)
    assert "漏水" not in {term.term for term in report.terms}
    assert not set(held.post_ids) & {id for term in report.terms for id in term.post_ids}


def test_a_sample_is_drawn_from_all_of_the_time_alike_and_says_of_how_many() -> None:
    engine = memory()
    brand = a_brand(engine)
    texts = ["valve clicks", "lid loose", "crema thin", "steam wand"]
    bring(engine, brand, (post(f"p{n}", texts[n % 4], hours=n / 8, author=f"a{n}") for n in range(1600)))
    term_posts(engine)
    with session_of(engine) as session:
        asked = (session, brand.id, NOW, MentionFilter(), VERSION)
        sample = chosen_posts(*asked, 400)
        assert (len(sample.rows), sample.of) == (400, 1600)
        assert [row.post_id for row in sample.rows] == sorted((row.post_id for row in sample.rows), reverse=True)
        assert sample == chosen_posts(*asked, 400)
        assert sample != chosen_posts(*asked, 400, seed=1)
        for share in (Counter((row.post_id - 1) // 400 for row in sample.rows), Counter(r.terms for r in sample.rows)):
            # 4 sd of a draw without replacement: the sample leans to no quarter of the time and to no text
            assert all(abs(count - 100) < 4 * sqrt(400 * 0.25 * 0.75 * 0.75) for count in share.values()), share


@pytest.mark.parametrize(("count", "most"), [(50, 400), (300, 100), (1600, 100), (1600, 1000)])
def test_the_rest_is_drawn_from_everything_but_the_chosen(count: int, most: int) -> None:
    engine = memory()
    brand, other = a_brand(engine), a_brand(engine, "north-beans", "northbeans")
    rows = [post(f"p{n}", f"valve {n}", hours=n / 8, author=f"a{n}") for n in range(count)]
    bring(engine, brand, rows[: count // 4])
    bring(engine, other, rows[count // 4 :])
    with session_of(engine) as session:
        sample = rest_posts(session, brand.id, NOW, MentionFilter(), VERSION, most)
        ids = [row.post_id for row in sample.rows]
        assert len(set(ids)) == len(ids) <= most
        assert min(ids) > count // 4  # what was chosen is not among the rest
        assert len(ids) >= min(most // 2, count - count // 4)
        assert sample.of == pytest.approx(count - count // 4, rel=0.2 if len(ids) < count // 2 else 0.05)


def test_a_report_runs_no_language_tools(tmp_path: Path) -> None:
    file = tmp_path / "cloud.db"
    store(open_database(f"sqlite:///{file}")).dispose()
    code = f"""
import sys
from datetime import datetime, UTC
from listener.reports.asking import ReportRequest
from listener.reports.kinds import kind_of, write
from models.database import open_database, session_of
with session_of(open_database("sqlite:///{file}", migrated=False)) as session:
    report = kind_of("word-cloud").build(session, ReportRequest("amber-roast", datetime(2026, 11, 20, tzinfo=UTC)))
assert len(report.terms) > 5
for format in ("json", "csv", "md", "svg"):
    write("word-cloud", report, format)
sys.exit(" ".join(name for name in ("spacy", "jieba", "simplemma", "onnxruntime") if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (0, "") or done.stderr.strip() == "", done.stderr
