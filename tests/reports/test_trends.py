"""Trends against pandas over the same posts, in zones and around changes of the clocks; gaps; samples; all formats."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import select

from listener.reports import trends_kind
from listener.reports.asking import Bucket, ReportRequest
from listener.reports.change import Verdict
from listener.reports.trends import Stretch, Trends
from listener.reports.trends_counts import columns_of, counted, lowest
from listener.reports.trends_kind import build
from listener.reports.trends_listening import Channel, heard, time_covered
from listener.reports.trends_spans import Span, cut, default_since, earlier
from listener.reports.trends_text import trends_csv, trends_markdown
from models.database import session_of
from models.errors import InputError
from models.store.labels import save_correction, save_labels
from models.tables import Brand, CoverageGap, Mention, Post, Stream
from models.words import CorrectedField, Sentiment, Stage
from nlp.prevalence import References
from nlp.tasks import CLASSES
from tests.api.service import Client, check_problem, filled
from tests.builders import a_brand, bring, label, memory, post

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
SINCE, UNTIL = datetime(2026, 10, 7, 9, 30, tzinfo=UTC), datetime(2026, 11, 12, 17, tzinfo=UTC)
"""The clocks of Vilnius go back on 25 October 2026, those of St John's on 1 November."""
ZONES = ("UTC", "Europe/Vilnius", "Asia/Kathmandu", "America/St_Johns")
WORDS = [
    "młynek",
    "kawa",
    "pavėlavo",
    "grąžinimas",
    "משלוח",
    "קפה",
    "איחר",
    "咖啡",
    "退貨",
    "很慢",
    "refund",
    "late",
    "kettle",
]
MODEL = References.load(trends_kind.REFERENCES).model


def some_posts(n: int, random: np.random.Generator) -> list[dict[str, Any]]:
    """Posts of September to November by few authors, some of them bots; every eleventh lies about a midnight."""
    found, begin = [], datetime(2026, 9, 1, tzinfo=UTC)
    for at in range(n):
        moment = begin + timedelta(seconds=int(random.integers(0, 78 * 86_400)))
        if at % 11 == 0:
            moment = moment.replace(hour=int(random.integers(18, 24)), minute=59, second=59)
        author = f"a{random.integers(0, 60)}"
        text = " ".join(random.choice(WORDS, 12)) + f" {at}"
        written = {"source_id": author, "handle": author, "is_bot": author == "a7"}
        found.append(post(f"p{at}", text, author=author) | {"published_at": moment.isoformat(), "author": written})
    return found


def labelled(engine: Engine, said: dict[str, tuple[str, str]], sure: float = 0.8, model: str = MODEL) -> None:
    """Label posts by source id as a model would that is this sure of each."""
    with session_of(engine) as session:
        rows = session.exec(select(Mention.id, Post.source_id).join(Post, Mention.post_id == Post.id)).all()  # type: ignore[arg-type]
        labels = []
        for id, source_id in rows:
            if source_id in said:
                stage, sentiment = Stage(said[source_id][0]), Sentiment(said[source_id][1])
                one = label(id or 0, stage=stage, sentiment=sentiment)
                one.stage_probabilities.update({k: sure if k == stage else (1 - sure) / 4 for k in Stage})
                one.sentiment_probabilities.update({k: sure if k == sentiment else (1 - sure) / 2 for k in Sentiment})
                labels.append(one)
        save_labels(session, labels, model, AS_OF, 0.5)


def report_of(engine: Engine, **asked: Any) -> Trends:
    with session_of(engine) as session:
        return build(session, ReportRequest("amber-roast", AS_OF, **asked))


@pytest.fixture(scope="module", params=ZONES)
def world(request: pytest.FixtureRequest) -> tuple[Engine, str, pd.DataFrame]:
    """A brand in a zone with 600 labelled posts, and the same posts as a table of which the database knows nothing."""
    random = np.random.default_rng(20)
    engine = memory()
    brand = a_brand(engine, timezone=request.param)
    posts = some_posts(600, random)
    bring(engine, brand, posts, AS_OF)
    said = {
        one["source_id"]: (str(random.choice(CLASSES["stage"])), str(random.choice(CLASSES["sentiment"])))
        for one in posts
        if random.random() < 0.95
    }
    labelled(engine, said)
    with session_of(engine) as session:
        copies = set(session.exec(select(Post.source_id).where(Post.duplicate_of_id != None)))  # noqa: E711
    rows = [
        (one["published_at"], one["author"]["source_id"], *said.get(one["source_id"], (None, None)))
        for one in posts
        if not one["author"]["is_bot"] and one["source_id"] not in copies
    ]
    table = pd.DataFrame(rows, columns=["at", "author", "stage", "sentiment"])
    table["at"] = pd.to_datetime(table["at"], utc=True)
    return engine, request.param, table


@pytest.mark.parametrize("by", list(Bucket))
def test_buckets_hold_what_pandas_counts(world: tuple[Engine, str, pd.DataFrame], by: Bucket) -> None:
    engine, zone, table = world
    report = report_of(engine, since=SINCE, until=UNTIL, by=by)
    inside = table[(table["at"] >= SINCE) & (table["at"] < UNTIL)].copy()
    local = inside["at"].dt.tz_convert(zone).dt.tz_localize(None)
    inside["start"] = local.dt.to_period({"day": "D", "week": "W-SUN", "month": "M"}[by.value]).dt.start_time.dt.date
    assert sum(bucket.post_count or 0 for bucket in report.buckets) == len(inside) == report.period.post_count
    for bucket in report.buckets:
        its = inside[inside["start"] == bucket.start]
        check(bucket, its)
    check(report.period, inside)
    length = UNTIL.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - SINCE.astimezone(ZoneInfo(zone)).replace(
        tzinfo=None
    )
    begin = pd.Timestamp(SINCE.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - length).tz_localize(zone)
    assert report.previous.since == begin.to_pydatetime()
    check(report.previous, table[(table["at"] >= begin) & (table["at"] < SINCE)])


def check(stretch: Stretch, its: pd.DataFrame) -> None:
    assert stretch.post_count == len(its)
    assert stretch.author_count == its["author"].nunique()
    assert stretch.labelled_count == its["stage"].notna().sum()
    counts = its.groupby(["stage", "sentiment"]).size()
    assert stretch.counts
    for stage, row in stretch.counts.items():
        for sentiment, count in row.items():
            assert count == counts.get((stage, sentiment), 0)
    for task, rows in (("stage", stretch.stage), ("sentiment", stretch.sentiment)):
        for one in rows:
            known = its[its[task].notna()]
            assert (one.count, one.counted.n) == ((known[task] == one.name).sum(), len(known))
            assert one.counted.value == (pytest.approx((known[task] == one.name).mean()) if len(known) else None)
    for one in stretch.negative_in_stage:
        within = its[its["stage"] == one.name]
        assert (one.count, one.counted.n) == ((within["sentiment"] == "negative").sum(), len(within))


def test_the_design_effect_is_that_of_clusters(world: tuple[Engine, str, pd.DataFrame]) -> None:
    """The variance between authors, added up in pandas."""
    _, _, table = world
    known = table[table["stage"].notna()].copy()
    known["hit"] = known["stage"] == "smot"
    share, n = known["hit"].mean(), len(known)
    rest = known.assign(rest=known["hit"] - share).groupby("author")["rest"].sum()
    variance = len(rest) / (len(rest) - 1) * (rest**2).sum() / n**2
    numbers = known["author"].astype("category").cat.codes.to_numpy().astype(np.int64)
    expected = max(1.0, variance * n / (share * (1 - share)))
    assert counted(numbers, known["hit"].to_numpy()).design == pytest.approx(expected)
    assert counted(np.arange(50), np.arange(50) < 20).design == pytest.approx(50 / 49)
    assert counted(np.zeros(50, np.int64), np.arange(50) < 20).design == 50
    assert counted(np.repeat(np.arange(10), 5), np.ones(50, bool)).design == 5


def test_only_the_ends_are_partial(world: tuple[Engine, str, pd.DataFrame]) -> None:
    engine, zone, _ = world
    report = report_of(engine, since=SINCE, until=UNTIL)
    assert [bucket.is_partial for bucket in report.buckets] == [True] + [False] * (len(report.buckets) - 2) + [True]
    assert all(bucket.start.weekday() == 0 for bucket in report.buckets)
    whole = datetime(2026, 10, 19, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    after = datetime(2026, 11, 2, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    found = report_of(engine, since=whole, until=after)
    assert [bucket.is_partial for bucket in found.buckets] == [False, False]


_TIMES = st.integers(1_700_000_000, 1_800_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@settings(max_examples=150, deadline=None)
@given(_TIMES, st.integers(1, 40 * 86_400), st.sampled_from(list(Bucket)), st.sampled_from([*ZONES, "Africa/Cairo"]))
def test_buckets_tile_the_period(since: datetime, seconds: int, by: Bucket, zone: str) -> None:
    until, where = since + timedelta(seconds=seconds), ZoneInfo(zone)
    spans = cut(since, until, by, where)
    assert (spans[0].since, spans[-1].until) == (since, until)
    assert all(one.until == other.since for one, other in pairwise(spans))
    for span in spans:
        last = (span.until - timedelta(microseconds=1)).astimezone(where).date()
        assert span.start <= span.since.astimezone(where).date() <= last
        assert {Bucket.DAY: 1, Bucket.WEEK: 7, Bucket.MONTH: 31}[by] > (last - span.start).days
    begin = default_since(until, by, where)
    whole = cut(begin, until, by, where)
    assert not whole[0].is_partial
    assert len(whole) == {Bucket.DAY: 31, Bucket.WEEK: 13, Bucket.MONTH: 13}[by]


@pytest.mark.parametrize("zone", ZONES)
def test_the_period_before_is_as_long_by_the_clock_on_the_wall(zone: str) -> None:
    where = ZoneInfo(zone)
    since, until = (datetime(2026, 10, day, tzinfo=where).astimezone(UTC) for day in (19, 26))
    assert earlier(since, until, where) == datetime(2026, 10, 12, tzinfo=where)


def test_an_empty_period_is_refused() -> None:
    with pytest.raises(InputError, match="empty"):
        cut(UNTIL, SINCE, Bucket.DAY, ZoneInfo("UTC"))
    with pytest.raises(InputError, match="400 days"):
        cut(SINCE, SINCE + timedelta(days=500), Bucket.DAY, ZoneInfo("UTC"))


def shifted(engine: Engine, sure: float = 0.9, model: str = MODEL) -> None:
    """Sixteen weeks with 60 posts each; from 5 October on every second post is an angry one after the purchase."""
    brand, random, posts, said = a_brand(engine), np.random.default_rng(3), [], {}
    for week in range(16):
        for at in range(60):
            moment = datetime(2026, 7, 27, tzinfo=UTC) + timedelta(days=7 * week, hours=2.7 * at)
            id = f"w{week}-{at}"
            text = " ".join(random.choice(WORDS, 12)) + f" {id}"
            posts.append(post(id, text, author=id) | {"published_at": moment.isoformat()})
            angry = random.random() < (0.5 if week >= 10 else 0.1)
            said[id] = ("smot", "negative") if angry else (str(random.choice(["zmot", "fmot", "umot"])), "neutral")
    bring(engine, brand, posts, datetime(2026, 11, 16, tzinfo=UTC))
    labelled(engine, said, sure, model)


@pytest.fixture(scope="module")
def moved() -> Engine:
    """A brand whose second moment moved."""
    engine = memory()
    shifted(engine)
    return engine


PERIOD: dict[str, Any] = {"since": datetime(2026, 10, 5, tzinfo=UTC), "until": datetime(2026, 11, 16, tzinfo=UTC)}


def row(stretch: Stretch, name: str, section: str = "stage") -> Any:
    return next(one for one in getattr(stretch, section) if one.name == name)


def test_a_shift_is_called_counted_and_corrected(moved: Engine) -> None:
    report = report_of(moved, **PERIOD)
    smot = row(report.period, "smot")
    assert smot.change.verdict is Verdict.RISE
    assert row(report.period, "negative", "sentiment").change.verdict is Verdict.RISE
    assert smot.corrected.value == pytest.approx(0.5, abs=0.1)
    assert smot.change.corrected.value > 0.2
    assert report.comparison_count <= 6 * 13
    week = report_of(moved, since=datetime(2026, 9, 14, tzinfo=UTC), until=PERIOD["until"]).buckets[3]
    assert (week.start, row(week, "smot").change.verdict) == (date(2026, 10, 5), Verdict.RISE)
    assert f"- {week.start}: stage smot, rise: +" in trends_markdown(
        report_of(moved, since=datetime(2026, 9, 14, tzinfo=UTC), until=PERIOD["until"])
    )


def test_the_same_request_gives_the_same_report_and_a_sample_says_so(
    moved: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert report_of(moved, **PERIOD) == report_of(moved, **PERIOD)
    whole = row(report_of(moved, **PERIOD).period, "smot")
    monkeypatch.setattr(trends_kind, "PERIOD_SAMPLE", 120)
    report = report_of(moved, **PERIOD)
    smot = row(report.period, "smot")
    assert (smot.counted, smot.corrected.n) == (whole.counted, 120)
    assert np.ptp(smot.corrected.interval) > 1.3 * np.ptp(whole.corrected.interval)
    assert "at most 800 posts a bucket and 120 a period" in " ".join(report.notes)


def test_what_people_say_is_known(moved: Engine) -> None:
    before = row(report_of(moved, **PERIOD).period, "fmot")
    with session_of(moved) as session:
        chosen = select(Mention).join(Post).where(Mention.stage == "smot", Post.published_at >= PERIOD["since"])
        for mention in session.exec(chosen.limit(40)).all():
            save_correction(session, mention, CorrectedField.STAGE, "fmot", "ann", AS_OF)
    after = row(report_of(moved, **PERIOD).period, "fmot")
    assert after.count == before.count + 40
    assert after.corrected.value > before.corrected.value + 0.05


def test_another_models_labels_are_not_corrected_yet_compared() -> None:
    engine = memory()
    shifted(engine, model="mine 3")
    report = report_of(engine, **PERIOD)
    smot = row(report.period, "smot")
    assert smot.corrected is None
    assert smot.change.corrected is None
    assert smot.change.verdict is Verdict.RISE
    assert "mine 3" in report.notes[-1]


def test_posts_chosen_by_a_label_are_not_corrected_for_it(moved: Engine) -> None:
    report = report_of(moved, **PERIOD, stage="smot")
    assert row(report.period, "smot").corrected is None
    assert row(report.period, "smot").counted.value == 1
    assert row(report.period, "negative", "sentiment").corrected is not None
    assert any("that very label" in note for note in report.notes)


def test_a_gap_is_a_gap_and_not_a_zero(moved: Engine) -> None:
    """A stream hears all but the week of 19 October and half of the week before."""
    with session_of(moved) as session:
        stream = Stream(
            brand_id=1, source="mastodon", key="k", title="mastodon", covers_from=datetime(2026, 7, 1, tzinfo=UTC)
        )
        stream.covers_until = AS_OF
        session.add(stream)
        session.flush()
        begin, end = datetime(2026, 10, 15, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)
        gap = CoverageGap(stream_id=stream.id or 0, gap_from=begin, gap_until=end, reason="down", found_at=AS_OF)
        session.add(gap)
    report = report_of(moved, **PERIOD)
    before, half, silent, after, later = report.buckets[:5]
    assert (half.start, half.is_gap) == (date(2026, 10, 12), False)
    assert half.time_covered == pytest.approx(3 / 7)
    assert (silent.is_gap, silent.post_count, silent.counts, silent.time_covered) == (True, None, None, 0)
    assert {one.count for one in silent.stage} == {one.counted.value for one in silent.stage} == {None}
    assert row(half, "smot").counted.value is not None
    assert row(half, "smot").counted.coverage == pytest.approx(3 / 7)
    for bucket in (half, silent, after):
        assert all(one.change is None for one in bucket.stage)
    assert row(later, "smot").change is not None
    assert not before.is_gap
    cells = [line for line in csv.DictReader(io.StringIO(trends_csv(report))) if line["is_gap"] == "true"]
    assert len(cells) == 13
    assert {line[name] for line in cells for name in ("count", "n", "counted", "corrected", "verdict")} == {""}
    assert "| 2026-10-19 | - | - | - | - | - | - | gap |" in trends_markdown(report)
    with session_of(moved) as session:
        session.delete(session.get(CoverageGap, gap.id))
        session.delete(session.get(Stream, stream.id))


def test_what_was_removed_for_its_age_is_a_gap() -> None:
    engine = memory()
    shifted(engine)
    with session_of(engine) as session:
        session.get_one(Brand, 1).removed_until = datetime(2026, 10, 22, 12, tzinfo=UTC)
    first, *_, half, whole = report_of(engine, **PERIOD).buckets[:4]
    assert (first.is_gap, half.is_gap, whole.time_covered) == (True, False, 1)
    assert half.time_covered == pytest.approx(1 / 2)


def test_files_cover_from_their_first_post_to_their_last_check(moved: Engine) -> None:
    report = report_of(moved, since=datetime(2026, 7, 6, tzinfo=UTC))
    assert [bucket.time_covered for bucket in report.buckets[:3]] == [0, 0, 0]
    assert report.buckets[3].time_covered == 1
    assert report.buckets[-1].start == date(2026, 11, 16)
    assert report.buckets[-1].is_gap
    assert report.previous.is_gap
    assert all(one.change is None for one in report.period.stage)


def test_channels_that_are_not_the_same_are_not_compared() -> None:
    span, other = (
        Span(date(2026, 1, 1), SINCE, SINCE + timedelta(10)),
        Span(date(2026, 1, 2), UNTIL, UNTIL + timedelta(10)),
    )
    channels = [Channel(SINCE, UNTIL + timedelta(10)), Channel(UNTIL, UNTIL + timedelta(6)), Channel(None, None)]
    assert (heard(channels, span), heard(channels, other)) == (frozenset({0}), frozenset({0, 1}))
    assert time_covered(channels, other) == pytest.approx(1.6 / 3)
    overlapping = [(None, SINCE + timedelta(2)), (SINCE + timedelta(1), SINCE + timedelta(4))]
    assert time_covered([Channel(SINCE, UNTIL, overlapping)], span) == pytest.approx(0.6)
    assert time_covered([], span) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=60, unique=True), st.integers(1, 60), st.randoms())
def test_a_sample_is_the_same_in_any_order_and_a_larger_one_holds_it(ids: list[int], most: int, random: Any) -> None:
    def chosen(order: list[int], n: int) -> set[int]:
        columns = columns_of([(id, 1, 16) for id in order])
        return set(columns.ids[lowest(columns, n)].tolist())

    other = list(ids)
    random.shuffle(other)
    assert chosen(ids, most) == chosen(other, most) <= chosen(ids, most + 5)
    assert len(chosen(ids, most)) == min(most, len(ids))


def test_all_formats_say_the_same(moved: Engine) -> None:
    report = report_of(moved, **PERIOD)
    said = json.loads(trends_kind.KIND.writers["json"](report))
    lines = list(csv.DictReader(io.StringIO(trends_csv(report))))
    assert len(lines) == 13 * (len(report.buckets) + 2)
    smot = next(line for line in lines if (line["stretch"], line["name"]) == ("period", "smot"))
    ours = next(one for one in said["period"]["stage"] if one["name"] == "smot")
    assert float(smot["corrected"]) == pytest.approx(ours["corrected"]["value"], abs=1e-6)
    assert smot["verdict"] == ours["change"]["verdict"] == "rise"
    page = trends_markdown(report)
    assert "## Against the period before (from 2026-08-24 00:00 UTC)" in page
    assert f"{100 * ours['counted']['value']:.1f} %" in page


def test_the_route_takes_by_and_writes_three_formats() -> None:
    client = Client(filled())
    path, period = "/api/v1/reports/trends", {"brand": "amber-roast", "from": "2026-11-01", "to": "2026-11-08"}
    report = client.get(path, **period, by="day").json()
    assert report["by"] == "day"
    assert [bucket["start"] for bucket in report["buckets"]] == [f"2026-11-0{day}" for day in range(1, 8)]
    assert sum(bucket["post_count"] for bucket in report["buckets"]) == report["period"]["post_count"] == 6
    assert len(client.get(path, brand="amber-roast").json()["buckets"]) == 13
    assert client.get(path, **period, format="csv").text.startswith("stretch,start,")
    assert client.get(path, **period, by="month", format="md").text.startswith("# Trends: amber-roast")
    check_problem(client.get(path, brand="amber-roast", by="year"), 422)
    check_problem(client.get(path, brand="no-brand"), 404)
    check_problem(client.get(path, brand="amber-roast", **{"from": "2024-01-01"}, by="day"), 400)
