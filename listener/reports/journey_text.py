"""Writes a journey map as CSV (a row a stage, touchpoint and theme) and as Markdown; measures nothing."""

import csv
import io
from collections.abc import Iterator, Sequence

from listener.reports.figures import Figure
from listener.reports.journey_shape import (
    Audience,
    Feeling,
    JourneyMap,
    Opportunity,
    Points,
    Response,
    Satisfied,
    StageRow,
    ThemeRow,
    Touchpoint,
)
from listener.reports.shares_text import percent
from listener.reports.wording import harmless, one_line, stamp

_COLUMNS = (
    "row", "stage", "source", "kind", "host", "theme_id", "name", "n", "authors", "followers", "views", "likes",
    *(f"{name}{end}" for name in ("positive", "negative", "unanswered") for end in ("", "_low", "_high", "_n")),
    "needing", "customer_wants", "brand_wants", "opportunity", "score_kind", "score", "rank", "rank_low", "rank_high",
    "band", "post_ids",
)  # fmt: skip
_LONGEST = 160
_NOTHING = "-"


def journey_csv(report: JourneyMap) -> str:
    """One stage, touchpoint or theme a row; shares with the ends of their intervals and their n."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    ranks = {one.key: one for one in report.opportunities}
    for stage in report.stages:
        for kind, row in _rows(stage):
            cells = _cells(kind, stage, row, ranks)
            writer.writerow([harmless(cells.get(column, "")) for column in _COLUMNS])
    return stream.getvalue()


def journey_markdown(report: JourneyMap) -> str:
    """The map at a glance, where to start, then a section a stage."""
    lines = [f"# {report.title}: {report.brand}", ""]
    lines.append(f"As of {stamp(report.as_of)}, posts from {stamp(report.since)} to {stamp(report.until)}.")
    lines += ["", f"{report.post_count:,} posts on this journey, {report.off_journey_count:,} beside it, "]
    lines[-1] += f"{report.unlabelled_count:,} without a label."
    lines += ["", "## At a glance", "", *_glance(report.stages), "", "## Where to start", "", *_opportunities(report)]
    for stage in report.stages:
        lines += ["", *_stage(stage)]
    if report.segments:
        lines += ["", f"## By {report.segment}", "", *_segments(report)]
    lines += ["", "## Coverage", "", "| source | replies | seen until |", "| --- | --- | --- |"]
    for row in report.coverage:
        until = stamp(row.covers_until) if row.covers_until else "never checked"
        lines.append(f"| {row.source} | {row.reply_visibility.replace('_', ' ')} | {until} |")
    return "\n".join([*lines, "", *(f"> {note}" for note in report.notes)]) + "\n"


def _rows(stage: StageRow) -> Iterator[tuple[str, StageRow | Touchpoint | ThemeRow]]:
    yield "stage", stage
    yield from (("touchpoint", row) for row in stage.touchpoints)
    yield from (("theme", row) for row in stage.themes)


def _cells(
    kind: str, stage: StageRow, row: StageRow | Touchpoint | ThemeRow, ranks: dict[str, Opportunity]
) -> dict[str, object]:
    shares = {
        "positive": row.sentiment.shares["positive"],
        "negative": row.sentiment.shares["negative"],
        "unanswered": row.response.unanswered,
    }
    cells: dict[str, object] = {"row": kind, "stage": stage.code, "n": row.n, "needing": row.response.needing_count}
    cells |= {"post_ids": " ".join(str(id) for id in row.post_ids), "authors": row.audience.authors_count}
    cells |= {name: getattr(row.audience, f"{name}_sum") for name in ("followers", "views", "likes")}
    for name, figure in shares.items():
        low, high = figure.interval or (None, None)
        ends = (("", figure.value), ("_low", low), ("_high", high))
        cells |= {f"{name}{end}": _number(value) for end, value in ends} | {f"{name}_n": figure.n}
    key = None
    if isinstance(row, Touchpoint):
        cells |= {"source": row.source, "kind": row.kind, "host": row.host or ""}
        cells |= {"customer_wants": row.customer_wants, "brand_wants": row.brand_wants}
    elif isinstance(row, ThemeRow):
        cells |= {"theme_id": row.theme_id, "name": row.name}
        key = row.opportunity
    else:
        cells |= {"name": row.name, "customer_wants": row.question, "brand_wants": row.aim}
        key = row.code if row.code in ranks else None
    return {name: "" if value is None else value for name, value in (cells | _ranked(key, ranks)).items()}


def _ranked(key: str | None, ranks: dict[str, Opportunity]) -> dict[str, object]:
    found = ranks.get(key or "")
    if found is None:
        return {"opportunity": key}
    low, high = found.rank.interval or (None, None)
    return {
        "opportunity": key,
        "score_kind": found.score_kind,
        "score": _number(found.score.value),
        "rank": _number(found.rank.value),
        "rank_low": _number(low),
        "rank_high": _number(high),
        "band": found.band,
    }


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:.6g}"


def _glance(stages: Sequence[StageRow]) -> list[str]:
    lines = ["| stage | weight | posts | authors | positive | negative | unanswered | moves on | negative, change |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for stage in stages:
        said = stage.sentiment.shares
        cells = [
            f"`{stage.code}` {stage.name}",
            str(stage.criticality),
            f"{stage.n:,}",
            f"{stage.audience.authors_count:,}",
            percent(said["positive"]),
            percent(said["negative"]),
            percent(stage.response.unanswered),
            percent(stage.moves_on.share),
            _change(stage.change.negative),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _change(figure: Figure) -> str:
    """E.g. ``+4.2 points (-1.0 to 9.3)``."""
    if figure.value is None or figure.interval is None:
        return _NOTHING
    low, high = (100 * (end or 0) for end in figure.interval)
    return f"{100 * figure.value:+.1f} points ({low:+.1f} to {high:+.1f})"


def _opportunities(report: JourneyMap) -> list[str]:
    if not report.opportunities:
        return ["Nothing was said on this journey in this period."]
    lines = ["| band | rank | opportunity | key | score | authors | unanswered | posts |"]
    lines.append("| ---: | ---: | --- | --- | ---: | ---: | ---: | --- |")
    for one in report.opportunities:
        low, high = one.rank.interval or (0, 0)
        rank = _NOTHING if one.rank.value is None else f"{one.rank.value:.0f} ({low or 0:.0f} to {high or 0:.0f})"
        cells = [
            str(one.band or _NOTHING),
            rank,
            f"{one.stage}: {one_line(one.name, 60)}" if one.theme_id is not None else one_line(one.name, 60),
            f"`{one.key}`",
            _score(one),
            percent(one.audience),
            percent(one.unanswered),
            _ids(one.post_ids),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    if report.opportunities_left_out:
        lines.append(f"\n… and {report.opportunities_left_out:,} more.")
    return [*lines, "", "What shares a band cannot be told apart. Rank and score with 95 % intervals, over authors."]


def _score(one: Opportunity) -> str:
    if one.score.value is None:
        return f"none: {one.why_empty}"
    low, high = one.score.interval or (None, None)
    kind = "sum" if one.score_kind == "sum" else "product"
    return f"{one.score.value:.3g} ({low or 0:.3g} to {high or 0:.3g}), {kind}"


def _stage(stage: StageRow) -> list[str]:
    lines = [f"## {stage.name} (`{stage.code}`)", ""]
    lines += [f"- Customers ask: {stage.question}", f"- The brand wants {stage.aim}; done when {stage.success}."]
    if stage.why_empty:
        return [*lines, "", f"Nothing to show: {stage.why_empty}."]
    lines += [f"- Audience: {_audience(stage.audience)}", f"- Actions: {_shares(stage.actions)}"]
    lines += [f"- Emotions (sample of {stage.emotion.n:,}): {_shares(stage.emotion)}"]
    lines += [f"- Response: {_response(stage.response)}", f"- Moves on: {_moves(stage)}"]
    lines += [f"- Satisfaction: {_satisfied(stage.satisfaction.here)}"]
    if stage.satisfaction.after is not None:
        lines.append(f"- At the next stage: {_satisfied(stage.satisfaction.after)}")
    lines += ["", "| touchpoint | posts | authors | positive | negative | unanswered | customers want | evidence |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |")
    for row in stage.touchpoints:
        name = f"{row.source}, {row.kind}{f', {one_line(row.host, 60)}' if row.host else ''}"
        lines.append(_table_row(name, row, row.customer_wants))
    if stage.touchpoints_left_out:
        lines.append(f"\n… and {stage.touchpoints_left_out:,} more touchpoints.")
    if stage.themes:
        lines += ["", "| theme | posts | authors | positive | negative | unanswered | opportunity | evidence |"]
        lines.append("| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |")
        lines += [_table_row(one_line(row.name, 60), row, row.opportunity or _NOTHING) for row in stage.themes]
    for title, points in (("Delight", stage.delights), ("Pain", stage.pains), ("Barriers", stage.barriers)):
        lines += ["", f"**{title}**: {_points_title(points)}", *_points(points)]
    return lines


def _table_row(name: str, row: Touchpoint | ThemeRow, more: str) -> str:
    said = row.sentiment.shares
    cells = [
        name,
        f"{row.n:,}",
        f"{row.audience.authors_count:,}",
        percent(said["positive"]),
        percent(said["negative"]),
    ]
    return f"| {' | '.join([*cells, percent(row.response.unanswered), more, _ids(row.post_ids)])} |"


def _audience(audience: Audience) -> str:
    parts = [f"{audience.authors_count:,} authors"]
    for name in ("followers", "views", "likes"):
        known, total = getattr(audience, f"{name}_known"), getattr(audience, f"{name}_sum")
        if total is not None:
            parts.append(f"{total:,} {name} (known for {100 * (known.value or 0):.0f} % of {known.n:,})")
    if audience.unsigned_count:
        parts.append(f"{audience.unsigned_count:,} posts of unknown authors")
    return ", ".join(parts)


def _shares(feeling: Feeling) -> str:
    if feeling.why_empty:
        return feeling.why_empty
    named = [(name, figure) for name, figure in feeling.shares.items() if figure.value]
    named.sort(key=lambda pair: -(pair[1].value or 0.0))
    return "; ".join(f"{name.replace('_', ' ')} {percent(figure)}" for name, figure in named)


def _response(response: Response) -> str:
    if response.why_empty:
        return f"{response.needing_count:,} need one; {response.why_empty}"
    return (
        f"{response.needing_count:,} need one; unanswered {percent(response.unanswered)} of {response.n:,} that are due"
    )


def _moves(stage: StageRow) -> str:
    moves = stage.moves_on
    if moves.why_empty:
        return moves.why_empty
    said = f"to `{moves.next_stage}` within {moves.within_days} days: {percent(moves.share)} of {moves.n:,} authors"
    for lift in moves.lifts:
        if lift.lift.value is not None and lift.lift.interval is not None:
            low, high = lift.lift.interval
            said += f"; “{one_line(lift.theme, 60)}” {lift.lift.value:.2g} times ({low or 0:.2g} to {high or 0:.2g})"
    return said


def _satisfied(said: Satisfied) -> str:
    parts = [f"`{said.stage}` positive {percent(said.positive)}, negative {percent(said.negative)}"]
    if said.rating.value is not None:
        low, high = said.rating.interval or (None, None)
        between = f" ({low:.1f} to {high:.1f})" if low is not None and high is not None else ""
        parts.append(f"rating {said.rating.value:.1f}{between} of {said.rating.n:,}")
    for survey in said.surveys:
        place = f" at {one_line(survey.touchpoint, 40)}" if survey.touchpoint else ""
        days = f"{stamp(survey.since)} to {stamp(survey.until)}"
        parts.append(f"{survey.metric}{place} {survey.score.value:g} (n = {survey.score.n:,}, {days})")
    return "; ".join(parts)


def _points_title(points: Points) -> str:
    return points.why_empty or f"{points.n:,} posts"


def _points(points: Points) -> list[str]:
    lines = []
    for point in points.points:
        lines += ["", f"- {one_line(point.theme, 80)}: {point.n:,} posts, {percent(point.share)}"]
        lines += [f"  - “{one_line(quote.text, _LONGEST)}” ({quote.post_id})" for quote in point.quotes]
    return lines


def _segments(report: JourneyMap) -> list[str]:
    lines = ["| group | stage | posts | authors | share of the group | positive | negative | unanswered |"]
    lines.append("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in report.segments:
        for stage in row.stages:
            shares = (stage.share_of_segment, stage.positive, stage.negative, stage.unanswered)
            cells = [one_line(row.value, 40), stage.stage, f"{stage.n:,}", f"{stage.authors_count:,}"]
            lines.append(f"| {' | '.join([*cells, *(percent(figure) for figure in shares)])} |")
    return lines


def _ids(ids: Sequence[int]) -> str:
    return " ".join(str(id) for id in ids) or _NOTHING
