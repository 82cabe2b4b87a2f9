"""The parts of a response gap as Markdown, each figure with its n and its interval; measures nothing."""

from listener.reports.figures import Figure
from listener.reports.neglect import VisibleNeglect
from listener.reports.next_reply import NextReplies
from listener.reports.reply_effect import EffectOfReply
from listener.reports.response_gap import GapOfGroup, ResponseGap
from listener.reports.response_times import ResponseTimes
from listener.reports.rivals import BrandGap
from listener.reports.wording import STATE_TEXTS, one_line, share_text, table, wait_text
from models.words import ResponseState


def state_lines(report: ResponseGap) -> list[str]:
    """The states, the rates, and what was left out of them."""
    states = [[STATE_TEXTS[state], f"{count:,}"] for state, count in report.states.items()]
    coverage = report.response_rate.coverage
    known = "unknown" if coverage is None else f"{100 * coverage:.1f} %"
    return [
        *table(["state", "posts"], states),
        "",
        f"- Response rate: {share_text(report.response_rate)}",
        f"- Answered outright: {share_text(report.answered_share)}",
        f"- Coverage: the state of {known} of the posts that need a response is known",
        f"- Left out: {report.unlabelled_count:,} without a label, {report.duplicate_count:,} repetitions, "
        f"{report.implausible_count:,} with implausible times",
        "",
    ]


def wait_lines(times: ResponseTimes, hours: str | None, title: str = "Time to first response") -> list[str]:
    """Calendar time beside business time, where there is any."""
    kinds = [times] if times.business is None else [times, times.business]
    rows = [
        ["median, open posts included", *(wait_text(kind.median) for kind in kinds)],
        ["median of the answered alone", *(wait_text(kind.answered_median) for kind in kinds)],
        ["nine of ten of the answered within", *(wait_text(kind.answered_p90) for kind in kinds)],
    ]
    rows += [
        [f"answered within {limit} h", *(share_text(kind.within_hours[limit]) for kind in kinds)]
        for limit in times.within_hours
    ]
    columns = ["", "calendar time", "business time"][: 1 + len(kinds)]
    said = [f"Business time: {one_line(hours, 300)}.", ""] if hours and times.business else []
    return [f"## {title}", "", *table(columns, rows), "", *said]


def follow_up_lines(replies: NextReplies) -> list[str]:
    """Customers who wrote again after an answer."""
    return [
        *wait_lines(replies.time_to_next_response, None, "Answered once: what became of the next message"),
        f"- Follow-up turns: {replies.turn_count:,} in {replies.conversation_count:,} conversations",
        f"- Response rate of the turns: {share_text(replies.response_rate)}",
        f"- Conversations in which the customer spoke last and waits: {replies.waiting_count:,}, "
        f"{share_text(replies.waiting_share)}",
        "",
    ]


def neglect_lines(neglect: VisibleNeglect) -> list[str]:
    """The weighted shares beside the unweighted one."""
    return [
        "## Visible neglect",
        "",
        f"- Unanswered, each post alike: {share_text(neglect.unweighted)}",
        f"- Weighted by audience: {share_text(neglect.by_audience)}",
        f"- Weighted by audience, share of the time open: {share_text(neglect.by_audience_and_time)}",
        f"- Audience known: {share_text(neglect.audience_known)}",
        "",
    ]


def effect_lines(effects: list[EffectOfReply]) -> list[str]:
    """Later posts of answered complaints beside those of unanswered ones."""
    rows = [
        [effect.outcome, *(change_text(one) for one in (effect.answered, effect.unanswered, effect.difference))]
        for effect in effects
    ]
    columns = ["later change of", "answered", "unanswered, matched", "difference"]
    return ["## What authors say later (association, not cause)", "", *table(columns, rows), ""]


def group_lines(groups: dict[str, list[GapOfGroup]], most: int = 12) -> list[str]:
    """A table for each way to split the posts that has more than one group."""
    lines: list[str] = []
    for split, found in groups.items():
        if len(found) < 2:
            continue
        counted = (ResponseState.ANSWERED, ResponseState.REDIRECTED, ResponseState.UNANSWERED, ResponseState.UNKNOWN)
        rows = [
            [_name(group), *(f"{group.states[state]:,}" for state in counted), share_text(group.response_rate)]
            for group in found[:most]
        ]
        columns = [split, *(STATE_TEXTS[state] for state in counted), "response rate"]
        left = [f"… and {len(found) - most:,} more", ""] if len(found) > most else []
        lines += [f"## By {split}", "", *table(columns, rows), "", *left]
    return lines


def rival_lines(rivals: list[BrandGap]) -> list[str]:
    """The brands side by side."""
    if not rivals:
        return []
    rows = [
        [
            one_line(gap.name, 80) + (" (this brand)" if gap.is_own else ""),
            share_text(gap.response_rate),
            wait_text(gap.median),
            f"{gap.unanswered_count:,}",
            f"{gap.unknown_count:,}",
        ]
        for gap in rivals
    ]
    columns = ["brand", "response rate", "median wait, open posts included", "unanswered", "unknown"]
    return ["## Beside the rivals", "", *table(columns, rows), ""]


def change_text(figure: Figure) -> str:
    """E.g. ``+0.42 (95 % interval +0.10 to +0.71, n = 58)``."""
    if figure.value is None or figure.interval is None:
        return f"too few to say (n = {figure.n:,})"
    low, high = (end or 0.0 for end in figure.interval)
    return f"{figure.value:+.2f} (95 % interval {low:+.2f} to {high:+.2f}, n = {figure.n:,})"


def _name(group: GapOfGroup) -> str:
    return one_line(group.group if group.name is None else f"{group.name} ({group.group})", 80)
