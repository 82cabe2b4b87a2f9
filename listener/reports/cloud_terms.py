"""Gathers the terms of posts from their stored words: which posts hold them, how they write them, what goes together.

It compares nothing and knows no language tools: what needs a dictionary was stored with the words (nlp.stored_terms).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from listener.reports.term_names import DroppedNames
from nlp.lemmas import without_prefix
from nlp.stored_terms import StoredWord, runs_of

GLUE = 0.1
"""A phrase stays if at least this share of the posts with its rarer word hold it; else it is a chance meeting."""
SWALLOWED = 0.8
"""A word goes if phrases that stay hold it in at least this share of its posts."""


@dataclass(frozen=True, slots=True)
class CloudPost:
    """A post as the cloud sees it: ``terms`` as ``nlp.stored_terms`` writes them, ``language`` in ISO 639-1.

    ``sentiment`` is one of models.words.Sentiment, or None.
    """

    post_id: int
    terms: str
    language: str
    sentiment: str | None = None


@dataclass(slots=True)
class SeenTerm:
    """What is gathered of one term: its posts and how they write it."""

    words: tuple[str, ...]
    forms: Counter[str] = field(default_factory=Counter)
    posts: dict[int, CloudPost] = field(default_factory=dict)
    score: float = 0.0

    def languages(self) -> Counter[str]:
        """How many of its posts each language has."""
        return Counter(post.language for post in self.posts.values())


Terms = dict[str, tuple[StoredWord, ...]]
"""The terms of a post as written in lower case, each with its one or two words, in the order of the text."""
TermKey = tuple[str, tuple[str, ...]]
"""The key of a term and those of its words."""


class Keys:
    """The key that the forms of a word share in a language, learnt from the posts of the cloud.

    It is the base form, if these posts write it; else their most usual form, so that no key belongs to another
    language's word. A phrase is folded word by word.
    """

    def __init__(self, read: Iterable[tuple[CloudPost, Terms]]) -> None:
        written: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._bases: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for post, terms in read:
            words = {word.key: word for term in terms.values() for word in term}
            written[post.language].update(words.keys())
            self._bases[post.language].update((key, word.base) for key, word in words.items())
        self._usual: dict[tuple[str, str], str] = {}
        self._found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._terms: defaultdict[str, dict[tuple[str, int], TermKey]] = defaultdict(dict)
        for language, counts in written.items():
            for key, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
                base = self._base(key, self._bases[language][key], language)
                self._usual.setdefault((base, language), base if base in counts else key)

    def of(self, word: StoredWord, language: str) -> str:
        """The key of a word."""
        found = self._found[language].get(word.key)
        if found is None:
            base = self._base(word.key, word.base, language)
            found = self._found[language][word.key] = self._usual.get((base, language), word.key)
        return found

    def of_terms(self, terms: Terms, language: str) -> list[tuple[TermKey, tuple[StoredWord, ...]]]:
        """The terms of a post, each with its key; one that was met before in the language is only looked up."""
        known, folded = self._terms[language], []
        for written, term in terms.items():
            met = (written, len(term))  # what is one Chinese word here may be two elsewhere
            key = known.get(met)
            if key is None:
                key = known[met] = self._of_term(term, language)
            folded.append((key, term))
        return folded

    def _of_term(self, term: Sequence[StoredWord], language: str) -> TermKey:
        if len(term) == 1:
            key = self.of(term[0], language)
            return key, (key,)
        one, other = self.of(term[0], language), self.of(term[1], language)
        return f"{one}{term[0].gap}{other}", (one, other)

    def _base(self, key: str, base: str, language: str) -> str:
        """The dictionary form; a Hebrew article or preposition goes only where these posts write the bare word."""
        if language != "he":
            return base
        known = self._bases[language]
        rest = without_prefix(key, known)
        return base if rest == key else known[rest]


def read_terms(posts: Iterable[CloudPost], names: DroppedNames, named: set[str]) -> Iterator[tuple[CloudPost, Terms]]:
    """The posts with their terms but for those that hold a name, whose keys are added to ``named``."""
    for post in posts:
        terms: Terms = {}
        is_name, language = names.is_name, post.language
        for run in runs_of(post.terms):
            before: StoredWord | None = None
            was_name = False
            for word in run:
                key = word.key
                is_named = is_name(key, language)
                if word.alone:
                    if is_named:
                        named.add(key)
                    else:
                        terms.setdefault(key, (word,))
                if before is not None:
                    phrase = f"{before.key}{word.gap}{key}"
                    if is_named or was_name or is_name(before.key + key, language):
                        named.add(phrase)
                    else:
                        terms.setdefault(phrase, (before, word))
                before, was_name = word, is_named
        yield post, terms


def held_keys(posts: Iterable[CloudPost], keys: Keys, names: DroppedNames, kept: Collection[str]) -> Iterator[set[str]]:
    """Which of the ``kept`` terms each post holds in any form; words of names are passed over."""
    known: defaultdict[str, dict[str, str | None]] = defaultdict(dict)
    for post in posts:
        found: set[str] = set()
        language = post.language
        folded = known[language]
        for run in runs_of(post.terms):
            before: str | None = None
            gap = ""
            for word in run:
                if word.key in folded:
                    key = folded[word.key]
                else:
                    key = folded[word.key] = None if names.is_name(word.key, language) else keys.of(word, language)
                if key is not None:
                    if word.alone and key in kept:
                        found.add(key)
                    if before is not None and (phrase := f"{before}{gap}{key}") in kept:
                        found.add(phrase)
                before, gap = key, word.gap
        yield found


def gather(
    read: Iterable[tuple[CloudPost, Terms]], keys: Keys, least: int, excluded: Counter[str]
) -> dict[str, SeenTerm]:
    """The terms in at least ``least`` posts by key, without phrases that are chance meetings."""
    folded = [(post, keys.of_terms(terms, post.language)) for post, terms in read]
    counts = Counter(key for _, mine in folded for key in {key for (key, _), _ in mine})
    enough = {key for key, count in counts.items() if count >= least}
    seen: dict[str, SeenTerm] = {}
    for post, mine in folded:
        for (key, words), term in mine:
            if key not in enough:  # most are not, so they are told before anything is kept of them
                continue
            at = seen.get(key)
            if at is None:
                at = seen[key] = SeenTerm(words)
            elif len(words) > len(at.words):
                at.words = words  # a Chinese word may elsewhere be cut in two
            at.forms[term[0].shown if len(term) == 1 else f"{term[0].shown}{term[0].gap}{term[1].shown}"] += 1
            at.posts[post.post_id] = post
    excluded["rare"] += len(counts) - len(seen)
    kept = {key: term for key, term in seen.items() if not _is_chance(term, counts)}
    excluded["chance_phrase"] += len(seen) - len(kept)
    return kept


def _is_chance(term: SeenTerm, counts: Counter[str]) -> bool:
    return len(term.words) > 1 and len(term.posts) < GLUE * min(counts[word] for word in term.words)


def without_parts(telling: dict[str, SeenTerm], excluded: Counter[str]) -> dict[str, SeenTerm]:
    """Drop the words that mostly occur within phrases that are kept."""
    within: dict[str, set[int]] = {}
    for key, phrase in telling.items():
        for word in phrase.words:
            if word != key and word in telling:
                within.setdefault(word, set()).update(phrase.posts.keys() & telling[word].posts.keys())
    swallowed = {word for word, posts in within.items() if len(posts) >= SWALLOWED * len(telling[word].posts)}
    excluded["within_phrase"] += len(swallowed)
    return {key: term for key, term in telling.items() if key not in swallowed}


def told_apart(ranked: Sequence[tuple[str, SeenTerm]]) -> Iterator[tuple[str, SeenTerm, str]]:
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
