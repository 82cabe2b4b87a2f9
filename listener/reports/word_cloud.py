"""Measures which terms are characteristic of some posts against the rest; no database, no drawing."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log, log1p, sqrt

from listener.reports.term_names import DroppedNames
from models.words import Sentiment
from nlp.lemmas import base_form
from nlp.terms import Term, terms_of

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
    """The form that the most posts write."""
    key: str
    """What its forms share: the base form, if the posts write it; unique among the terms."""
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
    names, named = DroppedNames(drop), set[str]()
    read = list(_read(given.values(), names, named))
    excluded["name"] += len(named)
    keys = _Keys(read)
    kept = _often_enough(_gather(read, keys), max(1, least), excluded)
    if rest:
        _compare(kept, given.values(), _read(rest.values(), names, set()), keys)
    else:
        for term in kept.values():
            term.score = round(len(term.posts) * log1p(len(given) / len(term.posts)), 6)
    telling = {key: term for key, term in kept.items() if term.score > 0}
    excluded["not_characteristic"] += len(kept) - len(telling)
    whole = _without_parts(telling, excluded)
    ranked = sorted(whole.items(), key=lambda pair: (-pair[1].score, -len(pair[1].posts), pair[0]))[: max(0, limit)]
    excluded["over_limit"] += len(whole) - len(ranked)
    terms = tuple(_public(key, term, shown, len(given)) for key, term, shown in _told_apart(ranked))
    return WordCloudData(terms, len(given), len(rest), dict(sorted((+excluded).items())), bool(rest))


def script_of(text: str) -> str:
    """The script of most letters: "Latin", "Hebrew", "Han", "Cyrillic" and so on; "Unknown" without letters."""
    names = [unicodedata.name(char, "unknown").split()[0].split("-")[0] for char in text if char.isalpha()]
    if not names:
        return "Unknown"
    most = min(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))[0]
    return {"CJK": "Han"}.get(most, most.title())


class _Keys:
    """The key that the forms of a word share in a language, learnt from the posts of the cloud.

    It is the base form, if these posts write it; else their most usual form, so that no key belongs to another
    language's word. A phrase is folded word by word.
    """

    def __init__(self, read: Iterable[tuple[CloudPost, Collection[Term]]]) -> None:
        self._written: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for post, terms in read:
            self._written[post.language].update({word for term in terms for word in term.words})
        self._usual: dict[tuple[str, str], str] = {}
        for language, words in self._written.items():
            for word, _ in sorted(words.items(), key=lambda pair: (-pair[1], pair[0])):
                base = base_form(word, language, words)
                self._usual.setdefault((base, language), base if base in words else word)

    def of(self, term: Term, language: str) -> tuple[str, tuple[str, ...]]:
        """The key of a term and those of its words."""
        words = tuple(self._of_word(word, language) for word in term.words)
        return (term.key if words == term.words else " ".join(words)), words

    def _of_word(self, word: str, language: str) -> str:
        base = base_form(word, language, self._written.get(language, ()))
        return self._usual.get((base, language), word)


def _read(posts: Iterable[CloudPost], names: DroppedNames, named: set[str]) -> Iterator[tuple[CloudPost, list[Term]]]:
    """The posts with their terms, each once, but for those that hold a name; their keys are added to ``named``."""
    for post in posts:
        terms = {term.key: term for term in reversed(terms_of(post.text, post.language))}
        held = {key for key, term in terms.items() if names.holds(term.words, post.language)}
        named |= held
        yield post, [term for key, term in terms.items() if key not in held]


def _gather(read: Iterable[tuple[CloudPost, Collection[Term]]], keys: _Keys) -> dict[str, _Seen]:
    seen: dict[str, _Seen] = {}
    for post, terms in read:
        for term in terms:
            key, words = keys.of(term, post.language)
            at = seen.setdefault(key, _Seen(words))
            at.words = max(at.words, words, key=len)  # a Chinese word may elsewhere be cut in two
            at.forms[term.display] += 1
            at.posts[post.post_id] = post
    return seen


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


def _compare(
    kept: dict[str, _Seen],
    given: Collection[CloudPost],
    rest: Iterable[tuple[CloudPost, Collection[Term]]],
    keys: _Keys,
) -> None:
    """Set the score of each term."""
    sizes = Counter(post.language for post in given)
    rest_sizes: Counter[str] = Counter()
    rest_counts: Counter[tuple[str, str]] = Counter()
    for post, terms in rest:
        rest_sizes[post.language] += 1
        held = {keys.of(term, post.language)[0] for term in terms}
        rest_counts.update((key, post.language) for key in held if key in kept)
    for key, term in kept.items():
        pooled = weights = 0.0
        for language, count in sorted(term.languages().items()):
            # A language that the rest does not speak is compared with all of the rest.
            n, rest_n = sizes[language], rest_sizes[language]
            if not rest_n:
                n, rest_n = len(given), rest_sizes.total()
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


def _told_apart(ranked: Sequence[tuple[str, _Seen]]) -> Iterator[tuple[str, _Seen, str]]:
    """The terms with what to show of each: two languages may write alike what belongs to two terms."""
    taken = {key for key, _ in ranked}
    for key, term in ranked:
        shown = _shown(term.forms, taken - {key})
        taken.add(shown.casefold())
        yield key, term, shown


def _shown(forms: Counter[str], taken: Collection[str]) -> str:
    """The usual form in its usual spelling, none that stands for another term already.

    A quarter in lower case says that the capitals stood at the start of sentences.
    """
    free = {form: count for form, count in forms.items() if form.casefold() not in taken} or dict(forms)
    folded: Counter[str] = Counter()
    for form, count in free.items():
        folded[form.casefold()] += count
    usual = min(folded, key=lambda form: (-folded[form], form))
    spelt = [form for form in free if form.casefold() == usual]
    lower = [form for form in spelt if form.islower() and free[form] * 4 >= folded[usual]]
    return min(lower or spelt, key=lambda form: (-free[form], form))


def _public(key: str, term: _Seen, shown: str, n: int) -> CloudTerm:
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
