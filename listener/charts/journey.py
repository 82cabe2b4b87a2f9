"""Charts of a journey map: sentiment and what stays unanswered stage by stage, and where to start first."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from listener.charts.chart import Chart, Row
from listener.charts.dots import STEP, Dot, points, rows_of, shares
from listener.charts.look import PANEL_WIDTH, Look
from listener.charts.words import count, foreign, held, line, sentiment_names, stage_names, told
from listener.reports.journey_shape import JourneyMap, Opportunity
from models.words import ResponseState, Sentiment

if TYPE_CHECKING:
    from listener.charts.chart import Drawing

WIDTH = 360


def stages(report: JourneyMap, look: Look) -> Chart:
    """The share of negative and of positive posts at each stage, and the share left unanswered."""
    say, felt, names = look.say, sentiment_names(look), _names(report, look)
    colours = look.colours.sentiments
    panels = (
        (felt[Sentiment.NEGATIVE], colours[Sentiment.NEGATIVE], Sentiment.NEGATIVE.value),
        (felt[Sentiment.POSITIVE], colours[Sentiment.POSITIVE], Sentiment.POSITIVE.value),
        (say("unanswered"), look.state(ResponseState.UNANSWERED), None),
    )
    dots = [
        Dot(
            names[stage.code],
            stage.response.unanswered if feeling is None else stage.sentiment.shares[feeling],
            colour,
            panel,
        )
        for stage in report.stages
        for panel, colour, feeling in panels
    ]
    brand, n = foreign(report.brand), count(report.post_count)
    title = line(look, say("%(brand)s stage by stage (n = %(n)s)"), brand=brand, n=n)
    subtitle = [
        _held(report, look),
        line(look, say("Points are shares of a stage's posts, bars their 95 %% intervals.")),
    ]
    rows = rows_of(dots, look)
    said = [line(look, "%(panel)s, %(said)s", panel=row["panel"], said=row["said"]) for row in rows]
    if all(dot.figure.value is None for dot in dots):
        return Chart("stages", title, subtitle, said)
    order = [names[stage.code] for stage in report.stages]
    return Chart(
        "stages", title, subtitle, said, _panels(order, [panel for panel, _, _ in panels], look), {"stages": rows}
    )


def opportunities(report: JourneyMap, look: Look) -> Chart:
    """The ranks of the opportunities with their intervals; those of one band cannot be told apart."""
    say, ranked = look.say, [one for one in report.opportunities if one.band is not None]
    title = line(
        look, say("Where %(brand)s can start (n = %(n)s)"), brand=foreign(report.brand), n=count(report.post_count)
    )
    subtitle = [
        _held(report, look),
        line(look, say("Ranks with 95 %% intervals, the best first. What stands on one ground cannot be told apart.")),
    ]
    rows = _opportunity_rows(ranked, report, look)
    said = [row["said"] for row in rows]
    if not rows:
        return Chart("opportunities", title, subtitle, said)
    bands = _band_rows(rows)
    drawing = _ranks([row["name"] for row in rows], max(row["high"] for row in rows), look)
    return Chart("opportunities", title, subtitle, said, drawing, {"opportunities": rows, "bands": bands})


def _names(report: JourneyMap, look: Look) -> dict[str, str]:
    """The moments by their usual names; a stage of somebody's own journey by what it is called there."""
    known = stage_names(look)
    return {stage.code: known.get(stage.code) or foreign(stage.name, 30) for stage in report.stages}


def _panels(order: Sequence[str], panels: Sequence[str], look: Look) -> "Drawing":
    import altair as alt

    drawing = shares("stages", order, look, PANEL_WIDTH - 60, has_text=False)
    return drawing.facet(
        facet=alt.Facet("panel:N", title=None, sort=list(reversed(panels) if look.is_rtl else panels)),
        columns=3,
        spacing=24,
    )


def _opportunity_rows(ranked: Sequence[Opportunity], report: JourneyMap, look: Look) -> list[Row]:
    say, known, named = look.say, stage_names(look), {stage.code: stage.name for stage in report.stages}
    dots = []
    for one in ranked:
        place = one.stage.upper() if one.stage in known else foreign(named.get(one.stage, one.stage), 20)
        label = line(look, say("%(theme)s (%(stage)s)"), theme=foreign(one.name, 34), stage=place)
        dots.append(Dot(label, one.rank, look.colours.corrected))
    rows = rows_of(dots, look)
    for row, one in zip(rows, ranked, strict=True):
        row["band"] = one.band
        row["kind"] = one.score_kind
        row["beside"] = line(look, say("band %(band)s, n = %(n)s"), band=one.band, n=count(one.n))
        label = line(look, say("%(name)s, band %(band)s, rank"), name=row["name"], band=one.band)
        row["said"] = told(look, label, one.rank)
    return rows


def _band_rows(rows: Sequence[Row]) -> list[Row]:
    """A ground for every other band, over all of its rows."""
    found: list[Row] = []
    for at, (_, some) in enumerate(groupby(rows, key=lambda row: (row["kind"], row["band"]))):
        found += [{"name": row["name"], "shaded": at % 2 == 0} for row in some]
    return found


def _ranks(order: Sequence[str], last: float, look: Look) -> "Drawing":
    import altair as alt

    y = alt.Y(
        "name:N", title=None, sort=list(order), axis=alt.Axis(grid=False, ticks=False, domain=False, orient=look.start)
    )
    scale = alt.Scale(domain=[0.5, max(last, 2) + 0.5], nice=False, zero=False, reverse=look.is_rtl)
    axis = alt.Axis(grid=False, tickMinStep=1, format="d", tickCount=8)
    x = alt.X("value:Q", title=line(look, look.say("rank")), scale=scale, axis=axis)
    base: alt.Chart = alt.Chart(alt.NamedData("bands"), width=WIDTH, height=alt.Step(STEP))
    ground = base.transform_filter("datum.shaded").mark_rect(color=look.colours.gap, height={"band": 1}, aria=False)
    shades = ground.encode(y=y, x=alt.XValue(0), x2=alt.X2Value(WIDTH))  # type: ignore[no-untyped-call]
    return alt.layer(shades, points("opportunities", x, y, look, WIDTH))


def _held(report: JourneyMap, look: Look) -> str:
    return held(look, report.since, report.until, report.as_of)
