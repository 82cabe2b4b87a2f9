"""The charts as specifications: valid, with n and interval for every figure, gaps left open, texts in any language."""

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import altair as alt
import pytest
from pydantic import BaseModel

from listener.charts import pictures
from listener.charts.look import DARK, LIGHT, Colours, Look
from listener.charts.pictures import DRAWN, charts_of, spec
from listener.reports.asking import ReportRequest
from listener.reports.journey_shape import JourneyMap
from listener.reports.kinds import kind_of
from listener.reports.names import NAMES
from listener.reports.response_gap import ResponseGap
from listener.reports.trends import Trends
from models.database import session_of
from models.errors import InputError, RenderError
from models.store.brands import BrandData, save_brand
from models.words import ResponseState
from tests.builders import NOW, memory
from tests.charts.conftest import GAP, PART
from tests.charts.saying import CHINESE, HEBREW, say_of
from tests.reports.test_cloud_image import luminance

EVERY = [(name, chart) for name, charts in DRAWN.items() for chart in charts]


def rows_of(report: BaseModel, name: str, chart: str, look: Look = pictures.LIGHT) -> list[dict[str, Any]]:
    """The data of one chart."""
    (found,) = charts_of(name, report, look, chart)
    return [dict(row) for row in found.data[chart]]


@pytest.mark.parametrize(("name", "chart"), EVERY)
def test_each_is_what_its_schema_allows(reports: Mapping[str, BaseModel], name: str, chart: str) -> None:
    made = spec(name, reports[name], only=chart)
    alt.Chart.from_dict(json.loads(json.dumps(made)), validate=True)
    assert not {'"url":', '"href":', '"expr":', '"signal":'} & set(json.dumps(made).split()), (
        "nothing is fetched or run"
    )


@pytest.mark.parametrize("name", DRAWN)
def test_all_of_a_report_stand_on_one_board(reports: Mapping[str, BaseModel], name: str) -> None:
    made = spec(name, reports[name], Look(is_dark=True, say=say_of(HEBREW)))
    assert len(made["vconcat"]) == len(DRAWN[name])
    assert made["config"]["background"] == DARK.ground


@pytest.mark.parametrize(("name", "chart"), EVERY)
def test_each_says_what_it_shows_of_how_many_and_when(reports: Mapping[str, BaseModel], name: str, chart: str) -> None:
    (found,) = charts_of(name, reports[name], only=chart)
    assert "(n = " in found.title
    assert "amber-roast" in found.title
    assert "as of" in found.subtitle[0]
    assert f"{NOW:%Y-%m-%d %H:%M} UTC" in found.subtitle[0]
    assert found.said
    for row in found.data.get(chart, ()):
        assert row.get("said"), row


def test_a_gap_is_a_gap(trends: Trends) -> None:
    rows = rows_of(trends, "trends", "stages")
    gaps = [row for row in rows if row["kind"] == "gap"]
    assert len(gaps) == 5, "one for each stage: the two weeks are one gap"
    assert {row["at"][:10] for row in gaps} == {str(trends.buckets[GAP[0]].start)}
    assert {row["until"][:10] for row in gaps} == {str(trends.buckets[GAP[-1] + 1].start)}
    assert gaps[0]["label"] == "nobody listened"
    inside = [row for row in rows if row["kind"] == "share" and gaps[0]["at"] < row["at"] < gaps[0]["until"]]
    assert len(inside) == 2 * 2 * 5
    assert all(row["share"] is row["low"] is row["high"] is None for row in inside), "which breaks line and band"
    (found,) = charts_of("trends", trends, only="stages")
    assert any("Nobody listened from" in line for line in found.said)


def test_shares_are_those_of_the_report(trends: Trends) -> None:
    rows = [row for row in rows_of(trends, "trends", "sentiments") if row["kind"] == "share"]
    for bucket in trends.buckets:
        for row in bucket.sentiment:
            for kind in ("counted", "corrected"):
                figure = getattr(row, kind)
                (found,) = [
                    one
                    for one in rows
                    if (one["first"], one["name"], one["series"]) == (str(bucket.start), row.name, kind)
                ]
                assert found["share"] == (None if figure is None else figure.value)
                if figure is not None and figure.value is not None:
                    assert (found["low"], found["high"]) == figure.interval
                    assert f"n = {figure.n}" in found["said"]


def test_a_cut_off_bucket_is_hollow_and_a_lonely_one_has_a_bar(trends: Trends) -> None:
    rows = [row for row in rows_of(trends, "trends", "stages") if row["kind"] == "share"]
    part = {row["first"] for row in rows if row["part"]}
    assert part == {str(trends.buckets[PART].start)}
    assert {row["fill"] for row in rows if row["part"]} == {LIGHT.ground}
    lonely = trends.model_copy(update={"buckets": [trends.buckets[at] for at in (GAP[0], 5, GAP[1])]})
    assert {row["alone"] for row in rows_of(lonely, "trends", "stages") if row.get("share") is not None} == {True}


def test_states_and_rates_are_those_of_the_report(reports: Mapping[str, BaseModel]) -> None:
    gap = reports["response-gap"]
    assert isinstance(gap, ResponseGap)
    bars = rows_of(gap, "response-gap", "states")
    assert [row["count"] for row in bars] == list(gap.states.values())
    assert len(bars) == len(ResponseState)
    first, *others = rows_of(gap, "response-gap", "sources")
    assert (first["value"], (first["low"], first["high"])) == (gap.response_rate.value, gap.response_rate.interval)
    assert {row["name"] for row in others} == {"Mastodon", "Forum"}
    beside = rows_of(gap, "response-gap", "rivals")
    assert [row["value"] is None for row in beside] == [False, True], "a rival without posts keeps its row"
    assert "unknown (n = 0)" in beside[1]["beside"]


def test_ranks_stand_by_their_bands(reports: Mapping[str, BaseModel]) -> None:
    report = reports["journey"]
    assert isinstance(report, JourneyMap)
    rows = rows_of(report, "journey", "opportunities")
    assert [row["value"] for row in rows] == [one.rank.value for one in report.opportunities if one.band]
    assert [row["band"] for row in rows] == [one.band for one in report.opportunities if one.band]
    (found,) = charts_of("journey", report, only="opportunities")
    assert [row["name"] for row in found.data["bands"]] == [row["name"] for row in rows]


def test_without_a_post_each_says_so_and_draws_no_zero() -> None:
    engine = memory()
    with session_of(engine) as session:
        save_brand(session, BrandData("quiet", "Quiet"))
    for name in DRAWN:
        with session_of(engine) as session:
            report = kind_of(name).build(session, ReportRequest("quiet", NOW))
        made = charts_of(name, report)
        assert all(chart.drawing is None for chart in made), name
        assert "No post to measure it on" in json.dumps(spec(name, report))
        assert b"No post to measure it on" in pictures.svg(name, report)


def test_wrong_names_are_refused_with_the_right_ones(trends: Trends) -> None:
    with pytest.raises(InputError, match="stages, sentiments"):
        charts_of("trends", trends, only="moods")
    with pytest.raises(RenderError, match="trends, response-gap"):
        charts_of("coverage", trends)


def test_every_drawn_report_is_written_as_a_picture() -> None:
    for name in NAMES:
        drawn = {"svg", "png"} & set(kind_of(name).writers)
        assert bool(drawn) == (name in DRAWN or name == "word-cloud"), name


def test_each_text_is_said_as_a_literal_so_that_catalogues_find_it() -> None:
    said = set()
    for file in Path("listener/charts").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)
            if isinstance(node, ast.Call) and name == "say":
                assert isinstance(node.args[0], ast.Constant), f"{file}:{node.lineno}"
                said.add(node.args[0].value)
    assert {*HEBREW, *CHINESE} - said <= {"posts"}


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_colours_stand_out(colours: Colours) -> None:
    def contrast(one: str, other: str) -> float:
        low, high = sorted((luminance(one), luminance(other)))
        return (high + 0.05) / (low + 0.05)

    marks = [colours.counted, colours.corrected, *colours.sentiments.values(), *colours.states.values()]
    assert min(contrast(mark, colours.ground) for mark in marks) >= 3
    assert min(contrast(text, colours.ground) for text in (colours.ink, colours.quiet)) >= 4.5
    assert min(contrast(colours.ink, ground) for ground in (*colours.heat, colours.gap)) >= 4.5
    assert contrast(colours.quiet, colours.gap) >= 4.5
