"""Links, sentiment, carriers and flow of the influence loop against plain SQL, pair by pair, and pandas."""

from datetime import UTC, datetime, timedelta
from math import sqrt

import networkx as nx
import pandas as pd
import pytest
from sqlalchemy import text
from sqlmodel import Session

from listener.post_links import plain_address
from listener.reports.asking import ReportRequest
from listener.reports.influence_loop import InfluenceLoop
from listener.reports.influence_loop_kind import build
from tests.builders import NOW
from tests.reports.loops import random_world

SAID = """
SELECT p.id, p.source, p.source_id, p.author_id, p.thread_id, p.parent_id, p.url, p.duplicate_of_id,
       m.stage, m.sentiment, m.theme_id, p.published_at, CAST(strftime('%s', p.published_at) AS INTEGER) AS seconds
FROM mention m JOIN post p ON p.id = m.post_id LEFT JOIN author a ON a.id = p.author_id
  JOIN brand b ON b.id = m.brand_id
WHERE b.slug = 'amber-roast' AND p.duplicate_of_id IS NULL AND p.gone_at IS NULL AND m.relation <> 'own'
  AND a.owner_id IS NULL AND COALESCE(a.is_bot, 0) = 0 AND p.published_at <= :as_of
"""
PAIRS = f"""
WITH said AS ({SAID}),
shown AS (SELECT id, COALESCE(duplicate_of_id, id) AS first_id FROM post)
SELECT s.id AS shared, z.id AS choosing, z.seconds - s.seconds AS delay
FROM said s JOIN said z ON {{how}}
WHERE s.stage = 'umot' AND z.stage = 'zmot' AND s.seconds >= :since AND s.seconds < :until
  AND z.seconds - s.seconds BETWEEN {{least}} AND 14 * 86400
  AND (s.author_id IS NULL OR z.author_id IS NULL OR s.author_id <> z.author_id)
"""
HOW = {
    "reply": ("EXISTS (SELECT 1 FROM shown WHERE shown.id = z.parent_id AND shown.first_id = s.id)", 0),
    "thread": ("z.thread_id = s.thread_id", 1),
    "quote": (
        "EXISTS (SELECT 1 FROM post_link l JOIN post q ON q.source = z.source AND q.source_id = l.target "
        "JOIN shown ON shown.id = q.id WHERE l.post_id = z.id AND l.kind = 'quote' AND shown.first_id = s.id)",
        0,
    ),
    "url": (
        "EXISTS (SELECT 1 FROM post_link l JOIN post_link k ON k.target = l.target AND k.kind = 'url' "
        "WHERE l.post_id = z.id AND l.kind = 'url' AND k.post_id = s.id AND l.target LIKE '%/%')",
        1,
    ),
}
PERIODS = {
    "the last 90 days": (None, None),
    "a part, met after its end": (NOW - timedelta(days=40), NOW - timedelta(days=8)),
    "to the present": (NOW - timedelta(days=30), NOW),
}


@pytest.fixture(scope="module")
def world() -> Session:
    engine, _ = random_world()
    return Session(engine)


def read(world: Session, query: str, since: datetime, until: datetime) -> pd.DataFrame:
    asked = {"as_of": "2026-11-20 12:00:00.000000", "since": int(since.timestamp()), "until": int(until.timestamp())}
    found = world.connection().execute(text(query), asked)
    return pd.DataFrame(found.mappings().all(), columns=list(found.keys()))


def pairs_of(world: Session, since: datetime, until: datetime) -> dict[str, pd.DataFrame]:
    found = {}
    for kind, (how, least) in HOW.items():
        found[kind] = read(world, PAIRS.format(how=how, least=least), since, until)
    posts = read(world, SAID, since, until)
    links = read(world, "SELECT post_id, target FROM post_link WHERE kind = 'url'", since, until)
    own = posts[posts.url.notna() & (posts.stage == "umot")]
    own = own.assign(target=own.url.map(plain_address))
    met = own.merge(links, on="target").merge(
        posts[posts.stage == "zmot"], left_on="post_id", right_on="id", suffixes=("", "_z")
    )
    met["delay"] = met.seconds_z - met.seconds
    is_other = met.author_id.isna() | met.author_id_z.isna() | (met.author_id != met.author_id_z)
    in_time = met.delay.between(1, 14 * 86400) & (met.seconds >= since.timestamp()) & (met.seconds < until.timestamp())
    pointed = met[is_other & in_time].rename(columns={"id": "shared", "id_z": "choosing"})
    assert len(pointed) > 0
    found["url"] = pd.concat([found["url"], pointed[["shared", "choosing", "delay"]]]).drop_duplicates()
    found["thread"] = pd.concat([found["thread"], found["reply"]]).drop_duplicates()
    return found | {"any": pd.concat(found.values()).drop_duplicates()}


@pytest.fixture(scope="module", params=list(PERIODS))
def case(request: pytest.FixtureRequest, world: Session) -> tuple[InfluenceLoop, dict[str, pd.DataFrame], pd.DataFrame]:
    since, until = PERIODS[request.param]
    report = build(world, ReportRequest("amber-roast", NOW, since=since, until=until, limit=50))
    # The present itself is in a period that it ends.
    begin, end = since or NOW - timedelta(days=90), until or NOW + timedelta(seconds=1)
    posts = read(world, SAID, begin, end)
    posts = posts[(posts.seconds >= begin.timestamp()) & (posts.seconds < end.timestamp() + 14 * 86400)]
    return report, pairs_of(world, begin, end), posts.assign(inside=posts.seconds < end.timestamp())


Case = tuple[InfluenceLoop, dict[str, pd.DataFrame], pd.DataFrame]


def test_links(case: Case) -> None:
    report, pairs, posts = case
    shared = posts[(posts.stage == "umot") & posts.inside]
    due = shared[shared.seconds <= NOW.timestamp() - 14 * 86400]
    assert (report.shared_count, report.too_early_count) == (len(shared), len(shared) - len(due))
    order = posts.sort_values(["published_at", "id"]).reset_index(drop=True).reset_index().set_index("id")["index"]
    for row in report.links:
        met = pairs[row.kind]
        assert len(met) >= 1, row.kind
        first = met.assign(at=met.choosing.map(order)).sort_values("at").groupby("shared").first()
        assert (row.met_count, row.choosing_count) == (len(first), met.choosing.nunique())
        assert row.delay.value == pytest.approx(first.delay.median())
        assert row.delay.n == len(first)
        assert row.share_met.n == len(due)
        if len(due):
            assert row.share_met.value == pytest.approx(due.id.isin(first.index).mean())
        newest = first.assign(at=first.index.map(order)).sort_values("at", ascending=False).head(5)
        said = [(one.shared_id, one.choosing_id, one.delay_seconds) for one in row.evidence]
        assert said == list(zip(newest.index, newest.choosing, newest.delay, strict=True))


def test_sentiment_carried_over(case: Case) -> None:
    report, pairs, posts = case
    order = posts.sort_values(["published_at", "id"]).reset_index(drop=True).reset_index().set_index("id")["index"]
    met = pairs["any"].assign(at=pairs["any"].shared.map(order)).sort_values("at").groupby("choosing").last()
    mood = posts.set_index("id").sentiment
    table = pd.crosstab(met.shared.map(mood), met.index.map(mood))
    for row in report.sentiment.rows:
        for name, count in row.choosing.items():
            assert count == table.get(name, pd.Series(dtype=int)).get(row.shared, 0)
    sums = table.sum(axis=1)
    shares = table["negative"] / sums
    assert report.sentiment.difference.value == pytest.approx(shares["negative"] - shares["positive"])
    assert report.sentiment.difference.n == sums["negative"] + sums["positive"]


@pytest.mark.parametrize("by", ["author", "thread"])
def test_flow(case: Case, by: str) -> None:
    report, _, posts = case
    moments = ["zmot", "fmot", "smot", "umot"]
    key = f"{by}_id"
    said = posts[posts.inside & posts.stage.isin(moments) & posts[key].notna()].sort_values(["published_at", "id"])
    steps = said.assign(after=said.groupby(key).stage.shift(-1)).dropna(subset=["after"])
    table = pd.crosstab(steps.stage, steps.after).reindex(index=moments, columns=moments, fill_value=0)
    found = report.flow_by_author if by == "author" else report.flow_by_thread
    assert [[to.count for to in row.to] for row in found] == table.to_numpy().tolist()
    assert table.to_numpy().sum() > 40
    for row in found:
        assert row.n == table.loc[row.stage].sum()
        assert sum(to.share.value or 0 for to in row.to) == pytest.approx(1)


def test_carriers_and_their_ranks(case: Case) -> None:
    report, pairs, posts = case
    shared = posts[(posts.stage == "umot") & posts.inside & posts.author_id.notna()]
    of_author = shared.assign(met=shared.id.isin(pairs["any"].shared)).groupby("author_id").met.agg(["size", "sum"])
    of_author = of_author[of_author["sum"] > 0]
    said = {row.author: (row.shared_count, row.met_count) for row in report.carriers}
    assert said == {f"author {int(id)}": (row["size"], row["sum"]) for id, row in of_author.iterrows()}
    assert [row.met_count for row in report.carriers] == sorted(
        (row.met_count for row in report.carriers), reverse=True
    )


def test_ranks(world: Session) -> None:
    report = build(world, ReportRequest("amber-roast", NOW, limit=50))
    posts = read(world, SAID, NOW, NOW)
    posts = posts[posts.seconds >= (NOW - timedelta(days=90)).timestamp()]
    answered = posts[["author_id", "parent_id"]].rename(columns={"parent_id": "to"})
    quoted = read(
        world,
        "SELECT l.post_id AS id, q.id AS 'to' FROM post_link l JOIN post p ON p.id = l.post_id "
        "JOIN post q ON q.source = p.source AND q.source_id = l.target WHERE l.kind = 'quote'",
        NOW,
        NOW,
    ).merge(posts[["id", "author_id"]], on="id")
    first = read(world, "SELECT id, COALESCE(duplicate_of_id, id) AS first_id FROM post", NOW, NOW)
    edges = pd.concat([answered, quoted[["author_id", "to"]]]).merge(first, left_on="to", right_on="id")
    edges = edges.merge(posts[["id", "author_id"]], left_on="first_id", right_on="id", suffixes=("", "_to"))
    edges = edges.dropna(subset=["author_id", "author_id_to"])
    edges = edges[edges.author_id != edges.author_id_to].astype({"author_id": int, "author_id_to": int})
    graph = nx.MultiDiGraph(list(zip(edges.author_id, edges.author_id_to, strict=True)))
    ranks = nx.pagerank(graph)
    assert len(report.carriers) > 5
    for row in report.carriers:
        assert row.page_rank.value == pytest.approx(ranks.get(int(row.author.split()[1])), abs=1e-4)
        assert row.page_rank.n == len(edges)


def test_daily_counts_are_those_of_the_brands_days(world: Session) -> None:
    report = build(world, ReportRequest("amber-roast", NOW))
    posts = read(world, SAID, NOW, NOW)
    day = pd.to_datetime(posts.seconds, unit="s", utc=True).dt.date
    end = NOW.date()
    days = report.echo.day_count
    inside = posts[(day >= end - timedelta(days=days)) & (day < end) & posts.theme_id.notna()]
    assert days == 84
    for theme in report.echo.themes:
        mine = inside[inside.theme_id == theme.theme_id]
        assert theme.shared_count == (mine.stage == "umot").sum() > 0
        assert theme.choosing_count == (mine.stage == "zmot").sum() > 0
        assert theme.name == f"Kräuter {theme.theme_id}"


def test_the_same_data_gives_the_same_report(world: Session) -> None:
    asked = ReportRequest("amber-roast", NOW)
    assert build(world, asked) == build(world, asked)


def test_the_wilson_interval_of_posts_one_a_thread() -> None:
    from listener.reports.figures import Z
    from listener.reports.loop_figures import bunched_share

    found = bunched_share([1] * 7 + [0] * 33, range(40), datetime(2026, 1, 1, tzinfo=UTC), 1.0)
    p, n = 7 / 40, 40 * 39 / 40  # the sample variance of single posts divides by n - 1
    centre, spread = p + Z**2 / 2 / n, Z * sqrt(p * (1 - p) / n + Z**2 / 4 / n**2)
    assert found.interval == pytest.approx(((centre - spread) / (1 + Z**2 / n), (centre + spread) / (1 + Z**2 / n)))
