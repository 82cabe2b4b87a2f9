"""The sections on what was said: stages and sentiments, moments, themes, words; as blocks in the reader's language."""

from collections.abc import Sequence

from listener.weekly import saying, sentences
from listener.weekly.blocks import Block, Bullets, Heading, Picture, Table, Text
from listener.weekly.shape import ClassWeek, Moment, ThemeWeek, WeeklyReport
from listener.weekly.verdicts import band_of, of_change, of_theme
from listener.wording import Wording, terms
from models.words import Sentiment, Stage

MOST_WORDS = 8


def stages(w: Wording, report: WeeklyReport) -> list[Block]:
    """Stage by sentiment with last week and the band of four weeks."""
    moments_, negative_in = _in_order(report.stages), _in_order(report.negative)
    stage_names = [terms.stage(w, row.name) for row in moments_]
    sentiment_names = [terms.sentiment(w, row.name) for row in report.sentiments]
    negative = terms.sentiment(w, Sentiment.NEGATIVE.value)
    return [
        Heading(1, w._("What changed")),
        Bullets(sentences.changes(w, report)),
        _classes(w, w._("Stages: share of the posts"), stage_names, moments_),
        _classes(w, w._("Sentiments: share of the posts"), sentiment_names, report.sentiments),
        _classes(w, w._("Share of “%(name)s” within each stage", name=negative), stage_names, negative_in),
        *_counts(w, report),
        Picture("stages", w._("Chart: the share of each stage week by week, with intervals.")),
    ]


def _in_order(rows: Sequence[ClassWeek]) -> list[ClassWeek]:
    """From before buying to sharing; what is no customer's voice comes last."""
    return sorted(rows, key=lambda row: list(Stage).index(Stage(row.name)))


def _classes(w: Wording, caption: str, names: Sequence[str], rows: Sequence[ClassWeek]) -> Table:
    head = [
        "",
        w._("counted"),
        w._("corrected"),
        w._("last week, counted"),
        w._("four weeks before, counted"),
        w._("change"),
    ]
    return Table(
        caption,
        head,
        [
            [
                name,
                saying.share(w, row.now),
                saying.share(w, row.corrected) if row.corrected else "–",
                saying.share(w, row.before),
                saying.band(w, band_of(row.weeks)),
                saying.verdict(w, of_change(row.change)),
            ]
            for name, row in zip(names, rows, strict=True)
        ],
    )


def _counts(w: Wording, report: WeeklyReport) -> list[Block]:
    counts = report.counts
    if counts is None:
        return []
    head = ["", *(terms.sentiment(w, one) for one in Sentiment)]
    rows = [
        [terms.stage(w, stage), *(saying.amount(w, counts.get(stage, {}).get(one.value, 0)) for one in Sentiment)]
        for stage in (one.value for one in Stage)
    ]
    return [Table(w._("Posts by stage and sentiment"), head, rows)]


def moments(w: Wording, report: WeeklyReport) -> list[Block]:
    """What each moment was about."""
    blocks: list[Block] = [Heading(1, w._("What each moment was about"))]
    for moment in report.moments:
        blocks += [Heading(2, terms.stage(w, moment.stage)), *_moment(w, moment)]
    return blocks


def _moment(w: Wording, moment: Moment) -> list[Block]:
    if not moment.count:
        return [Text(w._("No post in this week."), "quiet")]
    said = [w.ngettext("%(num)s post.", "%(num)s posts.", moment.count)]
    if moment.themes:
        themes = saying.names(w, ((theme.name, theme.count) for theme in moment.themes), "; ")
        said.append(w._("Themes, with posts: %(themes)s.", themes=themes))
    if moment.terms:
        words = saying.names(w, ((term.term, term.count) for term in moment.terms[:MOST_WORDS]))
        said.append(w._("Words that set it apart, with posts: %(words)s.", words=words))
    else:
        said.append(w._("Too few posts share a word that would set it apart."))
    return [Text(saying.together(w, *said)), *(saying.quote(w, post) for post in moment.quotes)]


def themes(w: Wording, report: WeeklyReport) -> list[Block]:
    """The themes with their change, and two voices of the first ones."""
    blocks: list[Block] = [Heading(1, w._("Themes"))]
    if not report.themes:
        return [*blocks, Text(w._("No theme was spoken of, or none were found yet."), "quiet")]
    head = [
        w._("theme"),
        w._("kind"),
        w._("posts"),
        w._("last week"),
        w._("ratio to last week"),
        w._("unanswered"),
        w._("change"),
    ]
    blocks.append(
        Table(w._("Themes of the week, the most frequent first"), head, [_theme(w, t) for t in report.themes])
    )
    for theme in report.themes[:3]:
        if theme.quotes:
            blocks += [Heading(2, saying.name(theme.name)), *(saying.quote(w, post) for post in theme.quotes)]
    return blocks


def _theme(w: Wording, theme: ThemeWeek) -> list[str]:
    is_complaint = theme.polarity == "complaint"
    return [
        saying.name(theme.name),
        w.pgettext("theme", "complaint") if is_complaint else w.pgettext("theme", "praise"),
        saying.amount(w, theme.count),
        saying.amount(w, theme.previous_count),
        saying.ratio(w, theme.change),
        saying.share(w, theme.unanswered),
        saying.verdict(w, of_theme(theme)),
    ]


def cloud(w: Wording, report: WeeklyReport) -> list[Block]:
    """The word cloud of the week, as a picture and in words."""
    found = report.cloud.terms
    blocks: list[Block] = [Heading(1, w._("Words of the week"))]
    if not found:
        return [*blocks, Text(w._("Too few posts share a word."), "quiet")]
    words = saying.names(w, ((term.term, term.count) for term in found[: 3 * MOST_WORDS]))
    colours = ""
    if any(sum(term.sentiment.values()) for term in found):
        colours = w._("In the picture orange is mostly negative, grey mixed or neutral, teal mostly positive.")
    said = w._("Words that set this week apart, with posts: %(words)s.", words=words)
    return [*blocks, Picture("cloud", w._("Word cloud of the week; its words stand below."), colours), Text(said)]
