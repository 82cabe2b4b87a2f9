"""The journey map against pandas over the same tables, and at its edges: nothing, one post, no theme."""

import csv
import io
import json
import math
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from listener.journeys.reading import SHIPPED, journey_of, shipped
from listener.reports.asking import ReportRequest, Segment
from listener.reports.figures import share
from listener.reports.journey_estimates import difference, mean_rating
from listener.reports.journey_flow import ratio
from listener.reports.journey_kind import build
from listener.reports.journey_shape import JourneyMap, StageRow
from listener.reports.kinds import kind_of, write
from models.database import session_of
from models.errors import InputError, NotFoundError
from models.store.surveys import ScoreData, save_scores
from tests.builders import NOW
from tests.reports.journey_posts import SLUG, THEMES, add, mixed_posts, stored

CODES = ("zmot", "fmot", "smot", "umot")
SINCE = NOW - timedelta(days=90)


def map_of(engine: Engine, **keys: Any) -> JourneyMap:
    with session_of(engine) as session:
        return build(session, ReportRequest(SLUG, NOW, **keys))


def stage_of(report: JourneyMap, code: str) -> StageRow:
    return next(stage for stage in report.stages if stage.code == code)


@pytest.fixture(scope="module")
def mixed() -> Engine:
    return stored(mixed_posts(900), THEMES)


@pytest.fixture(scope="module")
def table(mixed: Engine) -> pandas.DataFrame:
    """Every post with its labels and author, read by plain SQL."""
    query = """
        SELECT p.id, p.published_at AS at, p.source, p.kind, p.url, p.language, p.rating, p.likes_count AS likes,
               p.author_id, a.followers, m.stage, m.sentiment, m.is_complaint, m.needs_response, m.theme_id,
               m.answered_at
        FROM post p JOIN mention m ON m.post_id = p.id LEFT JOIN author a ON a.id = p.author_id
    """
    with mixed.connect() as connection:
        found = pandas.read_sql(query, connection.connection.driver_connection)
    found["at"] = pandas.to_datetime(found["at"]).dt.tz_localize("UTC")
    return found


def in_period(table: pandas.DataFrame) -> pandas.DataFrame:
    return table[(table["at"] >= SINCE) & (table["at"] < NOW)]


def test_counts_and_audience_are_those_of_pandas(mixed: Engine, table: pandas.DataFrame) -> None:
    report, rows = map_of(mixed, limit=50), in_period(table)
    assert report.off_journey_count == (rows["stage"] == "none").sum() > 0
    assert report.post_count == len(rows) - report.off_journey_count
    for stage in report.stages:
        mine = rows[rows["stage"] == stage.code]
        assert stage.n == len(mine) > 20
        authors = mine.dropna(subset="author_id").drop_duplicates("author_id")
        assert stage.audience.authors_count == len(authors)
        assert stage.audience.unsigned_count == mine["author_id"].isna().sum()
        assert stage.audience.followers_sum == authors["followers"].sum()
        assert stage.audience.followers_known.value == pytest.approx(authors["followers"].notna().mean())
        assert stage.audience.likes_sum == mine["likes"].sum()
        assert stage.audience.views_sum is None
        for name in ("negative", "neutral", "positive"):
            assert stage.sentiment.shares[name].value == pytest.approx((mine["sentiment"] == name).mean())
        assert stage.satisfaction.here.rating.value == pytest.approx(mine["rating"].mean())
        assert stage.pains.n == mine["is_complaint"].sum()
        assert stage.delights.n == (mine["sentiment"] == "positive").sum()


def test_touchpoints_and_themes_are_those_of_pandas(mixed: Engine, table: pandas.DataFrame) -> None:
    report, rows = map_of(mixed, limit=50), in_period(table)
    rows = rows.assign(host=rows["url"].str.extract(r"//([^/]+)")[0].str.lower())
    for stage in report.stages:
        mine = rows[rows["stage"] == stage.code]
        counts = mine.groupby(["source", "kind", "host"], dropna=False).size()
        expected = {(s, k, None if pandas.isna(h) else h): n for (s, k, h), n in counts.items()}
        assert {(row.source, row.kind, row.host): row.n for row in stage.touchpoints} == expected
        themes = mine.groupby("theme_id", dropna=False).size()
        assert {row.theme_id: row.n for row in stage.themes} == {
            None if pandas.isna(id) else int(id): n for id, n in themes.items()
        }
        assert stage.themes[-1].theme_id is None
        for row in stage.touchpoints:
            assert set(row.post_ids) <= set(mine["id"])
            assert len(row.post_ids) == min(3, row.n)


def test_unanswered_is_counted_past_the_horizon(mixed: Engine, table: pandas.DataFrame) -> None:
    report, rows = map_of(mixed), in_period(table)
    horizon = rows["kind"].map(lambda kind: timedelta(days=7) if kind == "review" else timedelta(hours=72))
    due = rows[(rows["needs_response"] == 1) & (rows["at"] <= NOW - horizon)]
    for stage in report.stages:
        mine = due[due["stage"] == stage.code]
        unanswered = mine["answered_at"].isna()
        assert stage.response.n == len(mine)
        assert stage.response.unanswered.value == pytest.approx(unanswered.mean())
        assert set(stage.response.post_ids) <= set(mine[unanswered]["id"])


def test_who_moves_on_is_that_of_pandas(mixed: Engine, table: pandas.DataFrame) -> None:
    report = map_of(mixed)
    signed = table.dropna(subset="author_id")
    seen = 0
    for stage in report.stages:
        following = CODES[(CODES.index(stage.code) + 1) % 4]
        first = in_period(signed)[lambda rows, code=stage.code: rows["stage"] == code]
        first = first.sort_values(["at", "id"]).drop_duplicates("author_id")
        days = timedelta(days=stage.moves_on.within_days or 0)
        watched = first[first["at"].dt.floor("s") <= NOW - days]
        later = signed[signed["stage"] == following][["author_id", "at"]]
        pairs = watched.merge(later, on="author_id", suffixes=("", "_later"))
        gap = pairs["at_later"].dt.floor("s") - pairs["at"].dt.floor("s")
        moved = pairs[(gap > timedelta(0)) & (gap <= days)]["author_id"].nunique()
        assert stage.moves_on.next_stage == following
        assert stage.moves_on.n == len(watched)
        assert stage.moves_on.share.value == pytest.approx(moved / len(watched))
        assert stage.moves_on.share.coverage == pytest.approx(len(watched) / len(first))
        seen += moved
    assert seen > 5


def test_a_step_after_the_period_counts_and_one_too_late_does_not() -> None:
    posts = [{"author": f"a{n}", "stage": "zmot", "days": 100} for n in range(25)]
    posts += [{"author": "a0", "stage": "fmot", "days": 45}, {"author": "a1", "stage": "fmot", "days": 39}]
    posts += [{"author": "a2", "stage": "fmot", "days": 101}, {"author": "a3", "stage": "smot", "days": 90}]
    engine = stored(posts)
    until = NOW - timedelta(days=80)
    for filters in ({}, {"sentiment": "neutral"}, {"stage": "zmot"}):
        moves = stage_of(map_of(engine, since=NOW - timedelta(days=120), until=until, **filters), "zmot").moves_on
        assert (moves.n, moves.within_days) == (25, 60), filters
        assert moves.share.value == pytest.approx(1 / 25), filters


def test_nobody_is_said_to_stay_who_could_not_be_watched() -> None:
    moves = stage_of(map_of(stored([{"author": "a", "stage": "zmot", "days": 3}])), "zmot").moves_on
    assert (moves.n, moves.share.value, moves.share.coverage) == (0, None, 0.0)
    assert moves.why_empty == "none of its 1 authors could be watched for 60 days yet"


def test_the_lift_of_a_theme() -> None:
    posts = [{"author": f"p{n}", "stage": "zmot", "days": 80, "theme": 1} for n in range(30)]
    posts += [{"author": f"q{n}", "stage": "zmot", "days": 80, "theme": 2} for n in range(30)]
    posts += [{"author": f"p{n}", "stage": "fmot", "days": 70} for n in range(20)]
    posts += [{"author": f"q{n}", "stage": "fmot", "days": 70} for n in range(5)]
    moves = stage_of(map_of(stored(posts, THEMES)), "zmot").moves_on
    assert [lift.theme for lift in moves.lifts] == ["parcels", "the app"]
    assert [lift.lift.value for lift in moves.lifts] == pytest.approx([4.0, 0.25])
    low, high = moves.lifts[0].lift.interval or (None, None)
    spread = 1.96 * (1 / 20 - 1 / 30 + 1 / 5 - 1 / 30) ** 0.5
    assert low == pytest.approx(4 * math.exp(-spread), rel=1e-4)
    assert high == pytest.approx(4 * math.exp(spread), rel=1e-4)
    assert ratio(0, 5, 3, 5, NOW, 1.0).value is None


def test_the_change_since_the_period_before() -> None:
    posts = [{"sentiment": "negative" if n < 30 else "positive", "days": 20 + n / 10} for n in range(50)]
    posts += [{"sentiment": "negative" if n < 10 else "positive", "days": 120 + n / 10} for n in range(50)]
    posts += [{"sentiment": "negative", "days": 200}]
    change = stage_of(map_of(stored(posts)), "smot").change
    assert (change.n, change.negative.n) == (50, 100)
    assert change.negative.value == pytest.approx(0.4)
    assert change.until == SINCE
    low, high = change.negative.interval or (None, None)
    # Newcombe 1998, method 10, from the Wilson ends of 30/50 (0.4618, 0.7239) and 10/50 (0.1124, 0.3304)
    assert low == pytest.approx(0.4 - ((0.6 - 0.4618) ** 2 + (0.3304 - 0.2) ** 2) ** 0.5, abs=1e-3)
    assert high == pytest.approx(0.4 + ((0.7239 - 0.6) ** 2 + (0.2 - 0.1124) ** 2) ** 0.5, abs=1e-3)


@given(st.tuples(*[st.integers(0, 60)] * 2), st.tuples(*[st.integers(0, 60)] * 2))
def test_a_difference_lies_in_its_interval(one: tuple[int, int], other: tuple[int, int]) -> None:
    (a, n), (b, m) = sorted(one), sorted(other)
    found = difference(share(a, n, NOW, 1.0), share(b, m, NOW, 1.0))
    if not n or not m:
        assert (found.value, found.interval) == (None, None)
        return
    assert found.interval is not None
    low, high = found.interval
    assert found.value == pytest.approx(a / n - b / m)
    assert -1 <= (low or 0) <= (found.value or 0) + 1e-12
    assert (found.value or 0) - 1e-12 <= (high or 0) <= 1
    swapped = difference(share(b, m, NOW, 1.0), share(a, n, NOW, 1.0)).interval or (None, None)
    assert [end or 0 for end in swapped] == pytest.approx([-(high or 0), -(low or 0)])


def test_a_mean_of_ratings_has_students_interval() -> None:
    figure = mean_rating([1, 2, 4, 5], 8, NOW)
    # mean 3, s = 1.8257, t(3) = 3.1824: the ends would be 0.09 and 5.9 and are cut to the scale
    assert (figure.value, figure.interval, figure.coverage) == (3.0, (1.0, 5.0), 0.5)
    low, high = mean_rating([2, 2.2, 2.4], 3, NOW).interval or (None, None)
    assert [low or 0, high or 0] == pytest.approx([1.703, 2.697], abs=0.001)
    assert mean_rating([], 0, NOW).value is None


def test_an_empty_period_says_why_and_shows_no_zero() -> None:
    report = map_of(stored([{"days": 30}]), since=NOW - timedelta(days=2))
    assert (report.post_count, report.opportunities, report.segments) == (0, [], [])
    for stage in report.stages:
        assert stage.why_empty == "no post of this stage in this period"
        for cell in (stage.actions, stage.sentiment, stage.emotion, stage.response, stage.moves_on, stage.change):
            assert cell.why_empty, (stage.code, cell)
        for points in (stage.delights, stage.pains, stage.barriers):
            assert points.why_empty
        figures = [*stage.sentiment.shares.values(), stage.response.unanswered, stage.moves_on.share]
        assert {figure.value for figure in figures} == {None}
    assert "Nothing to show: no post of this stage in this period." in write("journey", report, "md").decode()


def test_one_post_makes_a_map_without_themes() -> None:
    report = map_of(stored([{"sentiment": "positive", "text": "Cudowna kawa, dziękuję!", "language": "pl"}]))
    stage = stage_of(report, "smot")
    assert (stage.n, stage.themes, stage.audience.authors_count) == (1, [], 1)
    point = stage.delights.points[0]
    assert (point.theme, point.theme_id, point.n) == ("all (no themes were fitted yet)", None, 1)
    assert [(quote.language, quote.text) for quote in point.quotes] == [("pl", "Cudowna kawa, dziękuję!")]
    assert stage.emotion.shares["gratitude"].value == 1
    assert [one.key for one in report.opportunities] == ["smot"]
    assert report.opportunities[0].score.value is None
    assert report.opportunities[0].why_empty == "no post needs a response"


def test_evidence_prefers_confident_labels_and_stays_the_same() -> None:
    posts = [{"confident": n >= 20, "author": "a"} for n in range(40)]
    engine = stored(posts)
    first, again = stage_of(map_of(engine), "smot"), stage_of(map_of(engine), "smot")
    assert first == again
    assert len(first.post_ids) == 3
    assert all(id > 20 for id in first.post_ids)


def test_emotions_and_questions_are_of_a_bounded_sample() -> None:
    posts = [{"language": "en" if n % 4 else "de", "days": 10 + n / 100} for n in range(430)]
    stage = stage_of(map_of(stored(posts)), "smot")
    figure = stage.actions.shares["question_mark"]
    assert (figure.n, figure.coverage) == (400, 1.0)
    assert stage.emotion.n == stage.emotion.shares["anger"].n < 400
    assert stage.emotion.shares["disappointment"].value == 1.0  # of those that are English: German has no cues
    assert stage.emotion.shares["disappointment"].coverage == pytest.approx(stage.emotion.n / 400)
    assert figure.value == pytest.approx(stage.emotion.n / 400)


def test_barriers_are_asked_of_stages_before_buying() -> None:
    posts = [{"stage": code, "sentiment": "negative", "theme": 1} for code in CODES for _ in range(3)]
    report = map_of(stored(posts, THEMES))
    assert [stage_of(report, code).barriers.n for code in CODES] == [3, 3, 0, 0]
    assert stage_of(report, "fmot").barriers.points[0].theme == "parcels"
    assert stage_of(report, "smot").barriers.why_empty == "asked of stages before buying only"


def test_survey_scores_stand_beside_where_they_overlap() -> None:
    engine = stored([{"days": 5}])
    scores = [
        ScoreData("nps", "smot", "", 12, 300, NOW - timedelta(days=120), NOW - timedelta(days=60)),
        ScoreData("csat", "umot", "checkout", 71.5, 80, NOW - timedelta(days=30), NOW),
        ScoreData("nps", "smot", "", 40, 300, NOW - timedelta(days=200), NOW - timedelta(days=90)),
    ]
    with session_of(engine) as session:
        assert [outcome.value for outcome in save_scores(session, 1, scores)] == ["new"] * 3
    satisfaction = stage_of(map_of(engine), "smot").satisfaction
    assert [(one.metric, one.score.value, one.score.n) for one in satisfaction.here.surveys] == [("nps", 12, 300)]
    assert satisfaction.after is not None
    assert [(one.metric, one.touchpoint) for one in satisfaction.after.surveys] == [("csat", "checkout")]


@pytest.mark.parametrize("segment", list(Segment))
def test_segments_part_the_posts(mixed: Engine, segment: Segment) -> None:
    report = map_of(mixed, segment=segment)
    for stage in report.stages:
        rows = [row for one in report.segments for row in one.stages if row.stage == stage.code]
        assert sum(row.n for row in rows) == stage.n
    assert all(row.n >= 20 for row in report.segments if row.value != "other")


def test_small_segments_are_gathered_and_first_timers_told_apart() -> None:
    posts: list[dict[str, Any]] = [{"language": "en", "author": f"n{n}"} for n in range(20)]
    posts += [{"language": "he", "author": "r", "days": 300}, {"language": "he", "author": "r", "days": 10}]
    posts += [{"language": "zh", "author": None, "days": 9}]
    engine = stored(posts)
    by_language = map_of(engine, segment=Segment.LANGUAGE).segments
    assert [(row.value, row.n) for row in by_language] == [("en", 20), ("other", 2)]
    add(engine, [{"author": "r", "days": days} for days in range(20)])
    by_author = map_of(engine, segment=Segment.AUTHOR).segments
    assert [(row.value, row.n) for row in by_author] == [("returning", 21), ("first-time", 20), ("other", 1)]


def test_filters_narrow_the_map(mixed: Engine, table: pandas.DataFrame) -> None:
    report, rows = map_of(mixed, source="forum", language="he"), in_period(table)
    expected = rows[(rows["source"] == "forum") & (rows["language"] == "he") & (rows["stage"] != "none")]
    assert report.post_count == len(expected) > 0


def test_every_format_says_the_same(mixed: Engine) -> None:
    report = map_of(mixed, segment=Segment.SOURCE)
    assert json.loads(write("journey", report, "json"))["stages"][0]["n"] == report.stages[0].n
    rows = list(csv.DictReader(io.StringIO(write("journey", report, "csv").decode())))
    stages = [row for row in rows if row["row"] == "stage"]
    assert [(row["stage"], int(row["n"])) for row in stages] == [(stage.code, stage.n) for stage in report.stages]
    ranked = {row["opportunity"]: row for row in rows if row["rank"]}
    best = report.opportunities[0]
    assert float(ranked[best.key]["score"]) == pytest.approx(best.score.value, rel=1e-5)
    text = write("journey", report, "md").decode()
    assert "## Where to start" in text
    assert "## By source" in text
    assert text.count(f"`{best.key}`") >= 1


def test_an_unknown_brand_or_journey_is_named(mixed: Engine) -> None:
    with session_of(mixed) as session:
        with pytest.raises(NotFoundError, match="no brand 'amber'"):
            kind_of("journey").build(session, ReportRequest("amber", NOW))
        with pytest.raises(InputError, match="there are customer, employee, or give the path"):
            build(session, ReportRequest(SLUG, NOW, journey="buyer"))


OWN = """
name = "subscribers"
title = "Subscribers"
[[stage]]
code = "smot"
name = "Drinking"
question = "q"
aim = "a"
success = "s"
criticality = 2
  [[stage.touchpoint]]
  source = "forum"
  customer = "to be heard"
  brand = "to hear"
"""


def test_a_journey_of_ones_own(mixed: Engine, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    report = map_of(mixed, journey=str(file))
    assert [stage.code for stage in report.stages] == ["smot"]
    assert report.off_journey_count > report.post_count
    assert report.stages[0].moves_on.why_empty == "it is the last stage"
    wants = {row.source: row.customer_wants for row in report.stages[0].touchpoints}
    assert wants == {"forum": "to be heard", "mastodon": "q"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (OWN.replace('code = "smot"', 'code = "dmot"'), "stage 1 (dmot): code is 'dmot': use one of zmot, fmot"),
        (OWN.replace("criticality = 2", "criticality = 7"), "stage 1 (smot): criticality Input should be less"),
        (OWN.replace('aim = "a"\n', ""), "stage 1 (smot): aim is missing"),
        (OWN.replace('aim = "a"', 'aims = "a"'), "stage 1 (smot): aims is not a known key"),
        (OWN + OWN.split('subscribers"\n')[1].split("\n", 1)[1], "two have the code 'smot'"),
        (OWN.replace("title =", "title"), "is no valid TOML"),
        (OWN.split("[[stage]]")[0], "stage is missing"),
        (OWN.replace('"subscribers"', '"customer"'), "which is a shipped journey's"),
    ],
)
def test_a_wrong_journey_says_where_and_what(tmp_path: Path, wrong: str, said: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        journey_of(str(file))
    assert str(file) in str(caught.value)
    assert said in str(caught.value)


def test_the_shipped_journeys_know_their_aliases() -> None:
    for name in SHIPPED:
        assert shipped(name).name == name
    customer = shipped("customer")
    assert [customer.code_of(word) for word in ("Consideration", "zmot", "advocacy", "teapot")] == [
        "zmot",
        "zmot",
        "umot",
        None,
    ]
    assert (customer.after("umot"), shipped("employee").after("umot")) == ("zmot", None)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 10_000), max_size=12), st.booleans())
def test_any_few_posts_make_a_map(seeds: list[int], has_themes: bool) -> None:
    posts = [mixed_posts(3, seed)[0] | ({} if has_themes else {"theme": None}) for seed in seeds]
    report = map_of(stored(posts, THEMES if has_themes else ()), segment=Segment.AUTHOR)
    assert sum(stage.n for stage in report.stages) == report.post_count <= len(posts)
    for stage in report.stages:
        assert len(stage.post_ids) == min(3, stage.n)
        assert sum(row.n for row in stage.touchpoints) == stage.n
    for format in ("json", "csv", "md"):
        assert write("journey", report, format)
