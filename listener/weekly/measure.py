"""Puts the reports of a week together to the data of a weekly report; pure, and without a word of any language."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from listener.reports.coverage import SourceRow
from listener.reports.figures import share
from listener.reports.influence_loop import InfluenceLoop
from listener.reports.journey_shape import JourneyMap, Opportunity, Points, StageRow
from listener.reports.loop_figures import difference
from listener.reports.response_gap import ResponseGap
from listener.reports.themes import ThemeRow, rate_ratio
from listener.reports.trends import Stretch, TrendRow
from listener.reports.word_cloud import WordCloudData
from listener.weekly import shape
from listener.weekly.material import LOOP, STAGES, Material, Span
from listener.weekly.weeks import BAND
from models.tables import Brand

TOP = 3
MOST_QUOTES, MOST_ROWS = 2, 4
_DAY = 24
_WEEK = timedelta(weeks=1)


def measure(brand: Brand, material: Material, made_at: datetime) -> shape.WeeklyReport:
    """The report of a brand's week."""
    span, now, weeks = material.span, material.now, material.weeks
    return shape.WeeklyReport(
        brand=brand.slug,
        name=brand.name,
        timezone=brand.timezone,
        week=span.week.name,
        since=span.since,
        until=span.until,
        as_of=span.as_of,
        made_at=made_at,
        volume=_volume(now.period, weeks.buckets[:BAND], span.as_of),
        stages=_classes("stage", material),
        sentiments=_classes("sentiment", material),
        negative=_classes("negative_in_stage", material),
        counts=now.period.counts,
        response=_response(material),
        themes=_themes(material.themes.themes),
        moments=[_moment(row, material) for row in material.journey.stages if row.code in STAGES],
        cloud=_lean(material),
        loop=_loop(material.loop, span),
        rivals=material.gap.rivals,
        opportunities=_opportunities(material.journey, material.journey_before),
        seen=_seen(material),
        trends=weeks,
    )


def _volume(now: Stretch, weeks: Sequence[Stretch], as_of: datetime) -> shape.Volume:
    before = weeks[-1]
    is_heard = now.author_count is not None and before.author_count is not None
    return shape.Volume(
        posts=now.post_count,
        authors=now.author_count,
        posts_before=before.post_count,
        authors_before=before.author_count,
        posts_weeks=[week.post_count for week in weeks],
        change=rate_ratio(now.author_count or 0, before.author_count if is_heard else None, as_of),
    )


def _classes(section: str, material: Material) -> list[shape.ClassWeek]:
    """Rows of one section: this week and its change as the trends call it, with the four weeks before beside it."""
    weeks: list[list[TrendRow]] = [getattr(week, section) for week in material.weeks.buckets[:BAND]]
    rows: list[TrendRow] = getattr(material.now.period, section)
    return [
        shape.ClassWeek(
            name=row.name,
            count=row.count,
            now=row.counted,
            corrected=row.corrected,
            before=weeks[-1][at].counted,
            weeks=[week[at].counted for week in weeks],
            change=row.change,
        )
        for at, row in enumerate(rows)
    ]


def _gap(report: ResponseGap) -> shape.Gap:
    times = report.time_to_first_response
    since, until = report.since or report.as_of, report.until or report.as_of
    return shape.Gap(
        since=since,
        until=until,
        states=report.states,
        response_rate=report.response_rate,
        answered_share=report.answered_share,
        median_wait=times.median,
        within_day=times.within_hours[_DAY],
        follow_ups=report.next_replies.response_rate,
    )


def _response(material: Material) -> shape.Response:
    return shape.Response(
        now=_gap(material.gap),
        before=_gap(material.gap_before),
        weeks=_gap(material.gap_weeks),
        rate_change=difference(material.gap.response_rate, material.gap_before.response_rate),
        waiting_count=material.waiting_count,
        waiting=[
            shape.Waiting(
                post_id=one.post.post_id,
                language=one.post.language,
                source=one.post.source,
                stage=one.post.stage,
                sentiment=one.post.sentiment,
                is_complaint=bool(one.post.is_complaint),
                published_at=material.span.as_of - timedelta(seconds=one.open_seconds),
                open_seconds=one.open_seconds,
                audience=one.audience,
                weight=one.weight,
                is_confident=None if one.post.is_confident is None else bool(one.post.is_confident),
            )
            for one in material.waiting
        ],
    )


def _themes(rows: Sequence[ThemeRow]) -> list[shape.ThemeWeek]:
    """Each with the chance of such a change: given both counts, the later is binomial where nothing has changed."""
    from scipy.stats import binomtest, false_discovery_control

    tested = [None if row.previous_count is None else (row.count, row.previous_count) for row in rows]
    chances = [float(binomtest(pair[0], sum(pair)).pvalue) if pair and sum(pair) else None for pair in tested]
    known = [chance for chance in chances if chance is not None]
    adjusted = iter(false_discovery_control(known).tolist() if known else [])
    return [
        _theme(row, chance, None if chance is None else float(next(adjusted)))
        for row, chance in zip(rows, chances, strict=True)
    ]


def _theme(row: ThemeRow, chance: float | None, adjusted: float | None) -> shape.ThemeWeek:
    return shape.ThemeWeek(
        id=row.id,
        name=row.name,
        polarity=row.polarity,
        count=row.count,
        previous_count=row.previous_count,
        share=row.share,
        unanswered=row.unanswered,
        change=row.change,
        p_value=chance,
        adjusted_p_value=adjusted,
        quotes=[shape.Quoted(post_id=quote.post_id, language=quote.language) for quote in row.quotes[:MOST_QUOTES]],
    )


def _moment(row: StageRow, material: Material) -> shape.Moment:
    cloud = next(cloud for stage, cloud in material.clouds.items() if stage.value == row.code)
    named = [theme for theme in row.themes if theme.theme_id is not None]
    return shape.Moment(
        stage=row.code,
        count=row.n,
        themes=[shape.MomentTheme(name=one.name, polarity=one.polarity, count=one.n) for one in named[:MOST_ROWS]],
        terms=[shape.Term(term=one.term, count=one.count, share=one.share) for one in cloud.terms],
        quotes=_quotes(row.pains) + _quotes(row.delights),
    )


def _quotes(points: Points) -> list[shape.Quoted]:
    """One quote of each of the points most spoken of."""
    found = [point.quotes[0] for point in points.points if point.quotes]
    return [shape.Quoted(post_id=quote.post_id, language=quote.language) for quote in found[:MOST_QUOTES]]


def _lean(material: Material) -> WordCloudData:
    terms = [term.model_copy(update={"post_ids": term.post_ids[:3]}) for term in material.cloud.terms]
    return material.cloud.model_copy(update={"terms": terms})


def _loop(report: InfluenceLoop, span: Span) -> shape.Loop:
    return shape.Loop(
        since=span.until - LOOP,
        shared_count=report.shared_count,
        choosing_count=report.choosing_count,
        links=[link.model_copy(update={"evidence": []}) for link in report.links],
        sentiment=report.sentiment.rows,
        difference=report.sentiment.difference,
        tested_count=report.echo.tested_count,
        echoes=[echo for echo in report.echo.themes if echo.is_echo],
    )


def _opportunities(now: JourneyMap, before: JourneyMap) -> shape.Opportunities:
    here = {one.key: one for one in now.opportunities}
    return shape.Opportunities(
        top=now.opportunities[:TOP],
        count=len(now.opportunities) + now.opportunities_left_out,
        followed=[_followed(one, here.get(one.key)) for one in before.opportunities[:TOP]],
    )


def _followed(before: Opportunity, now: Opportunity | None) -> shape.Followed:
    nothing = share(0, 0, before.audience.as_of, None)
    return shape.Followed(
        before=before,
        now=now,
        audience_change=difference(now.audience, before.audience) if now else nothing,
        unanswered_change=difference(now.unanswered, before.unanswered) if now else nothing,
    )


def _seen(material: Material) -> shape.Seen:
    span, removed = material.span, material.coverage.removed_until
    return shape.Seen(
        time_covered=material.now.period.time_covered,
        unlabelled_count=material.gap.unlabelled_count,
        duplicate_count=material.gap.duplicate_count,
        sources=[_source(row, span) for row in material.coverage.sources],
        removed_until=removed if removed is not None and removed >= span.first else None,
    )


def _source(row: SourceRow, span: Span) -> SourceRow:
    """As it was seen at the time of the report, with those gaps alone that reach into the five weeks.

    What servers said of failures stays in the coverage.
    """
    until = row.covers_until and min(row.covers_until, span.as_of)
    gaps = [gap for gap in row.gaps if gap.until > span.first and (gap.since is None or gap.since < span.until)]
    return row.model_copy(update={"covers_until": until, "gaps": gaps, "failures": []})
