"""The section on what was listened to and what could not be seen, source by source."""

from listener.weekly import saying, sentences
from listener.weekly.blocks import Block, Bullets, Heading, Table
from listener.weekly.shape import WeeklyReport
from listener.wording import Wording, terms


def seen(w: Wording, report: WeeklyReport) -> list[Block]:
    """What was listened to, and what could not be seen."""
    its = report.seen
    head = [
        w._("source"),
        w._("a brand's replies are"),
        w._("seen until"),
        w._("posts of any kind"),
        w._("posts a day"),
        w._("expected a day"),
        w._("what was missed"),
    ]
    rows = [
        [
            saying.source(row.source),
            terms.visibility(w, row.reply_visibility),
            w.time(row.covers_until) if row.covers_until else w._("never checked"),
            saying.amount(w, row.post_count),
            saying.rate(w, row.seen_a_day),
            saying.rate(w, row.expected_a_day),
            _missed(w, row.is_quiet, len(row.gaps), row.failed_runs),
        ]
        for row in its.sources
    ]
    said = [
        *sentences.coverage(w, report),
        *_repeated(w, its.duplicate_count),
        w._("Posts of any kind hold the brand's own, those of bots and repetitions too."),
        w._("Only public replies are seen: a private answer is invisible here."),
        w._("Where a source was not seen, nothing is known: no posts there does not mean that nobody spoke."),
    ]
    if its.removed_until:
        said.append(
            w._(
                "Posts up to %(time)s were removed for their age: of that time only what is left is counted.",
                time=w.time(its.removed_until),
            )
        )
    table = [Table(w._("Sources"), head, rows)] if rows else []
    return [Heading(1, w._("What we saw and what we could not see")), Bullets(said), *table]


def _repeated(w: Wording, count: int) -> list[str]:
    said = w.ngettext("%(num)s repetition is left out.", "%(num)s repetitions are left out.", count)
    return [said] if count else []


def _missed(w: Wording, is_quiet: bool | None, gap_count: int, failed_count: int) -> str:
    said = [w._("far fewer posts than usual")] if is_quiet else []
    if gap_count:
        said.append(w.ngettext("%(num)s gap", "%(num)s gaps", gap_count))
    if failed_count:
        said.append(w.ngettext("%(num)s failed run", "%(num)s failed runs", failed_count))
    return "; ".join(said) or w._("nothing known")
