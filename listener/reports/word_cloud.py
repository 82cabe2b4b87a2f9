"""Measures which terms are characteristic of some posts against the rest; no database, no drawing, no dictionaries."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log, log1p, sqrt

from pydantic import Field, PrivateAttr

from listener.reports.cloud_terms import (
    CloudPost,
    Keys,
    SeenTerm,
    gather,
    held_keys,
    read_terms,
    told_apart,
    without_parts,
)
from listener.reports.figures import Figure, Part, share
from listener.reports.response_gap import CoverageRow
from listener.reports.term_names import DroppedNames
from models.words import Sentiment

PRIOR = 0.1
"""Weight of the prior: all posts together count as this share of their number, seen once more on either side."""
MOST_POST_IDS = 50


class CloudTerm(Part):
    """A term of the cloud; ``count`` is the number of posts of the sample that hold it."""

    term: str = Field(description="the form that the most posts write")
    key: str = Field(description="what its forms share: the base form, if the posts write it; unique")
    count: int
    share: Figure
    score: float = Field(description="a z-score, or the damped count where there was no background")
    script: str = Field(description="Latin, Hebrew, Han, Cyrillic and so on")
    languages: list[str] = Field(description="the most frequent first")
    sentiment: dict[Sentiment, int] = Field(description="posts per sentiment; those without one are not counted")
    post_ids: list[int] = Field(description="at most 50, the newest first")
    _all_post_ids: tuple[int, ...] = PrivateAttr(())

    @property
    def all_post_ids(self) -> tuple[int, ...]:
        """Every post that was counted, the newest first; it is not written, and empty on what was read back."""
        return self._all_post_ids


class Sampled(Part):
    """On how many posts the cloud rests. Above some thousands a sample is read, the same each time."""

    posts: int = Field(description="the posts read: n of every share")
    of: int = Field(description="the posts asked for")
    without_terms: int = Field(description="drawn, but their terms are not stored yet: listener classify")
    background: int = Field(description="the posts they are compared with")
    background_of: int = Field(description="of about so many")


class WordCloudData(Part):
    """The terms that set the chosen posts apart, the most telling first, and what they were measured on."""

    report: str = "word-cloud"
    brand: str
    since: datetime | None
    until: datetime | None
    as_of: datetime
    post_count: int
    background_count: int
    sampled: Sampled
    is_compared: bool = Field(description="false: nothing to compare with, so the score is but a count")
    excluded: dict[str, int] = Field(
        description="terms left out: name, rare, chance_phrase, not_characteristic, within_phrase, over_limit"
    )
    terms: list[CloudTerm]
    coverage: list[CoverageRow]


@dataclass(frozen=True, slots=True)
class CloudPosts:
    """Posts with terms, the newest first; drawn of ``of`` (None: these are all), ``without_terms`` more drawn."""

    posts: Iterable[CloudPost]
    of: int | None = None
    without_terms: int = 0


def measure(
    brand: str,
    chosen: CloudPosts,
    rest: CloudPosts,
    as_of: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    drop: Collection[str] = (),
    limit: int = 100,
    least: int = 2,
    sources: Sequence[CoverageRow] = (),
) -> WordCloudData:
    """Rank the terms of ``chosen`` by how far they set them apart from ``rest``, the most telling first.

    The score is the z-score of the log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008,
    "Fightin' Words"), over posts that hold a term, not over its repetitions. Each language is compared with itself and
    the ratios are pooled by inverse variance, so that a brand with more Polish posts is not characterised by all of
    Polish. Terms no more frequent than in the rest are left out. Ties go to the higher count, then to the key that
    comes first in code point order. ``drop`` are brand names, slugs and account names: terms with any of their words
    are left out. A post given in both counts as chosen alone. At most ``limit`` terms, each in at least ``least``
    posts. Every share's coverage is the share of the posts drawn whose terms are stored.
    """
    posts = {post.post_id: post for post in reversed(list(chosen.posts))}
    posts = dict(reversed(posts.items()))  # of a post given twice the first stays, in its place
    others = {post.post_id: post for post in rest.posts if post.post_id not in posts}
    excluded: Counter[str] = Counter()
    whole = _telling(posts, others, DroppedNames(drop), max(1, least), excluded)
    ranked = sorted(whole.items(), key=lambda pair: (-pair[1].score, -len(pair[1].posts), pair[0]))[: max(0, limit)]
    excluded["over_limit"] += len(whole) - len(ranked)
    drawn = len(posts) + chosen.without_terms
    known = len(posts) / drawn if drawn else None
    return WordCloudData(
        brand=brand,
        since=since,
        until=until,
        as_of=as_of,
        post_count=len(posts),
        background_count=len(others),
        sampled=Sampled(
            posts=len(posts),
            of=drawn if chosen.of is None else chosen.of,
            without_terms=chosen.without_terms,
            background=len(others),
            background_of=len(others) if rest.of is None else rest.of,
        ),
        is_compared=bool(others),
        excluded=dict(sorted((+excluded).items())),
        terms=[_public(key, term, shown, len(posts), as_of, known) for key, term, shown in told_apart(ranked)],
        coverage=list(sources),
    )


def script_of(text: str) -> str:
    """The script of most letters: "Latin", "Hebrew", "Han", "Cyrillic" and so on; "Unknown" without letters."""
    names = [unicodedata.name(char, "unknown").split()[0].split("-")[0] for char in text if char.isalpha()]
    if not names:
        return "Unknown"
    most = min(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))[0]
    return {"CJK": "Han"}.get(most, most.title())


def _telling(
    posts: dict[int, CloudPost],
    others: dict[int, CloudPost],
    names: DroppedNames,
    least: int,
    excluded: Counter[str],
) -> dict[str, SeenTerm]:
    """The terms that say something of the posts, with their scores."""
    named: set[str] = set()
    read = list(read_terms(posts.values(), names, named))
    excluded["name"] += len(named)
    keys = Keys(read)
    kept = gather(read, keys, least, excluded)
    if others:
        _compare(kept, posts.values(), others.values(), keys, names)
    else:
        for term in kept.values():
            term.score = round(len(term.posts) * log1p(len(posts) / len(term.posts)), 6)
    telling = {key: term for key, term in kept.items() if term.score > 0}
    excluded["not_characteristic"] += len(kept) - len(telling)
    return without_parts(telling, excluded)


def _compare(
    kept: dict[str, SeenTerm],
    given: Collection[CloudPost],
    rest: Collection[CloudPost],
    keys: Keys,
    names: DroppedNames,
) -> None:
    """Set the score of each term."""
    sizes = Counter(post.language for post in given)
    rest_sizes = Counter(post.language for post in rest)
    rest_counts: Counter[tuple[str, str]] = Counter()
    for post, held in zip(rest, held_keys(rest, keys, names, kept), strict=True):
        rest_counts.update((key, post.language) for key in held)
    for key, term in kept.items():
        pooled = weights = 0.0
        for language, count in sorted(term.languages().items()):
            # A language that the rest does not speak is compared with all of the rest.
            n, rest_n = sizes[language], rest_sizes[language]
            if not rest_n:
                n, rest_n = len(given), len(rest)
            ratio, variance = log_odds_ratio(count, n, rest_counts[key, language], rest_n)
            pooled, weights = pooled + ratio / variance, weights + 1 / variance
        term.score = round(pooled / sqrt(weights), 6)


def log_odds_ratio(count: int, n: int, rest_count: int, rest_n: int) -> tuple[float, float]:
    """The log-odds ratio of a term in ``count`` of ``n`` posts against ``rest_count`` of ``rest_n``, and its variance.

    The prior is the term's frequency in both together, so that rare terms are shrunk towards no difference.
    """
    prior, prior_n = PRIOR * (count + rest_count), PRIOR * (n + rest_n)

    def log_odds(held: int, of: int) -> float:
        return log((held + prior) / max(0.5, of + prior_n - held - prior))

    return log_odds(count, n) - log_odds(rest_count, rest_n), 1 / (count + prior) + 1 / (rest_count + prior)


def _public(key: str, term: SeenTerm, shown: str, n: int, as_of: datetime, coverage: float | None) -> CloudTerm:
    languages = sorted(term.languages().items(), key=lambda pair: (-pair[1], pair[0]))
    felt = Counter(post.sentiment for post in term.posts.values())
    public = CloudTerm(
        term=shown,
        key=key,
        count=len(term.posts),
        share=share(len(term.posts), n, as_of, coverage),
        score=term.score,
        script=script_of(shown),
        languages=[language for language, _ in languages],
        sentiment={sentiment: felt[sentiment.value] for sentiment in Sentiment},
        post_ids=list(term.posts)[:MOST_POST_IDS],
    )
    public._all_post_ids = tuple(term.posts)
    return public
