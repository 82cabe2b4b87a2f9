"""The sentences of a weekly report, by rules from its figures: what changed, and whether that is more than noise.

A change is spoken of only where ``verdicts`` says that there is one. Every sentence is one text of the catalogue.
"""

from listener.weekly import saying
from listener.weekly.shape import ClassWeek, ThemeWeek, WeeklyReport
from listener.weekly.verdicts import Said, band_of, of_change, of_difference, of_theme
from listener.wording import Wording, terms
from models.words import ResponseState, Sentiment


def in_short(w: Wording, report: WeeklyReport) -> list[str]:
    """The report in a few sentences, the most general first."""
    if report.volume.posts is None:
        return [w._("Nobody listened this week: nothing can be said of it."), *coverage(w, report)]
    if not report.volume.posts:
        return [w._("No post was heard this week."), *waiting(w, report), *coverage(w, report)]
    return [
        *volume(w, report),
        *response(w, report),
        *waiting(w, report),
        *changes(w, report),
        *themes(w, report),
        *opportunity(w, report),
        *coverage(w, report),
    ]


def volume(w: Wording, report: WeeklyReport) -> list[str]:
    """How much was said, beside the week before."""
    its = report.volume
    said = w.ngettext("%(num)s post was heard this week.", "%(num)s posts were heard this week.", its.posts or 0)
    if its.authors_before is None:
        return [said, w._("Nobody listened the week before, so the two cannot be compared.")]
    values = {"now": its.authors or 0, "before": its.authors_before, "ratio": saying.ratio(w, its.change)}
    moved = of_difference(its.change, 1.0)
    if moved is Said.MORE:
        how = w._("More people wrote: authors %(now)s, the week before %(before)s; ratio %(ratio)s.", **values)
    elif moved is Said.LESS:
        how = w._("Fewer people wrote: authors %(now)s, the week before %(before)s; ratio %(ratio)s.", **values)
    else:
        how = w._(
            "How many people wrote shows no change beyond noise: authors %(now)s, the week before %(before)s; "
            "ratio %(ratio)s.",
            **values,
        )
    return [saying.together(w, said, how)]


def response(w: Wording, report: WeeklyReport) -> list[str]:
    """How many got a response, beside the week before."""
    its = report.response
    if its.now.response_rate.value is None:
        return [w._("No post that needs a response is old enough yet to tell whether it got one.")]
    share = saying.share(w, its.now.response_rate)
    said = w._("Of the posts that need a response and are old enough to tell, %(share)s got one.", share=share)
    points = saying.points(w, its.rate_change)
    moved = of_difference(its.rate_change)
    if moved is Said.MORE:
        how = w._("That is more than the week before, by %(points)s percentage points.", points=points)
    elif moved is Said.LESS:
        how = w._("That is less than the week before: %(points)s percentage points.", points=points)
    elif moved is Said.SAME:
        how = w._("That is no change beyond noise since the week before: %(points)s percentage points.", points=points)
    else:
        how = w._("There is nothing to compare it with in the week before.")
    return [saying.together(w, said, how)]


def waiting(w: Wording, report: WeeklyReport) -> list[str]:
    """Who still waits, and of whom that cannot be said."""
    its, states = report.response, report.response.now.states
    said = [w._("No post of these five weeks is known to be unanswered.")]
    if its.waiting_count:
        told = w.ngettext(
            "%(num)s post of these five weeks is still unanswered.",
            "%(num)s posts of these five weeks are still unanswered.",
            its.waiting_count,
        )
        said = [told]
    early, unknown = states.get(ResponseState.TOO_EARLY, 0), states.get(ResponseState.UNKNOWN, 0)
    if early:
        told = w.ngettext(
            "%(num)s post of this week is too young to tell.",
            "%(num)s posts of this week are too young to tell.",
            early,
        )
        said.append(told)
    if unknown:
        told = w.ngettext(
            "Of %(num)s post of this week nobody can tell.", "Of %(num)s posts of this week nobody can tell.", unknown
        )
        said.append(told)
    return [saying.together(w, *said)]


def changes(w: Wording, report: WeeklyReport) -> list[str]:
    """Each stage and sentiment whose share moved beyond noise; where none did, that."""
    named = [(terms.sentiment(w, row.name), row) for row in report.sentiments]
    named += [(saying.stage(w, row.name), row) for row in report.stages]
    found = [text for name, row in named if (text := change(w, name, row))]
    for row in report.negative:
        name = w._("%(sentiment)s at %(stage)s", sentiment=_negative(w), stage=saying.stage(w, row.name))
        found += [text] if (text := change(w, name, row)) else []
    if found:
        return found
    every = [of_change(row.change) for _, row in named]
    if all(said in (Said.FEW, Said.UNKNOWN) for said in every):
        return [w._("There were too few posts to say whether any stage or sentiment changed.")]
    return [w._("No stage and no sentiment changed beyond noise since the week before.")]


def change(w: Wording, name: str, row: ClassWeek) -> str | None:
    """One share that moved, with the usual range; None where nothing beyond noise is to be told."""
    moved = of_change(row.change)
    if moved not in (Said.MORE, Said.LESS):
        return None
    values = {"name": name, "now": saying.share(w, row.now), "before": saying.share(w, row.before)}
    if moved is Said.MORE:
        said = w._("The share of “%(name)s” rose to %(now)s, from %(before)s the week before.", **values)
    else:
        said = w._("The share of “%(name)s” fell to %(now)s, from %(before)s the week before.", **values)
    ends = band_of(row.weeks)
    if ends is None or row.now.value is None:
        return said
    usual = saying.band(w, ends)
    if ends[0] <= row.now.value <= ends[1]:
        where = w._("It lies within the range of the four weeks before, %(band)s.", band=usual)
    else:
        where = w._("It lies outside the range of the four weeks before, %(band)s.", band=usual)
    return saying.together(w, said, where)


def themes(w: Wording, report: WeeklyReport) -> list[str]:
    """What complaints were most about, and which themes came up more or less than the week before."""
    top = next((theme for theme in report.themes if theme.polarity == "complaint"), None)
    found = []
    if top is not None:
        found.append(
            w.ngettext(
                "Complaints were most often about “%(theme)s”: %(num)s post, %(share)s of those in a theme.",
                "Complaints were most often about “%(theme)s”: %(num)s posts, %(share)s of those in a theme.",
                top.count,
                theme=saying.name(top.name),
                share=saying.share(w, top.share),
            )
        )
    return found + [text for theme in report.themes if (text := theme_change(w, theme))]


def theme_change(w: Wording, theme: ThemeWeek) -> str | None:
    """One theme that moved; None where that is not beyond noise."""
    moved = of_theme(theme)
    values = {"theme": saying.name(theme.name), "now": theme.count, "before": theme.previous_count or 0}
    ratio = saying.ratio(w, theme.change)
    if moved is Said.MORE:
        return w._(
            "“%(theme)s” came up more often: %(now)s, the week before %(before)s; ratio %(ratio)s.",
            **values,
            ratio=ratio,
        )
    if moved is Said.LESS:
        return w._(
            "“%(theme)s” came up less often: %(now)s, the week before %(before)s; ratio %(ratio)s.",
            **values,
            ratio=ratio,
        )
    return None


def opportunity(w: Wording, report: WeeklyReport) -> list[str]:
    """Where to begin, and whether that can be told apart from what comes next."""
    top = report.opportunities.top
    if not top or top[0].score.value is None:
        return []
    first = top[0]
    said = w._(
        "First among the opportunities is “%(name)s” at %(stage)s: %(audience)s of the authors, "
        "unanswered %(unanswered)s.",
        name=saying.name(first.name),
        stage=saying.stage(w, first.stage),
        audience=saying.share(w, first.audience),
        unanswered=saying.share(w, first.unanswered),
    )
    if any(other.band == first.band for other in top[1:]):
        said = saying.together(w, said, w._("By these posts it cannot be told apart from the next."))
    return [said]


def coverage(w: Wording, report: WeeklyReport) -> list[str]:
    """What was not seen."""
    seen = report.seen
    found = []
    if seen.time_covered is None or not seen.sources:
        found.append(w._("No source was listened to."))
    elif seen.time_covered < 0.995:
        found.append(w._("Only %(share)s of the week's time was listened to.", share=w.percent(seen.time_covered)))
    quiet = [saying.source(row.source) for row in seen.sources if row.is_quiet]
    if quiet:
        sources = w.listed(quiet)
        found.append(
            w._("Far fewer posts than usual came from %(sources)s: something may be broken there.", sources=sources)
        )
    if seen.unlabelled_count:
        found.append(
            w.ngettext(
                "%(num)s post waits for a label and is counted nowhere.",
                "%(num)s posts wait for a label and are counted nowhere.",
                seen.unlabelled_count,
            )
        )
    return found or [w._("Every source was listened to all week.")]


def _negative(w: Wording) -> str:
    return terms.sentiment(w, Sentiment.NEGATIVE.value)
