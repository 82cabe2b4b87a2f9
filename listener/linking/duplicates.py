"""Collapses what one author said twice, and long texts that many posted word for word."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from models.reads.linking import WrittenPost
from nlp.similarity import are_near, text_key

SAME_AUTHOR_WITHIN = timedelta(days=7)
COPIES_WITHIN = timedelta(days=30)
COPY_LENGTH = 80
"""Characters of the text key from which equal texts of different authors are copies, not coincidence."""
LOOK_BACK = 50
"""How many of an author's standing posts are compared; bounds the work for accounts that post all day."""


def collapse(posts: Sequence[WrittenPost]) -> dict[int, int | None]:
    """For posts of some accounts, the oldest first: which earlier post of the same account each repeats, if any.

    Two posts are one if their account is the same (at any source), they speak of a common brand, lie at most seven
    days apart and have near texts (``nlp.similarity.are_near``).
    """
    standing: dict[str, list[tuple[WrittenPost, str]]] = defaultdict(list)
    found: dict[int, int | None] = {}
    for post in posts:
        found[post.id] = None
        if not post.account:
            continue
        key = text_key(post.text)
        recent = [
            (other, other_key)
            for other, other_key in standing[post.account][-LOOK_BACK:]
            if post.published_at - other.published_at <= SAME_AUTHOR_WITHIN
        ]
        for other, other_key in recent:
            if post.brand_ids & other.brand_ids and are_near(key, other_key):
                found[post.id] = other.id
                break
        else:
            recent.append((post, key))
        standing[post.account] = recent
    return found


def collapse_copies(posts: Sequence[WrittenPost]) -> dict[int, int | None]:
    """For posts of equal text hash, the oldest first: which earlier post each one copies word for word, if any.

    Only texts of ``COPY_LENGTH`` characters or more count, within thirty days of the first one, for a common brand.
    """
    standing: dict[str, WrittenPost] = {}
    found: dict[int, int | None] = {}
    for post in posts:
        first = standing.get(post.text_hash)
        if (
            first is not None
            and post.published_at - first.published_at <= COPIES_WITHIN
            and post.brand_ids & first.brand_ids
            and len(text_key(post.text)) >= COPY_LENGTH
        ):
            found[post.id] = first.id
        else:
            standing[post.text_hash] = post
    return found
