"""The sections on what follows from what was said: responses, loop, rivals and opportunities."""

from listener.reports.figures import Figure
from listener.reports.loop_figures import difference
from listener.reports.rivals import BrandGap
from listener.weekly import saying, sentences
from listener.weekly.blocks import Block, Bullets, Heading, Table, Text
from listener.weekly.shape import Followed, Gap, WeeklyReport
from listener.weekly.verdicts import Said, of_difference
from listener.wording import Wording, terms
from models.words import ResponseState


def response(w: Wording, report: WeeklyReport) -> list[Block]:
    """The response gap of the week beside last week's and that of four weeks."""
    its = report.response
    gaps = (its.now, its.before, its.weeks)
    head = ["", w._("this week"), w._("last week"), w._("four weeks before")]
    states = [
        [terms.state(w, state.value), *(saying.amount(w, gap.states.get(state, 0)) for gap in gaps)]
        for state in ResponseState
    ]
    return [
        Heading(1, w._("Response gap")),
        Bullets([*sentences.response(w, report), *sentences.waiting(w, report)]),
        Table(w._("How fast and how often"), head, _response_rows(w, gaps)),
        Table(w._("Posts by state"), head, states),
        Text(
            w._(
                "Each week is seen as of its own end, the four weeks as of the end of this one. A private answer is "
                "invisible here."
            ),
            "quiet",
        ),
    ]


def _response_rows(w: Wording, gaps: tuple[Gap, ...]) -> list[list[str]]:
    return [
        [w._("Response rate"), *(saying.share(w, gap.response_rate) for gap in gaps)],
        [w._("Answered outright"), *(saying.share(w, gap.answered_share) for gap in gaps)],
        [w._("Median wait, open posts included"), *(saying.wait(w, gap.median_wait) for gap in gaps)],
        [w._("Answered within a day"), *(saying.share(w, gap.within_day) for gap in gaps)],
        [w._("Response rate of follow-ups"), *(saying.share(w, gap.follow_ups) for gap in gaps)],
    ]


def loop(w: Wording, report: WeeklyReport) -> list[Block]:
    """The influence loop: what was shared, and who met it while still choosing."""
    its = report.loop
    kinds = {
        "reply": w.pgettext("met by", "reply"),
        "thread": w.pgettext("met by", "same thread"),
        "quote": w.pgettext("met by", "quote"),
        "url": w.pgettext("met by", "shared address"),
        "any": w.pgettext("met by", "any of these"),
    }
    rows = [
        [
            kinds.get(link.kind, link.kind),
            saying.amount(w, link.met_count),
            saying.share(w, link.share_met),
            saying.wait(w, link.delay),
        ]
        for link in its.links
    ]
    head = [w._("met by"), w._("experiences met"), w._("share met"), w._("median delay")]
    said = [
        w._(
            "Shared experiences: %(shared)s; posts of people still choosing: %(choosing)s.",
            shared=its.shared_count,
            choosing=its.choosing_count,
        ),
        _carried(w, its.difference),
        *_echoes(w, report),
    ]
    since = w.day(its.since.astimezone(w.zone).date())
    return [
        Heading(1, w._("The influence loop")),
        Text(w._("Over the time since %(day)s: a week alone is too short for it.", day=since), "quiet"),
        Bullets(said),
        Table(w._("How shared experiences were met again"), head, rows),
    ]


def _carried(w: Wording, carried: Figure) -> str:
    """Whether the mood of what was met goes with the mood of the question."""
    moved, points = of_difference(carried), saying.points(w, carried)
    if moved is Said.MORE:
        return w._(
            "Who met a negative experience asks negatively more often than who met a positive one: %(points)s "
            "percentage points.",
            points=points,
        )
    if moved is Said.LESS:
        return w._(
            "Who met a negative experience asks negatively less often than who met a positive one: %(points)s "
            "percentage points.",
            points=points,
        )
    if moved is Said.SAME:
        return w._(
            "Whether the experience met was negative or positive shows no difference beyond noise in how people ask: "
            "%(points)s percentage points.",
            points=points,
        )
    return w._("Too few people who were still choosing met an experience to say how they ask afterwards.")


def _echoes(w: Wording, report: WeeklyReport) -> list[str]:
    its = report.loop
    if not its.tested_count:
        return [w._("No theme had enough posts to test whether it echoes.")]
    if not its.echoes:
        return [
            w.ngettext(
                "%(num)s theme was tested for an echo; none was found.",
                "%(num)s themes were tested for an echo; none was found.",
                its.tested_count,
            )
        ]
    return [
        w._("“%(theme)s” echoes after days: %(lag)s.", theme=saying.name(echo.name), lag=echo.lag_days or 0)
        for echo in its.echoes
    ]


def rivals(w: Wording, report: WeeklyReport) -> list[Block]:
    """The brand beside its rivals; nothing where it has none."""
    if len(report.rivals) < 2:
        return []
    own = next(gap for gap in report.rivals if gap.is_own)
    head = [
        w._("brand"),
        w._("response rate"),
        w._("median wait, open posts included"),
        w._("unanswered"),
        w._("unknown"),
        w._("response rate beside ours"),
    ]
    rows = [_rival(w, gap, own) for gap in report.rivals]
    note = w._("Each brand is measured on its own posts and sources: a difference may lie there.")
    return [Heading(1, w._("Rivals")), Table(w._("The same week at the rivals"), head, rows), Text(note, "quiet")]


def _rival(w: Wording, gap: BrandGap, own: BrandGap) -> list[str]:
    beside = (
        "" if gap.is_own else saying.verdict_beside(w, of_difference(difference(gap.response_rate, own.response_rate)))
    )
    return [
        saying.name(gap.name),
        saying.share(w, gap.response_rate),
        saying.wait(w, gap.median),
        saying.amount(w, gap.unanswered_count),
        saying.amount(w, gap.unknown_count),
        beside,
    ]


def opportunities(w: Wording, report: WeeklyReport) -> list[Block]:
    """The top three of the journey map, and what became of last week's."""
    its = report.opportunities
    blocks: list[Block] = [Heading(1, w._("Opportunities")), Bullets(sentences.opportunity(w, report))]
    if not its.top:
        blocks[1] = Text(w._("No post of this week points to one."), "quiet")
    head = [
        w._("opportunity"),
        w._("stage"),
        w._("criticality"),
        w._("share of the authors"),
        w._("unanswered"),
        w._("rank"),
    ]
    rows = [
        [
            saying.name(one.name),
            terms.stage(w, one.stage),
            saying.amount(w, one.criticality),
            saying.share(w, one.audience),
            saying.share(w, one.unanswered),
            saying.rate(w, one.rank),
        ]
        for one in its.top
    ]
    if rows:
        blocks.append(Table(w._("The first three of this week's journey map"), head, rows))
    if its.followed:
        head = [
            w._("opportunity"),
            w._("stage"),
            w._("share of the authors then"),
            w._("now"),
            w._("percentage points"),
            w._("change"),
        ]
        rows = [_followed(w, one) for one in its.followed]
        blocks.append(Table(w._("What became of last week's first three"), head, rows))
    return blocks


def _followed(w: Wording, one: Followed) -> list[str]:
    gone = w._("not spoken of")
    return [
        saying.name(one.before.name),
        terms.stage(w, one.before.stage),
        saying.share(w, one.before.audience),
        saying.share(w, one.now.audience) if one.now else gone,
        saying.points(w, one.audience_change) if one.now else "–",
        saying.verdict(w, of_difference(one.audience_change)),
    ]
