"""Puts a weekly report together in one language: a page for two minutes, then the sections behind it. No format yet."""

from collections.abc import Sequence

from listener.reports.figures import Figure
from listener.weekly import saying, sentences
from listener.weekly.blocks import Block, Break, Bullets, Document, Heading, Quote, Table, Text
from listener.weekly.definitions import definitions
from listener.weekly.sections import cloud, moments, stages, themes
from listener.weekly.sections_after import loop, opportunities, response, rivals
from listener.weekly.sections_seen import seen
from listener.weekly.shape import ClassWeek, Waiting, WeeklyReport
from listener.weekly.verdicts import Said, band_of, of_change, of_difference
from listener.weekly.weeks import named
from listener.wording import Wording, terms
from models.words import Sentiment

LEVEL = 0.95
"""How sure every interval is."""


def document(report: WeeklyReport, w: Wording) -> Document:
    """The whole report in the reader's language, times in the brand's zone."""
    week = named(report.week)
    title = w._("%(brand)s: week %(week)s", brand=saying.name(report.name), week=report.week)
    subtitle = w._(
        "%(first)s to %(last)s, as of %(time)s",
        first=w.day(week.monday),
        last=w.day(week.sunday),
        time=w.time(report.as_of),
    )
    blocks: list[Block] = [*_first_page(report, w), Break()]
    for section in (stages, response, moments, themes, cloud, loop, rivals, opportunities, seen):
        blocks += section(w, report)
    return Document(title, subtitle, w.tag, w.direction == "rtl", [*blocks, *definitions(w)])


def _first_page(report: WeeklyReport, w: Wording) -> list[Block]:
    return [
        Heading(1, w._("In short")),
        Bullets(sentences.in_short(w, report)),
        _key_figures(report, w),
        Heading(1, w._("Unanswered posts that matter most")),
        *_waiting(report, w),
    ]


def _key_figures(report: WeeklyReport, w: Wording) -> Table:
    head = [w._("Figure"), w._("this week"), w._("last week"), w._("four weeks before"), w._("change")]
    its, now, before, weeks = report.volume, report.response.now, report.response.before, report.response.weeks
    posts = [count for count in its.posts_weeks if count is not None]
    usual = w._("%(low)s to %(high)s", low=min(posts), high=max(posts)) if len(posts) > 1 else "–"
    rate = [saying.share(w, one.response_rate) for one in (now, before, weeks)]
    waits = [saying.wait(w, one.median_wait) for one in (now, before, weeks)]
    moved = of_difference(report.response.rate_change)
    rows = [
        [w._("Posts"), saying.amount(w, its.posts), saying.amount(w, its.posts_before), usual, ""],
        [
            w._("Authors"),
            saying.amount(w, its.authors),
            saying.amount(w, its.authors_before),
            "",
            saying.verdict(w, of_difference(its.change, 1.0)),
        ],
        [w._("Response rate"), *rate, saying.verdict(w, moved)],
        [w._("Median wait for a response"), *waits, saying.verdict(w, _waits(now.median_wait, before.median_wait))],
        *(_class(w, row) for row in report.sentiments if row.name == Sentiment.NEGATIVE.value),
    ]
    level = w.percent(LEVEL)
    caption = w._("Key figures; in brackets the %(level)s interval and the number of posts", level=level)
    return Table(caption, head, rows)


def _class(w: Wording, row: ClassWeek) -> list[str]:
    name = w._("Share of “%(name)s”", name=terms.sentiment(w, row.name))
    said = saying.verdict(w, of_change(row.change))
    return [name, saying.share(w, row.now), saying.share(w, row.before), saying.band(w, band_of(row.weeks)), said]


def _waits(now: Figure, before: Figure) -> Said:
    """Two medians differ where their intervals are apart: strict, but no more is known of them here."""
    if now.value is None or before.value is None or (None, None) in (now.interval, before.interval):
        return Said.UNKNOWN
    (low, high), (old_low, old_high) = (figure.interval or (None, None) for figure in (now, before))
    if low is not None and old_high is not None and low > old_high:
        return Said.MORE
    return Said.LESS if high is not None and old_low is not None and high < old_low else Said.SAME


def _waiting(report: WeeklyReport, w: Wording) -> Sequence[Block]:
    posts = report.response.waiting
    if not posts:
        return [Text(w._("None is known."), "quiet")]
    order = w._(
        "Of these five weeks, ordered by days open × severity (complaint, negative, put to the brand) × reach "
        "(log of the audience)."
    )
    return [Text(order, "quiet"), *(_waiting_post(w, post) for post in posts)]


def _waiting_post(w: Wording, post: Waiting) -> Quote:
    about = w._(
        "open for %(age)s, %(source)s, %(stage)s, audience %(audience)s, %(day)s",
        age=w.duration(post.open_seconds),
        source=saying.source(post.source),
        stage=saying.stage(w, post.stage) if post.stage else w._("not labelled yet"),
        audience=post.audience,
        day=w.day(post.published_at.astimezone(w.zone).date()),
    )
    unsure = [w._("unsure: please look")] if post.is_confident is False else []
    return saying.quote(w, post, " · ".join([about, *unsure]))
