"""Reply effect and visible neglect against pandas over random posts, and the reads behind them."""

from datetime import UTC, datetime
from math import log2

import numpy as np
import pandas as pd
import pytest

from listener.reports.asking import ReportRequest
from listener.reports.neglect import measure_neglect
from listener.reports.reply_effect import FEWEST, SCORES, WINDOW_SECONDS, EffectOfReply, measure_effect
from listener.reports.response_gap_kind import build
from models.database import session_of
from models.reads.coverage import SourceCoverage
from models.reads.gap import LaterPost, NeedingPost
from models.reads.states import ResponseClock
from models.words import ReplyVisibility
from tests.builders import NOW, a_brand, bring, label_all, memory, post, reply

US = 1_000_000
DAY = 86_400 * US
BASE = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp()) * US
MOODS = ("negative", "neutral", "positive")


def later_posts(authors: int, seed: int, lift: float = 0.0) -> list[LaterPost]:
    """Complaints of so many authors and what they wrote later; answered ones feel better by ``lift``."""
    draws = np.random.default_rng(seed)
    rows = []
    for author in range(authors):
        for nth in range(draws.integers(1, 3)):
            is_answered = draws.random() < 0.5
            at = BASE + int(draws.integers(0, 60)) * DAY + nth * 100 * DAY
            for _ in range(draws.integers(1, 4)):
                mood = draws.choice(MOODS, p=[0.5 - lift * is_answered, 0.3, 0.2 + lift * is_answered])
                rows.append(
                    LaterPost(
                        author_id=author,
                        post_id=10 * author + nth,
                        source=("forum", "mastodon")[author % 2],
                        stage="smot",
                        language=("lt", "pl", "he")[author % 3],
                        sentiment="negative",
                        rating=None if author % 2 else 1.0 + author % 4,
                        state="answered" if is_answered else "unanswered",
                        published_us=at,
                        responded_us=at + (1 + author % 5) * DAY if is_answered else None,
                        later_us=at + int(draws.integers(0, 120)) * DAY + 7,
                        later_sentiment=str(mood),
                        later_rating=None if author % 2 else float(draws.integers(1, 6)),
                    )
                )
    return sorted(rows, key=lambda row: (row.published_us, row.post_id, row.later_us))


def by_pandas(rows: list[LaterPost], before: str, after: str) -> tuple[float, float, int, int]:
    """(answered, unanswered, n, n) by data frames: first complaints, landmark, window, strata, weights."""
    frame = pd.DataFrame(rows)
    first = frame.sort_values(["published_us", "post_id"]).groupby("author_id")["post_id"].first()
    frame = frame[frame["post_id"].isin(first)]
    frame["month"] = pd.to_datetime(frame["published_us"], unit="us").dt.strftime("%Y-%m")
    frame["band"] = pd.cut(frame["rating"].astype(float), [0, 2, 3, 5], labels=False).fillna(-1)
    keys = ["source", "stage", "language", "month", "band"]
    one = frame.drop_duplicates("post_id")
    delay = (one["responded_us"] - one["published_us"]).groupby([one[key] for key in keys]).median()
    usual = frame[keys].apply(tuple, axis=1).map(delay).fillna(0)
    start = frame["responded_us"].where(frame["state"] == "answered", frame["published_us"] + usual)
    inside = (frame["later_us"] > start) & (frame["later_us"] <= start + WINDOW_SECONDS * US)
    was = frame[before].map(SCORES) if before == "sentiment" else frame[before]
    then = frame[after].map(SCORES) if before == "sentiment" else frame[after]
    frame = frame.assign(change=(then - was).astype(float))[inside].dropna(subset=["change"])
    per = frame.groupby(["post_id", "state", *keys])["change"].mean().reset_index()
    wide = per.pivot_table(index=keys, columns="state", values="change", aggfunc=["mean", "count"]).dropna()
    weight = wide["count"]["answered"] / wide["count"]["answered"].sum()
    means = [float((wide["mean"][state] * weight).sum()) for state in ("answered", "unanswered")]
    return means[0], means[1], int(wide["count"]["answered"].sum()), int(wide["count"]["unanswered"].sum())


def effect_on(rows: list[LaterPost], outcome: str) -> EffectOfReply:
    return next(effect for effect in measure_effect(rows, NOW) if effect.outcome == outcome)


@pytest.mark.parametrize(("outcome", "after"), [("sentiment", "later_sentiment"), ("rating", "later_rating")])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_effect_is_what_pandas_says(outcome: str, after: str, seed: int) -> None:
    rows = later_posts(300, seed)
    found = effect_on(rows, outcome)
    answered, unanswered, n, other_n = by_pandas(rows, outcome, after)
    assert (found.answered.n, found.unanswered.n, found.difference.n) == (n, other_n, n + other_n)
    assert found.answered.value == pytest.approx(answered)
    assert found.unanswered.value == pytest.approx(unanswered)
    assert found.difference.value == pytest.approx(answered - unanswered)


def test_a_lift_is_found_and_no_lift_is_not() -> None:
    def lows_and_highs(lift: float) -> list[tuple[float, float]]:
        ends = [effect_on(later_posts(400, seed, lift), "sentiment").difference.interval for seed in range(10)]
        return [(low or 0, high or 0) for low, high in (end or (None, None) for end in ends)]

    assert all(low > 0 for low, _ in lows_and_highs(0.4))
    assert sum(low <= 0 <= high for low, high in lows_and_highs(0)) >= 8


def test_few_authors_say_nothing() -> None:
    found = effect_on(later_posts(FEWEST, 1), "sentiment")
    assert (found.difference.value, found.difference.interval) == (None, None)
    assert [effect.outcome for effect in measure_effect([], NOW)] == ["sentiment"]


def test_the_same_rows_give_the_same_interval() -> None:
    rows = later_posts(100, 5)
    assert measure_effect(rows, NOW) == measure_effect(rows, NOW)


def test_only_what_the_same_author_says_of_the_same_brand_later_is_read() -> None:
    engine = memory()
    brand, rival = a_brand(engine), a_brand(engine, "north-beans", "northbeans")
    posts = []
    for n in range(24):
        author, is_answered = f"u{n}", n % 2 == 0
        posts.append(post(f"c{n}", f"複雜的抱怨 number {n}, {n * 7} beans", author=author, hours=n / 10))
        if is_answered:
            posts.append(reply(f"r{n}", f"c{n}", hours=5 + n / 10))
        posts.append(post(f"l{n}", f"another word of mine, {n * 11} times", author=author, hours=20 + n / 10))
    bring(engine, brand, posts)
    bring(engine, rival, [post(f"x{n}", f"of another brand {n * 13}", author=f"u{n}", hours=30) for n in range(24)])
    label_all(engine)
    with session_of(engine) as session:
        (effect,) = build(session, ReportRequest("amber-roast", NOW)).reply_effect
    assert (effect.answered.n, effect.unanswered.n) == (12, 12)
    assert (effect.answered.value, effect.difference.value) == (0, 0)  # all of them are labelled negative


def needing(count: int, seed: int) -> list[NeedingPost]:
    draws = np.random.default_rng(seed)
    now = int(NOW.timestamp()) * US
    rows = []
    for _ in range(count):
        age = int(draws.integers(1, 60)) * DAY
        state = str(draws.choice(["answered", "redirected", "unanswered", "too_early", "unknown"]))
        wait = int(draws.integers(0, age // US)) * US
        responded = now - age + wait if state in ("answered", "redirected") else None
        followers, views, likes = (int(draws.integers(0, 9000)) if draws.random() < 0.5 else None for _each in range(3))
        is_due = age > 3 * DAY and state != "too_early"
        rows.append(
            NeedingPost(
                "forum", None, "en", "direct", None, state, is_due, False, now - age, responded, None,
                followers, views, likes,
            )
        )  # fmt: skip
    return rows


@pytest.mark.parametrize("seed", range(5))
def test_neglect_is_what_pandas_says(seed: int) -> None:
    rows = needing(200, seed)
    clock = ResponseClock(NOW, [SourceCoverage("forum", ReplyVisibility.IN_THREAD, NOW, NOW, 200)])
    found = measure_neglect(rows, clock, 0.5)
    frame = pd.DataFrame(rows)
    frame = frame[frame["is_due"] & frame["state"].isin(["answered", "redirected", "unanswered"])]
    audience = frame["followers"].fillna(frame["views"]).clip(lower=1).fillna(frame["likes"].fillna(0) + 1)
    weight = audience.map(lambda count: log2(1 + count))
    is_open = frame["state"] == "unanswered"
    age = NOW.timestamp() * US - frame["published_us"]
    stood = (frame["responded_us"] - frame["published_us"]).where(~is_open, age)
    assert found.unweighted.value == pytest.approx(is_open.mean())
    assert found.by_audience.value == pytest.approx(weight[is_open].sum() / weight.sum())
    assert found.by_audience_and_time.value == pytest.approx((weight * stood).sum() / (weight * age).sum())
    assert found.audience_known.value == pytest.approx((frame["followers"].notna() | frame["views"].notna()).mean())
    assert {found.unweighted.n, found.by_audience.n, found.by_audience_and_time.n} == {len(frame)}
