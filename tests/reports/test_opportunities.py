"""Opportunities: the score against pandas, ranks that can be told apart and such that cannot, and the team's eases."""

from typing import Any

import numpy as np
import pandas
import pytest
from sqlalchemy import Engine

from listener.journeys.reading import shipped
from listener.reports.journey_rows import Heard
from listener.reports.opportunities import DRAWS, bands, ranked, resampled, stakes_of
from models.database import session_of
from models.reads.customers import MentionFilter
from models.reads.journey import HeardPost, checked_sources, heard_posts, stored_themes
from models.reads.states import ResponseClock
from models.store.eases import save_ease
from models.tables import Ease
from tests.builders import NOW
from tests.reports.journey_posts import THEMES, mixed_posts, stored
from tests.reports.test_journey import map_of

WEIGHTS = {"zmot": 3, "fmot": 4, "smot": 5, "umot": 4}


def posts_of(engine: Engine) -> list[HeardPost]:
    with session_of(engine) as session:
        rows = heard_posts(session, 1, ResponseClock(NOW, checked_sources(session, 1)), MentionFilter())
        return [HeardPost._make(row) for row in rows]


def heard_of(engine: Engine) -> Heard:
    return Heard([post for post in posts_of(engine) if post.stage in WEIGHTS], NOW)


def opened(stage: str, theme: int | None, count: int, answered: int = 0, name: str = "x") -> list[dict[str, Any]]:
    """So many authors who need a response, the first ``answered`` of whom have one."""
    return [
        {"author": f"{name}{n}", "stage": stage, "theme": theme, "needs": True, "answered": n < answered}
        for n in range(count)
    ]


def test_the_score_is_that_of_pandas() -> None:
    engine = stored(mixed_posts(600), THEMES)
    rows = pandas.DataFrame(posts_of(engine))
    rows = rows[rows["stage"].isin(list(WEIGHTS))]
    whose = (
        rows["author_id"].astype(object).where(rows["author_id"].notna(), rows["post_id"].map(lambda id: f"post {id}"))
    )
    rows = rows.assign(author=whose)
    report = map_of(engine, since=NOW.replace(year=2025), limit=50)
    assert len(report.opportunities) == 8  # two themes of complaint at four stages; praise is none
    for one in report.opportunities:
        mine = rows[(rows["stage"] == one.stage) & (rows["theme_id"] == one.theme_id)]
        due = mine[mine["is_due"] & mine["state"].isin(["answered", "redirected", "unanswered"])]
        share = mine["author"].nunique() / rows["author"].nunique()
        unanswered = (due["state"] == "unanswered").mean()
        assert one.key == f"{one.stage}/{one.theme_id}"
        assert one.audience.value == pytest.approx(share)
        assert one.unanswered.value == pytest.approx(unanswered)
        assert one.score.value == pytest.approx(WEIGHTS[one.stage] * share * unanswered)
        low, high = one.score.interval or (None, None)
        assert (low or 0) <= (one.score.value or 0) <= (high or 0)
    scores = [one.score.value or 0 for one in report.opportunities]
    assert scores == sorted(scores, reverse=True)
    assert [one.rank.value for one in report.opportunities] == list(range(1, 9))


def test_a_dominant_opportunity_is_first_alone() -> None:
    posts = opened("smot", 1, 120, name="a") + opened("smot", 2, 12, 6, name="b") + opened("zmot", 1, 12, 6, name="c")
    report = map_of(stored(posts, THEMES))
    first, *others = report.opportunities
    assert (first.key, first.band, first.rank.value, first.rank.interval) == ("smot/1", 1, 1.0, (1.0, 1.0))
    assert all((one.band or 0) > 1 and (one.rank.interval or (0,))[0] != 1.0 for one in others)


def test_equal_opportunities_share_a_band() -> None:
    posts = opened("smot", 1, 40, 10, name="a") + opened("smot", 2, 40, 10, name="b")
    posts += opened("zmot", 1, 2, 2, name="c")
    report = map_of(stored(posts, THEMES))
    one, other, last = report.opportunities
    assert (one.band, other.band, last.band) == (1, 1, 2)
    assert one.rank.value == other.rank.value == 1.0
    assert {one.rank.interval, other.rank.interval} == {(1.0, 2.0)}
    assert last.score.value == 0.0


def test_ranks_are_drawn_over_authors_not_posts() -> None:
    """Ten posts of one author weigh as one author: the interval is far wider than that of ten authors."""
    crowd, one_voice = opened("smot", 1, 60, 30, name="a"), opened("smot", 2, 10, name="b")
    loud = [post | {"author": "b0"} for post in one_voice]
    width = {}
    for name, posts in (("crowd", one_voice), ("loud", loud)):
        found = next(one for one in map_of(stored(crowd + posts, THEMES)).opportunities if one.key == "smot/2")
        low, high = found.score.interval or (None, None)
        width[name] = ((high or 0) - (low or 0)) / (found.score.value or 1)
    assert width["loud"] > 1.5 * width["crowd"]


def test_draws_of_alike_authors_are_draws_of_authors() -> None:
    """The means and spreads of the draws are those of a plain bootstrap, author by author."""
    heard = heard_of(stored(mixed_posts(300), THEMES))
    stages = [np.flatnonzero(heard.is_("stage", code)) for code in WEIGHTS]
    stakes = stakes_of(heard, shipped("customer"), stages, {})
    assert [stake.key for stake in stakes] == list(WEIGHTS)
    authors = int(heard.authors.max()) + 1
    drawn = resampled(heard, stakes, authors)
    assert drawn.audience.shape == drawn.unanswered.shape == (DRAWS, 4)
    chance = np.random.default_rng(3)
    plain = []
    for _ in range(2500):
        weight = np.bincount(chance.integers(0, authors, authors), minlength=authors)
        row = []
        for stake in stakes:
            mine = heard.authors[stake.places]
            due, open_ = heard.decided[stake.places], heard.unanswered[stake.places]
            share = weight[np.unique(mine)].sum() / authors
            row.append((share, weight[mine[open_]].sum() / weight[mine[due]].sum()))
        plain.append(row)
    audience, unanswered = np.array(plain).transpose(2, 0, 1)
    for found, expected in ((drawn.audience, audience), (drawn.unanswered, unanswered)):
        assert found.mean(axis=0) == pytest.approx(expected.mean(axis=0), abs=0.01)
        assert found.std(axis=0) == pytest.approx(expected.std(axis=0), rel=0.2)


@pytest.mark.parametrize(
    ("intervals", "expected"),
    [
        ([], []),
        ([(1, 1), (2, 3), (2, 3), (4, 4)], [1, 2, 2, 3]),
        ([(1, 3), (1, 4), (2, 5), (4, 6)], [1, 1, 1, 2]),  # the last overlaps its neighbours, not the head
        ([(1, 2), (1, 2)], [1, 1]),
    ],
)
def test_a_band_is_what_its_head_cannot_be_told_from(intervals: list[tuple[int, int]], expected: list[int]) -> None:
    assert bands([low for low, _ in intervals], [high for _, high in intervals]) == expected


def test_with_eases_the_score_is_the_sum() -> None:
    posts = opened("smot", 1, 30, 10, name="a") + opened("smot", 2, 10, 2, name="b") + opened("zmot", 1, 10, name="c")
    engine = stored(posts, THEMES)
    before = map_of(engine).opportunities
    assert {one.score_kind for one in before} == {"product"}
    with session_of(engine) as session:
        save_ease(session, 1, "customer", "smot/2", design=1, engineering=1)
        save_ease(session, 1, "customer", "smot/2", design=5, engineering=4)
        save_ease(session, 1, "employee", "smot/1", design=5, engineering=5)
    first, *others = map_of(engine).opportunities
    assert (first.key, first.score_kind, first.ease_design, first.ease_engineering) == ("smot/2", "sum", 5, 4)
    assert first.score.value == pytest.approx(5 + 5 + 4 + 1 + 4 * 10 / 50)
    assert (first.rank.value, first.band) == (1.0, 1)
    assert {one.score_kind for one in others} == {"product"}
    assert [one.rank.value for one in others] == [1.0, 2.0]  # a rank compares scores of one kind
    assert "sum" in map_text(engine)


def map_text(engine: Engine) -> str:
    from listener.reports.journey_text import journey_markdown

    return journey_markdown(map_of(engine))


def test_what_nobody_can_know_is_not_ranked() -> None:
    posts = opened("smot", 1, 8, name="a") + [post | {"days": 1} for post in opened("zmot", 2, 5, name="b")]
    first, last = map_of(stored(posts, THEMES)).opportunities
    assert (first.key, last.key) == ("smot/1", "zmot/2")
    assert (last.score.value, last.rank.value, last.band) == (None, None, None)
    assert last.why_empty == "none is past its horizon"


def test_an_ease_alone_gives_a_score_where_nothing_is_due() -> None:
    engine = stored([{"stage": "umot", "theme": 1}], THEMES)
    heard = heard_of(engine)
    ease = Ease(brand_id=1, journey="customer", opportunity="umot/1", design=3, engineering=2)
    with session_of(engine) as session:
        themes = stored_themes(session, 1)
    stages = [np.flatnonzero(heard.is_("stage", code)) for code in WEIGHTS]
    found = ranked(heard, stakes_of(heard, shipped("customer"), stages, themes), {"umot/1": ease})
    assert [(one.key, one.score.value) for one in found] == [("umot/1", 4 + 3 + 2 + 5.0)]
