"""Ranks unanswered posts by how much they matter: days open x severity x reach. Pure; the order is a convention.

Severity is 1, and 1 more each for a complaint, a negative post and one put to the brand itself. Reach is
log2(1 + audience), as in the neglect of the response gap. The product puts an old complaint before many eyes first.
"""

from collections.abc import Sequence
from datetime import datetime
from math import log2
from typing import NamedTuple

from listener.reports.neglect import audience_of
from models.reads.instants import MICROSECONDS
from models.reads.weekly import OpenPost
from models.words import Relation, Sentiment

DAY = 86_400


class Ranked(NamedTuple):
    """An unanswered post with what its place comes from."""

    post: OpenPost
    open_seconds: float
    audience: int
    weight: float


def ranked(posts: Sequence[OpenPost], as_of: datetime, most: int) -> list[Ranked]:
    """The posts that matter most; of equals the older one, then the one stored first."""
    found = [_ranked(post, as_of) for post in posts]
    found.sort(key=lambda one: (-one.weight, one.post.published_us, one.post.post_id))
    return found[:most]


def severity(post: OpenPost) -> int:
    """From 1 to 4."""
    is_negative = post.sentiment == Sentiment.NEGATIVE.value
    return 1 + bool(post.is_complaint) + is_negative + (post.relation == Relation.DIRECT.value)


def _ranked(post: OpenPost, as_of: datetime) -> Ranked:
    open_seconds = as_of.timestamp() - post.published_us / MICROSECONDS
    audience = audience_of(post)
    weight = round(open_seconds / DAY * severity(post) * log2(1 + audience), 3)
    return Ranked(post, open_seconds, audience, weight)
