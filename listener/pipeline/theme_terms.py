"""Names what the posts of a theme have in common against the brand's other posts of its kind; no database."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from listener.reports.cloud_terms import CloudPost
from listener.reports.word_cloud import CloudPosts, CloudTerm, measure
from models.reads.themes import ThemedPost
from nlp.stored_terms import stored_terms
from nlp.themes import FEWEST

MOST_POSTS = 400
"""Of a theme, and three times as many beside them: more change the first terms little."""
TERMS = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # the cloud's time of view, which terms do not depend on


def characteristic(
    posts: Sequence[ThemedPost], members: Sequence[int], count: int, names: Collection[str]
) -> list[list[str]]:
    """The terms of each group 0 to ``count`` - 1, the most telling first, ``TERMS`` at most.

    ``members`` says a group a post, any other number for none. Each language with ``FEWEST`` posts in a group has one
    of its own terms among them, if any is characteristic there.
    """
    by_group = [[post for post, of in zip(posts, members, strict=True) if of == group] for group in range(count)]
    shown = [_thinned(group, MOST_POSTS) for group in by_group]
    wanted = {post.post_id: post for group in shown for post in group}
    rest = _thinned([post for post in posts if post.post_id not in wanted], MOST_POSTS)
    clouds = {post.post_id: _cloud(post) for post in [*wanted.values(), *rest]}
    found = []
    for at, group in enumerate(shown):
        others = [post for place, other in enumerate(shown) if place != at for post in other] + rest
        found.append(_terms(group, _thinned(others, 3 * MOST_POSTS), clouds, names))
    return found


def _terms(
    group: Sequence[ThemedPost],
    others: Sequence[ThemedPost],
    clouds: dict[int, CloudPost],
    names: Collection[str],
) -> list[str]:
    chosen, rest = (CloudPosts([clouds[post.post_id] for post in some]) for some in (group, others))
    ranked = measure("", chosen, rest, _EPOCH, drop=names, limit=200, least=3).terms
    spoken = Counter(post.language for post in group)
    heard = [language for language, posts in sorted(spoken.items(), key=lambda pair: (-pair[1], pair[0]))]
    first = [_first_of(ranked, language) for language in heard if spoken[language] >= FEWEST]
    kept = {id(term) for term in [*filter(None, first), *ranked][:TERMS]}
    return [term.term for term in ranked if id(term) in kept][:TERMS]


def _first_of(ranked: Iterable[CloudTerm], language: str) -> CloudTerm | None:
    return next((term for term in ranked if term.languages and term.languages[0] == language), None)


def _cloud(post: ThemedPost) -> CloudPost:
    return CloudPost(post.post_id, stored_terms(post.text, post.language), post.language, None)


def _thinned(posts: Sequence[ThemedPost], most: int) -> list[ThemedPost]:
    """One of every so many, so that at most ``most`` are left."""
    return list(posts[:: max(1, -(-len(posts) // most))])
