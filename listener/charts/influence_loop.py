"""Charts of the influence loop: how people go from moment to moment, and which themes echo, how late."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from listener.charts.chart import Chart, Row
from listener.charts.dots import STEP
from listener.charts.look import Look
from listener.charts.words import count, foreign, held, interval, line, number, stage_names, told
from listener.reports.influence_loop import InfluenceLoop, ThemeEcho
from listener.reports.loop_echo import LONGEST_LAG
from listener.reports.loop_flow import FlowRow

if TYPE_CHECKING:
    from listener.charts.chart import Drawing

CELL = 84
MOST = 12
"""Themes that are drawn."""


def flow_by_author(report: InfluenceLoop, look: Look) -> Chart:
    """From which moment to which the same author goes."""
    say, n = look.say, sum(row.n for row in report.flow_by_author)
    title = line(look, say("Next moment of the same author, %(brand)s (n = %(n)s)"), brand=_brand(report), n=count(n))
    return _flow("flow_by_author", title, report, report.flow_by_author, look)


def flow_by_thread(report: InfluenceLoop, look: Look) -> Chart:
    """From which moment to which a thread goes."""
    say, n = look.say, sum(row.n for row in report.flow_by_thread)
    title = line(look, say("Next moment in the same thread, %(brand)s (n = %(n)s)"), brand=_brand(report), n=count(n))
    return _flow("flow_by_thread", title, report, report.flow_by_thread, look)


def echo(report: InfluenceLoop, look: Look) -> Chart:
    """How many days after shared experiences questions on the same theme rise, theme by theme."""
    say, section = look.say, report.echo
    title = line(look, say("Echo by theme, %(brand)s (n = %(n)s)"), brand=_brand(report), n=count(report.shared_count))
    subtitle = [
        _held(report, look),
        line(look, say("Filled: an echo. Hollow: no more than chance. Association, not cause.")),
        line(
            look,
            say("Themes with enough posts to be tested: %(tested)s of %(themes)s"),
            tested=section.tested_count,
            themes=section.theme_count,
        ),
    ]
    rows = [_echo_row(theme, look) for theme in section.themes[:MOST]]
    said = [row["said"] for row in rows]
    if not rows:
        return Chart("echo", title, subtitle, said)
    return Chart("echo", title, subtitle, said, _echoes([row["name"] for row in rows], look), {"echo": rows})


def _flow(name: str, title: str, report: InfluenceLoop, flow: Sequence[FlowRow], look: Look) -> Chart:
    say, names = look.say, stage_names(look)
    rows: list[Row] = []
    for row in flow:
        start = names.get(row.stage, row.stage)
        for cell in row.to:
            end, share = names.get(cell.to, cell.to), cell.share
            label = line(look, say("from %(start)s to %(end)s"), start=start, end=end)
            said = line(look, say("%(said)s, steps: %(steps)s"), said=told(look, label, share), steps=count(cell.count))
            rows.append(
                {"from": start, "to": end, "share": share.value, "count": cell.count, "text": interval(look, share)}
                | {"n": count(share.n), "said": said, "steps": count(cell.count)}
            )
    subtitle = [
        _held(report, look),
        line(look, say("In each cell: steps, and their share of the row. Association, not cause.")),
    ]
    said_of = [row["said"] for row in rows if row["count"]]
    if not said_of:
        return Chart(name, title, subtitle, [line(look, say("No step from one moment to another was seen"))])
    order = [names.get(row.stage, row.stage) for row in flow]
    return Chart(name, title, subtitle, said_of, _heat(name, order, look), {name: rows})


def _heat(data: str, order: Sequence[str], look: Look) -> "Drawing":
    import altair as alt

    say, colours = look.say, look.colours
    axis = alt.Axis(grid=False, ticks=False, domain=False, orient="top", labelAngle=0)
    x = alt.X("to:N", title=line(look, say("to")), sort=list(order), axis=axis, scale=alt.Scale(reverse=look.is_rtl))
    y = alt.Y(
        "from:N",
        title=line(look, say("from")),
        sort=list(order),
        axis=alt.Axis(grid=False, ticks=False, domain=False, orient=look.start),
    )
    base = alt.Chart(alt.NamedData(data), width=alt.Step(2 * CELL), height=alt.Step(CELL // 2 + 8))
    heat = alt.Color("share:Q", scale=alt.Scale(domain=[0, 1], range=list(colours.heat)), legend=None)
    cells = base.mark_rect(stroke=colours.ground, strokeWidth=3).encode(
        x=x,
        y=y,
        color=heat,
        tooltip=[
            alt.Tooltip("from:N", title=say("from")),
            alt.Tooltip("to:N", title=say("to")),
            alt.Tooltip("steps:N", title=say("steps")),
            alt.Tooltip("text:N", title=say("share (95 %)")),
            alt.Tooltip("n:N", title=say("steps of the row")),
        ],
        description=alt.Description("said:N"),
    )
    steps = base.mark_text(dy=-8, fontSize=14, fontWeight=600, aria=False).encode(x=x, y=y, text=alt.Text("steps:N"))
    share = base.mark_text(dy=10, aria=False).encode(x=x, y=y, text=alt.Text("text:N"))
    return alt.layer(cells, steps, share)


def _echo_row(theme: ThemeEcho, look: Look) -> Row:
    say = look.say
    name = line(look, "%(name)s", name=foreign(theme.name, 36))
    fill = look.colours.corrected if theme.is_echo else look.colours.ground
    counts = {"shared": count(theme.shared_count), "asked": count(theme.choosing_count)}
    if theme.is_echo is None:
        beside = line(look, say("not tested: experiences %(shared)s, questions %(asked)s"), **counts)
    else:
        q = number(look, f"{theme.q:.2g}")
        beside = line(
            look,
            say("day %(day)s, questions per experience %(excess)s, q = %(q)s, n = %(shared)s"),
            day=theme.lag_days,
            excess=interval(look, theme.excess),
            q=q,
            shared=counts["shared"],
        )
    said = line(look, "%(name)s: %(beside)s", name=foreign(theme.name), beside=beside)
    return {"name": name, "lag": theme.lag_days, "fill": fill, "beside": beside, "said": said}


def _echoes(order: Sequence[str], look: Look) -> "Drawing":
    import altair as alt

    say, colours, width = look.say, look.colours, 280
    base = alt.Chart(alt.NamedData("echo"), width=width, height=alt.Step(STEP))
    y = alt.Y("name:N", title=None, sort=list(order), axis=alt.Axis(ticks=False, domain=False, orient=look.start))
    scale, axis = (
        alt.Scale(domain=[0, LONGEST_LAG], nice=False, reverse=look.is_rtl),
        alt.Axis(grid=False, tickCount=7, format="d"),
    )
    x = alt.X("lag:Q", title=line(look, say("days later")), scale=scale, axis=axis)
    fill = alt.Fill("fill:N", scale=None, legend=None)
    tooltip = [alt.Tooltip("name:N", title=say("what")), alt.Tooltip("beside:N", title=say("echo"))]
    dots = base.transform_filter("datum.lag != null").mark_point(size=90, strokeWidth=2, opacity=1)
    points = dots.encode(
        x=x,
        y=y,
        fill=fill,
        stroke=alt.StrokeValue(colours.corrected),
        tooltip=tooltip,
        description=alt.Description("said:N"),
    )
    end = alt.XValue(0 if look.is_rtl else width)  # type: ignore[no-untyped-call]
    text = base.mark_text(**look.beyond(10), color=colours.quiet, aria=False)
    told_beside = text.encode(x=end, y=y, text=alt.Text("beside:N"))
    return alt.layer(points, told_beside)


def _brand(report: InfluenceLoop) -> str:
    return foreign(report.brand)


def _held(report: InfluenceLoop, look: Look) -> str:
    return held(look, report.since, report.until, report.as_of)
