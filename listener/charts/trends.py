"""Charts of trends: a panel a stage or sentiment, counted beside corrected, with 95 % bands; gaps stay gaps."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from listener.charts.chart import Chart, Row
from listener.charts.days import axis_format, day
from listener.charts.look import PANEL_WIDTH, Look
from listener.charts.words import count, foreign, held, interval, line, sentiment_names, stage_names, told
from listener.reports.asking import Bucket
from listener.reports.trends import Stretch, TrendRow, Trends

if TYPE_CHECKING:
    import altair as alt

    from listener.charts.chart import Drawing

HEIGHT = 110
_SPACING = 20


def stages(report: Trends, look: Look) -> Chart:
    """The share of each stage, bucket by bucket; panels stand in one row, in the direction of reading."""
    say = look.say
    title = line(look, say("Stages of %(brand)s over time (n = %(n)s)"), **_about(report))
    return _chart("stages", title, report, look, "stage", stage_names(look))


def sentiments(report: Trends, look: Look) -> Chart:
    """The share of each sentiment, bucket by bucket."""
    say = look.say
    title = line(look, say("Sentiment about %(brand)s over time (n = %(n)s)"), **_about(report))
    return _chart("sentiments", title, report, look, "sentiment", sentiment_names(look))


def _about(report: Trends) -> dict[str, str]:
    return {"brand": foreign(report.brand), "n": count(report.period.labelled_count or 0)}


def _chart(name: str, title: str, report: Trends, look: Look, section: str, names: Mapping[str, str]) -> Chart:
    say = look.say
    subtitle = [
        held(look, report.since, report.until, report.as_of),
        line(
            look,
            say("Bands and bars are 95 %% intervals. Hollow: part of a day, week or month. Grey: nobody listened."),
        ),
    ]
    rows_of: list[TrendRow] = getattr(report.period, section)
    said = [told(look, line(look, say("%(name)s, counted"), name=names[row.name]), row.counted) for row in rows_of]
    said += [
        told(look, line(look, say("%(name)s, corrected"), name=names[row.name]), row.corrected)
        for row in rows_of
        if row.corrected is not None
    ]
    said += [_unheard(look, begin, end) for begin, end in _gaps(report)]
    drawn = any(getattr(one, section)[0].counted.value is not None for one in report.buckets)
    if not drawn:
        return Chart(name, title, subtitle, said)
    rows = [*_gap_rows(report, look, names), *_shares(report, look, section, names)]
    drawing = _drawing(report, look, [names[row.name] for row in rows_of], name)
    return Chart(name, title, subtitle, said, drawing, {name: rows})


def _drawing(report: Trends, look: Look, order: Sequence[str], data: str) -> "Drawing":
    import altair as alt

    edges = [_utc(report.buckets[0].start), _utc(_after(report.buckets[-1].start, report.by))]
    x = alt.X(
        "at:T",
        title=None,
        scale=alt.Scale(type="utc", domain=edges, nice=False, reverse=look.is_rtl),
        axis=alt.Axis(format=axis_format(look, report.by), tickCount=4, grid=False, labelFlush=True, labelOverlap=True),
    )
    layers = alt.layer(*_gap_layers(look, x), *_share_layers(look, x), data=alt.NamedData(data))
    facet = alt.Facet("name:N", title=None, sort=list(reversed(order) if look.is_rtl else order))
    width = min(PANEL_WIDTH, (3 * PANEL_WIDTH + 2 * _SPACING) // len(order) - _SPACING // 2)
    return layers.properties(width=width, height=HEIGHT).facet(facet=facet, columns=len(order), spacing=_SPACING)


def _gap_layers(look: Look, x: "alt.X") -> Iterator["alt.Chart"]:
    """A grey ground wherever nobody listened, with the words that say so."""
    import altair as alt

    base = alt.Chart().transform_filter("datum.kind == 'gap'")
    yield base.mark_rect(color=look.colours.gap).encode(
        x=x, x2=alt.X2("until:T"), description=alt.Description("said:N")
    )
    yield (
        base.transform_filter("datum.middle != null")
        .mark_text(color=look.colours.quiet, fontSize=11, angle=270, aria=False)
        .encode(x=alt.X("middle:T"), y=alt.YValue(HEIGHT / 2), text=alt.Text("label:N"))  # type: ignore[no-untyped-call]
    )


def _share_layers(look: Look, x: "alt.X") -> Iterator["alt.Chart"]:
    """Counted in grey and dashed, corrected in colour over it: band, line, and a point for each bucket."""
    import altair as alt

    say, colours = look.say, look.colours
    kinds = [say("counted"), say("corrected")]
    scale = alt.Scale(domain=kinds, range=[colours.counted, colours.corrected])
    colour = alt.Color("series:N", title=None, scale=scale, legend=alt.Legend(orient="bottom", symbolType="stroke"))
    low_to_high = alt.Y(
        "low:Q", title=None, axis=alt.Axis(format=".0%", tickCount=4, orient=look.start), scale=alt.Scale(zero=True)
    )
    base = alt.Chart().transform_filter("datum.kind == 'share'")
    yield base.mark_area(opacity=0.16, aria=False).encode(x=x, y=low_to_high, y2=alt.Y2("high:Q"), color=colour)
    yield (
        base.transform_filter("datum.alone")
        .mark_rule(strokeWidth=2, aria=False)
        .encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), color=colour)
    )
    dash = alt.StrokeDash("series:N", scale=alt.Scale(domain=kinds, range=[[4, 3], [1, 0]]), legend=None)
    yield base.mark_line(strokeWidth=2, aria=False).encode(x=x, y=alt.Y("share:Q"), color=colour, strokeDash=dash)
    points = base.transform_filter("datum.share != null").mark_point(size=36, opacity=1, strokeWidth=1.5)
    yield points.encode(
        x=x,
        y=alt.Y("share:Q"),
        color=colour,
        fill=alt.Fill("fill:N", scale=None, legend=None),
        tooltip=[
            alt.Tooltip("name:N", title=say("what")),
            alt.Tooltip("series:N", title=say("how")),
            alt.Tooltip("first:N", title=say("from")),
            alt.Tooltip("value:N", title=say("share (95 %)")),
            alt.Tooltip("n:N", title=say("posts")),
        ],
        description=alt.Description("said:N"),
    )


def _shares(report: Trends, look: Look, section: str, names: Mapping[str, str]) -> Iterator[Row]:
    """Two data a bucket and class; where nothing can be said the share is None, which breaks line and band."""
    say = look.say
    series = {"counted": say("counted"), "corrected": say("corrected")}
    colours = {"counted": look.colours.counted, "corrected": look.colours.corrected}
    for at, stretch in enumerate(report.buckets):
        middle, first = _middle(stretch.start, report.by), day(look, stretch.start)
        beside = [report.buckets[near] for near in (at - 1, at + 1) if 0 <= near < len(report.buckets)]
        for place, row in enumerate(getattr(stretch, section)):
            for kind, name in series.items():
                figure = getattr(row, kind)
                value = None if figure is None else figure.value
                low, high = (None, None) if value is None else figure.interval or (None, None)
                label = line(
                    look,
                    "%(name)s, %(series)s, %(day)s",
                    name=names[row.name],
                    series=name,
                    day=day(look, stretch.start),
                )
                yield {
                    "kind": "share",
                    "name": names[row.name],
                    "series": name,
                    "at": middle,
                    "first": first,
                    "share": value,
                    "low": low,
                    "high": high,
                    "part": stretch.is_partial,
                    "fill": look.colours.ground if stretch.is_partial else colours[kind],
                    "alone": value is not None and not any(_has(near, section, place, kind) for near in beside),
                    "value": "" if figure is None else interval(look, figure),
                    "n": "" if figure is None else count(figure.n),
                    "said": label if figure is None else told(look, label, figure),
                }


def _has(stretch: Stretch, section: str, place: int, kind: str) -> bool:
    figure = getattr(getattr(stretch, section)[place], kind)
    return figure is not None and figure.value is not None


def _gap_rows(report: Trends, look: Look, names: Mapping[str, str]) -> Iterator[Row]:
    say = look.say
    for begin, end in _gaps(report):
        said = _unheard(look, begin, end)
        middle = begin + (end - begin) / 2
        for row in names.values():
            yield {
                "kind": "gap",
                "name": row,
                "at": _utc(begin),
                "until": _utc(end),
                "middle": middle.isoformat(),
                "label": line(look, say("nobody listened")),
                "said": said,
            }


def _unheard(look: Look, begin: datetime, end: datetime) -> str:
    text = look.say("Nobody listened from %(since)s to %(until)s")
    return line(look, text, since=day(look, begin.date()), until=day(look, end.date()))


def _gaps(report: Trends) -> list[tuple[datetime, datetime]]:
    """Where buckets without an ear begin and end; neighbours are one gap."""
    found = []
    for is_gap, some in groupby(report.buckets, key=lambda one: one.is_gap):
        stretch: Sequence[Stretch] = list(some)
        if is_gap:
            found.append((_midnight(stretch[0].start), _midnight(_after(stretch[-1].start, report.by))))
    return found


def _after(start: date, by: Bucket) -> date:
    if by is Bucket.MONTH:
        return (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    return start + timedelta(days=7 if by is Bucket.WEEK else 1)


def _middle(start: date, by: Bucket) -> str:
    begin, end = _midnight(start), _midnight(_after(start, by))
    return (begin + (end - begin) / 2).isoformat()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _utc(day: date | datetime) -> str:
    return (day if isinstance(day, datetime) else _midnight(day)).isoformat()
