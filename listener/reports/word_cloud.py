"""Measures which terms are characteristic of some posts against the rest; no database, no drawing."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import log, log1p, sqrt

from listener.reports.term_names import DroppedNames
from models.words import Sentiment
from nlp.terms import terms_of

PRIOR = 0.1
"""Weight of the prior: all posts together count as this share of their number, seen once more on either side."""
GLUE = 0.1
"""A phrase stays if at least this share of the posts with its rarer word hold it; else it is a chance meeting."""
SWALLOWED = 0.8
"""A word goes if phrases that stay hold it in at least this share of its posts."""
MOST_POST_IDS = 50


@dataclass(frozen=True)
class CloudPost:
    """A post as the cloud sees it; ``language`` is ISO 639-1, ``sentiment`` one of models.words.Sentiment or None."""

    post_id: int
    text: str
    language: str
    sentiment: str | None = None


@dataclass(frozen=True)
class CloudTerm:
    """A term of the cloud; ``count`` is the number of posts that hold it, of ``n`` posts."""

    term: str
    key: str
    count: int
    share: float
    """count / n, 0 to 1."""
    score: float
    """A z-score, or the damped count where there was no background."""
    n: int
    languages: tuple[str, ...]
    """The most frequent first."""
    script: str
    """"Latin", "Hebrew", "Han", "Cyrillic" and so on."""
    sentiment: Mapping[Sentiment, int]
    """Posts per sentiment; those without one are not counted."""
    post_ids: tuple[int, ...]
    """At most 50, in the order given."""


@dataclass(frozen=True)
class WordCloudData:
    """The ranked terms and what they were measured on."""

    terms: tuple[CloudTerm, ...]
    post_count: int
    background_count: int
    excluded: Mapping[str, int]
    """Terms left out, by reason: name, rare, chance_phrase, not_characteristic, within_phrase, over_limit."""
    is_compared: bool
    """False: there was no background, so the score is the count, damped, and says nothing of what is characteristic."""


@dataclass
class _Seen:
    """What is gathered of one term: its posts and how they write it."""

    words: tuple[str, ...]
    forms: Counter[str] = field(default_factory=Counter)
    posts: dict[int, CloudPost] = field(default_factory=dict)
    score: float = 0.0

    def languages(self) -> Counter[str]:
        return Counter(post.language for post in self.posts.values())


def measure(
    posts: Iterable[CloudPost],
    background: Iterable[CloudPost],
    *,
    drop: Collection[str] = (),
    limit: int = 100,
    least: int = 2,
) -> WordCloudData:
    """Rank the terms of ``posts`` by how far they set them apart from ``background``, the most telling first.

    The score is the z-score of the log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008,
    "Fightin' Words"), over posts that hold a term, not over its repetitions. Each language is compared with itself and
    the ratios are pooled by inverse variance, so that a brand with more Polish posts is not characterised by all of
    Polish. Terms no more frequent than in the background are left out. Ties go to the higher count, then to the key
    that comes first in code point order.

    ``drop`` are brand names, slugs and account names: terms with any of their words are left out. ``posts`` come newest
    first. A post given in both counts in ``posts`` alone. At most ``limit`` terms, each in at least ``least`` posts.
    """
    given = {post.post_id: post for post in reversed(list(posts))}
    given = dict(reversed(given.items()))  # of a post given twice the first stays, in its place
    rest = {post.post_id: post for post in background if post.post_id not in given}
    excluded: Counter[str] = Counter()
    kept = _often_enough(_gather(given.values(), DroppedNames(drop), excluded), max(1, least), excluded)
    if rest:
        _compare(kept, given.values(), rest.values())
    else:
        for term in kept.values():
            term.score = round(len(term.posts) * log1p(len(given) / len(term.posts)), 6)
    telling = {key: term for key, term in kept.items() if term.score > 0}
    excluded["not_characteristic"] += len(kept) - len(telling)
    whole = _without_parts(telling, excluded)
    ranked = sorted(whole.items(), key=lambda pair: (-pair[1].score, -len(pair[1].posts), pair[0]))[: max(0, limit)]
    excluded["over_limit"] += len(whole) - len(ranked)
    terms = tuple(_public(key, term, len(given)) for key, term in ranked)
    return WordCloudData(terms, len(given), len(rest), dict(sorted((+excluded).items())), bool(rest))


def script_of(text: str) -> str:
    """The script of most letters: "Latin", "Hebrew", "Han", "Cyrillic" and so on; "Unknown" without letters."""
    names = [unicodedata.name(char, "unknown").split()[0].split("-")[0] for char in text if char.isalpha()]
    if not names:
        return "Unknown"
    most = min(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))[0]
    return {"CJK": "Han"}.get(most, most.title())


def _gather(posts: Iterable[CloudPost], names: DroppedNames, excluded: Counter[str]) -> dict[str, _Seen]:
    """The terms of the posts, plurals and Hebrew articles folded where both forms occur."""
    read = [(post, {term.key: term for term in reversed(terms_of(post.text, post.language))}) for post in posts]
    known = {key for _, terms in read for key in terms}
    seen: dict[str, _Seen] = {}
    named: set[str] = set()
    for post, terms in read:
        for key, term in terms.items():
            if names.holds(term.words, post.language):
                named.add(key)
                continue
            base = _base(key, post.language, known)
            words = tuple(_base(word, post.language, known) for word in term.words)
            at = seen.setdefault(base, _Seen(words))
            at.words = max(at.words, words, key=len)  # a Chinese word may elsewhere be cut in two
            at.forms[term.display] += post.post_id not in at.posts
            at.posts[post.post_id] = post
    excluded["name"] += len(named)
    return seen


def _base(key: str, language: str, known: Collection[str]) -> str:
    """The singular of an English plural, and a Hebrew word without its article, if that form occurs too."""
    if language == "en" and len(key) > 3 and key.endswith("s") and not key.endswith("ss") and key[:-1] in known:
        return key[:-1]
    if language == "he" and len(key) > 3 and key.startswith("ה") and key[1:] in known:
        return key[1:]
    return key


def _often_enough(seen: dict[str, _Seen], least: int, excluded: Counter[str]) -> dict[str, _Seen]:
    kept = {}
    for key, term in seen.items():
        rarer_word = min(len(seen[word].posts) if word in seen else 0 for word in term.words)
        if len(term.posts) < least:
            excluded["rare"] += 1
        elif len(term.words) > 1 and len(term.posts) < GLUE * rarer_word:
            excluded["chance_phrase"] += 1
        else:
            kept[key] = term
    return kept


def _compare(kept: dict[str, _Seen], given: Collection[CloudPost], rest: Collection[CloudPost]) -> None:
    """Set the score of each term."""
    sizes = Counter(post.language for post in given)
    rest_sizes = Counter(post.language for post in rest)
    rest_counts: Counter[tuple[str, str]] = Counter()
    for post in rest:
        keys = {_base(term.key, post.language, kept) for term in terms_of(post.text, post.language)}
        rest_counts.update((key, post.language) for key in keys if key in kept)
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


def _without_parts(telling: dict[str, _Seen], excluded: Counter[str]) -> dict[str, _Seen]:
    """Drop the words that mostly occur within phrases that are kept."""
    within: dict[str, set[int]] = {}
    for key, phrase in telling.items():
        for word in phrase.words:
            if word != key and word in telling:
                within.setdefault(word, set()).update(phrase.posts.keys() & telling[word].posts.keys())
    swallowed = {word for word, posts in within.items() if len(posts) >= SWALLOWED * len(telling[word].posts)}
    excluded["within_phrase"] += len(swallowed)
    return {key: term for key, term in telling.items() if key not in swallowed}


def _shown(forms: Counter[str]) -> str:
    """The usual spelling; a quarter in lower case says that the capitals stood at the start of sentences."""
    lower = [form for form in forms if form.islower() and forms[form] * 4 >= forms.total()]
    return min(lower or forms, key=lambda form: (-forms[form], form))


def _public(key: str, term: _Seen, n: int) -> CloudTerm:
    shown = _shown(term.forms)
    languages = sorted(term.languages().items(), key=lambda pair: (-pair[1], pair[0]))
    felt = Counter(post.sentiment for post in term.posts.values())
    return CloudTerm(
        term=shown,
        key=key,
        count=len(term.posts),
        share=len(term.posts) / n,
        score=term.score,
        n=n,
        languages=tuple(language for language, _ in languages),
        script=script_of(shown),
        sentiment={sentiment: felt[sentiment.value] for sentiment in Sentiment},
        post_ids=tuple(term.posts)[:MOST_POST_IDS],
    )
