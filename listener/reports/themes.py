"""Measures what complaints and praise are about: themes with counts, shares, change, what waits, and typical quotes.

Pure: counted rows, themes and candidates for quotes are handed in. Definitions: docs/metrics.md.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from pydantic import Field

from listener.reports.figures import Figure, Part, share
from models.reads.themes import QuotablePost, ThemeCount
from models.tables import Theme
from models.words import ResponseState

QUOTES = 3
SHORT, LONG = 40, 400
"""Characters between which a post is quoted by choice."""
_WAITED = (ResponseState.ANSWERED, ResponseState.REDIRECTED, ResponseState.UNANSWERED)
_NEEDING = (*_WAITED, ResponseState.TOO_EARLY, ResponseState.UNKNOWN)
NOTES = (
    "A theme is a group of posts that lie close together by what they say, in whatever language; it says what posts "
    "have in common, not why. Posts that lie near no theme are counted under coverage.",
    "Names are made of terms that are characteristic of a theme's posts until a person gives a better one.",
)


class ThemeQuote(Part):
    """A typical post of a theme."""

    post_id: int
    text: str
    language: str
    published_at: datetime


class ThemeRow(Part):
    """One theme in the period."""

    id: int
    name: str
    terms: list[str]
    polarity: str
    is_retired: bool
    count: int
    share: Figure = Field(description="of the posts of this polarity that lie in a theme")
    sentiment: dict[str, int]
    stage: dict[str, int]
    languages: dict[str, int]
    unanswered: Figure = Field(description="share of unanswered among those that needed a response and had their time")
    change: Figure = Field(description="its rate over that of the period before, of the same length")
    previous_count: int | None
    first_at: datetime
    last_at: datetime
    quotes: list[ThemeQuote]


class PolarityRow(Part):
    """Complaints or praises altogether; ``in_theme`` is the share of them that lie in a theme."""

    polarity: str
    count: int
    in_theme: Figure


class Themes(Part):
    """The report; the most frequent theme first. Without repetitions, bots and the brands' own posts."""

    report: str = "themes"
    brand: str
    since: datetime | None
    until: datetime | None
    as_of: datetime
    fitted_at: datetime | None = Field(description="when themes were last found; None: never")
    encoder: str | None
    polarities: list[PolarityRow]
    themes: list[ThemeRow]
    left_out: int = Field(description="themes with posts in the period that the limit leaves out")
    notes: list[str]


Candidates = Callable[[int], Sequence[QuotablePost]]
"""Posts of a theme, by its id, the newest first."""


def measure(
    brand: str,
    counts: Sequence[ThemeCount],
    themes: Sequence[Theme],
    candidates: Candidates,
    as_of: datetime,
    *,
    before: Mapping[int, int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> Themes:
    """Measure the themes that hold any of the counted posts.

    ``before`` are the counts by theme in the period of the same length before this one; None where there is none.
    Ties go to the theme that was found first.
    """
    known = {theme.id or 0: theme for theme in themes}
    by_theme: dict[int, list[ThemeCount]] = {}
    for row in counts:
        if row.theme_id in known and row.polarity == known[row.theme_id].polarity:
            by_theme.setdefault(row.theme_id, []).append(row)
    said = Counter[str]()
    placed = Counter[str]()
    for row in counts:
        said[row.polarity] += row.posts
    for id, rows in by_theme.items():
        placed[known[id].polarity] += _sum(rows)
    order = sorted(by_theme, key=lambda id: (-_sum(by_theme[id]), id))
    shown = order if limit is None else order[:limit]
    fitted = [theme for theme in themes if theme.retired_at is None]
    return Themes(
        brand=brand,
        since=since,
        until=until,
        as_of=as_of,
        fitted_at=max((theme.fitted_at for theme in fitted), default=None),
        encoder=min((theme.encoder for theme in fitted), default=None),
        polarities=[
            PolarityRow(polarity=name, count=said[name], in_theme=share(placed[name], said[name], as_of, 1.0))
            for name in ("complaint", "praise")
        ],
        themes=[_row(known[id], by_theme[id], placed, said, before, candidates(id), as_of) for id in shown],
        left_out=len(order) - len(shown),
        notes=[*NOTES, *([] if fitted else ["No themes were found yet: listener themes --brand SLUG"])],
    )


def rate_ratio(count: int, before: int | None, as_of: datetime) -> Figure:
    """One count over another, both of periods of one length, with the exact interval of two Poisson rates.

    Given both together, the later count is binomial (Przyborowski and Wilenski 1940; interval by Clopper and Pearson
    1934). None where there was no period before, or no post in either.
    """
    if before is None or not count + before:
        return Figure(value=None, unit="ratio", n=count, interval=None, as_of=as_of, coverage=None)
    from scipy.special import betaincinv

    low = float(betaincinv(count, before + 1, 0.025)) if count else 0.0
    high = float(betaincinv(count + 1, before, 0.975)) if before else 1.0
    ends = (low / (1 - low), high / (1 - high) if high < 1 else None)
    value = count / before if before else None
    return Figure(value=value, unit="ratio", n=count + before, interval=ends, as_of=as_of, coverage=1.0)


def quotes_of(posts: Sequence[QuotablePost], terms: Sequence[str], count: int = QUOTES) -> list[ThemeQuote]:
    """Typical posts: those that hold the most of the theme's terms and are neither short nor long, then the newest.

    Of each author one; a language that was quoted gives way to one that was not if it holds any term.
    """
    folded = [term.casefold() for term in terms]

    def typical(post: QuotablePost) -> tuple[bool, int, float, int]:
        held = sum(term in post.text.casefold() for term in folded)
        return not SHORT <= len(post.text) <= LONG, -held, -post.published_at.timestamp(), -post.post_id

    ranked = sorted(posts, key=typical)
    chosen: list[QuotablePost] = []
    while ranked and len(chosen) < count:
        spoken, authors = {post.language for post in chosen}, {post.author_id for post in chosen if post.author_id}
        ranked = [post for post in ranked if post not in chosen and post.author_id not in authors]
        other = [post for post in ranked if post.language not in spoken and typical(post)[1] < 0]
        chosen += [*other, *ranked][:1]
    return [
        ThemeQuote(post_id=p.post_id, text=p.text, language=p.language, published_at=p.published_at) for p in chosen
    ]


def _row(
    theme: Theme,
    rows: Sequence[ThemeCount],
    placed: Mapping[str, int],
    said: Mapping[str, int],
    before: Mapping[int, int] | None,
    candidates: Sequence[QuotablePost],
    as_of: datetime,
) -> ThemeRow:
    count, previous = _sum(rows), None if before is None else before.get(theme.id or 0, 0)
    states = _by(rows, "state")
    waited = sum(states.get(state.value, 0) for state in _WAITED)
    needing = sum(states.get(state.value, 0) for state in _NEEDING)
    known = waited / needing if needing else None
    cover = placed[theme.polarity] / said[theme.polarity]
    return ThemeRow(
        id=theme.id or 0,
        name=theme.name,
        terms=theme.terms,
        polarity=theme.polarity,
        is_retired=theme.retired_at is not None,
        count=count,
        share=share(count, placed[theme.polarity], as_of, cover),
        sentiment=_by(rows, "sentiment"),
        stage=_by(rows, "stage"),
        languages=_by(rows, "language"),
        unanswered=share(states.get(ResponseState.UNANSWERED.value, 0), waited, as_of, known),
        change=rate_ratio(count, previous, as_of),
        previous_count=previous,
        first_at=min(row.first_at for row in rows),
        last_at=max(row.last_at for row in rows),
        quotes=quotes_of(candidates, theme.terms),
    )


def _sum(rows: Sequence[ThemeCount]) -> int:
    return sum(row.posts for row in rows)


def _by(rows: Sequence[ThemeCount], field: str) -> dict[str, int]:
    """Counts by one of the rows' words, the most frequent first."""
    found: Counter[str] = Counter()
    for row in rows:
        if getattr(row, field) is not None:
            found[getattr(row, field)] += row.posts
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
