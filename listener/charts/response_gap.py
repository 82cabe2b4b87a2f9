"""Charts of the response gap: states, answers within hours, response rate by source, and beside the rivals."""

from typing import TYPE_CHECKING

from listener.charts.chart import Chart, Row
from listener.charts.dots import STEP, Dot, rows_of, shares
from listener.charts.look import Look
from listener.charts.words import count, foreign, held, line, number, percent, state_names, told, wait
from listener.reports.figures import Figure
from listener.reports.response_gap import ResponseGap
from listener.reports.response_times import WaitFigures
from listener.sources import title_of

if TYPE_CHECKING:
    from listener.charts.chart import Drawing

WIDTH = 420
MOST = 12
"""Sources that are drawn, those with the most posts."""


def states(report: ResponseGap, look: Look) -> Chart:
    """How many posts are in which state."""
    say, names = look.say, state_names(look)
    total = sum(report.states.values())
    title = line(
        look, say("What became of the posts about %(brand)s (n = %(n)s)"), brand=_brand(report), n=count(total)
    )
    rows: list[Row] = []
    for state, posts in report.states.items():
        name = names.get(state, state.value)
        part = number(look, percent(posts / total)) if total else ""
        text = line(look, "%(n)s (%(share)s)", n=count(posts), share=part)
        said = line(look, "%(name)s: %(text)s", name=name, text=text)
        rows.append({"name": name, "count": posts, "colour": look.state(state), "text": text, "said": said})
    subtitle = [_held(report, look), told(look, say("Response rate"), report.response_rate)]
    drawing = _bars([row["name"] for row in rows], look) if total else None
    return Chart("states", title, subtitle, [row["said"] for row in rows], drawing, {"states": rows} if total else {})


def waits(report: ResponseGap, look: Look) -> Chart:
    """The share that was answered within so many hours, in calendar time and, where the brand has any, working time."""
    say, times = look.say, report.time_to_first_response
    kinds: list[tuple[str, WaitFigures, str]] = [(say("calendar time"), times, look.colours.corrected)]
    if times.business is not None:
        kinds.append((say("business time"), times.business, look.colours.counted))
    within = say("within %(hours)s h") if len(kinds) == 1 else say("within %(hours)s h, %(kind)s")
    dots = [
        Dot(line(look, within, hours=hours, kind=kind), figure, colour)
        for hours in times.within_hours
        for kind, figures, colour in kinds
        if (figure := figures.within_hours.get(hours)) is not None
    ]
    title = line(look, say("How soon %(brand)s answers (n = %(n)s)"), brand=_brand(report), n=count(times.median.n))
    medians = [
        line(
            look,
            say("Median wait, %(kind)s, open posts included: %(wait)s"),
            kind=kind,
            wait=wait(look, figures.median),
        )
        for kind, figures, _ in kinds
    ]
    return _chart("waits", title, [_held(report, look), *medians], dots, look)


def sources(report: ResponseGap, look: Look) -> Chart:
    """The response rate at each source, the brand's whole first."""
    say, groups = look.say, report.groups.get("source", [])
    dots = [Dot(say("all sources"), report.response_rate, look.colours.ink)]
    dots += [Dot(foreign(title_of(one.group)), one.response_rate, look.colours.corrected) for one in groups[:MOST]]
    n = count(report.response_rate.n)
    title = line(look, say("Response rate of %(brand)s by source (n = %(n)s)"), brand=_brand(report), n=n)
    subtitle = [
        _held(report, look),
        line(look, say("Of the posts that had their time and whose state is known; 95 %% intervals.")),
    ]
    if len(groups) > MOST:
        subtitle.append(line(look, say("Sources that are not drawn: %(n)s"), n=len(groups) - MOST))
    return _chart("sources", title, subtitle, dots, look)


def rivals(report: ResponseGap, look: Look) -> Chart:
    """The response rate beside that of the rivals; nothing is drawn or said for a brand without rivals."""
    say = look.say
    dots = [
        Dot(
            line(
                look,
                say("%(brand)s, median wait %(wait)s"),
                brand=foreign(one.name),
                wait=_short_wait(one.median, look),
            ),
            one.response_rate,
            look.colours.corrected if one.is_own else look.colours.counted,
        )
        for one in report.rivals
    ]
    n = sum(one.response_rate.n for one in report.rivals)
    title = line(look, say("Response rate of %(brand)s and its rivals (n = %(n)s)"), brand=_brand(report), n=count(n))
    subtitle = [
        _held(report, look),
        line(look, say("Each on its own posts and sources, and a difference may lie there.")),
    ]
    return _chart("rivals", title, subtitle, dots, look)


def _chart(name: str, title: str, subtitle: list[str], dots: list[Dot], look: Look) -> Chart:
    rows = rows_of(dots, look)
    said = [row["said"] for row in rows]
    if all(dot.figure.value is None for dot in dots):
        return Chart(name, title, subtitle, said)
    drawing = shares(name, list(dict.fromkeys(dot.name for dot in dots)), look, WIDTH)
    return Chart(name, title, subtitle, said, drawing, {name: rows})


def _bars(order: list[str], look: Look) -> "Drawing":
    import altair as alt

    base = alt.Chart(alt.NamedData("states"), width=WIDTH, height=alt.Step(STEP))
    y = alt.Y("name:N", title=None, sort=order, axis=alt.Axis(grid=False, ticks=False, domain=False, orient=look.start))
    x = alt.X(
        "count:Q",
        title=None,
        scale=alt.Scale(reverse=look.is_rtl),
        axis=alt.Axis(tickCount=5, tickMinStep=1, format="d"),
    )
    tooltip = [alt.Tooltip("name:N", title=look.say("what")), alt.Tooltip("text:N", title=look.say("posts"))]
    bars = base.mark_bar(size=16).encode(
        x=x,
        y=y,
        color=alt.Color("colour:N", scale=None, legend=None),
        tooltip=tooltip,
        description=alt.Description("said:N"),
    )
    text = base.mark_text(**look.beyond(6), color=look.colours.quiet, aria=False).encode(
        x=x, y=y, text=alt.Text("text:N")
    )
    return alt.layer(bars, text)


def _short_wait(figure: Figure, look: Look) -> str:
    if figure.n and figure.value is None:
        return look.say("not reached")
    return wait(look, figure).partition(" (")[0]


def _brand(report: ResponseGap) -> str:
    return foreign(report.brand)


def _held(report: ResponseGap, look: Look) -> str:
    return held(look, report.since, report.until, report.as_of)
