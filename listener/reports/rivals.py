"""Puts a brand's response beside that of its rivals over the same period and filters. Pure: narrow rows in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from listener.reports.figures import Figure, median_wait, share
from listener.reports.next_reply import coverage_of_counts, coverage_share
from listener.reports.response_times import RESPONDED, waits_of
from models.reads.gap import NeedingPost
from models.reads.states import ResponseClock
from models.words import ResponseState


@dataclass(frozen=True, slots=True)
class BrandPosts:
    """A brand and those of its posts that need a response, as of its own coverage."""

    slug: str
    name: str
    posts: Sequence[NeedingPost]
    clock: ResponseClock


class BrandGap(BaseModel):
    """One brand of the comparison. Each is measured on its own posts and sources, and a difference may lie there."""

    model_config = ConfigDict(frozen=True)
    brand: str
    name: str
    is_own: bool
    unanswered_count: int
    unknown_count: int
    response_rate: Figure
    median: Figure


def side_by_side(own: BrandPosts, rivals: Sequence[BrandPosts]) -> list[BrandGap]:
    """The brand, then its rivals as declared; empty where there is none."""
    return [_gap(one, one is own) for one in (own, *rivals)] if rivals else []


def response_rate(posts: Sequence[NeedingPost], clock: ResponseClock, counted: Sequence[str] = RESPONDED) -> Figure:
    """Over posts past their horizon: an answered young post would count while its unanswered twin could not."""
    states = Counter(post.state for post in posts)
    return rate_of_counts(states, Counter(post.state for post in posts if post.is_due), clock.as_of, counted)


def rate_of_counts(
    states: Mapping[str, int], due: Mapping[str, int], as_of: datetime, counted: Sequence[str] = RESPONDED
) -> Figure:
    """The same from counts of posts by state, all of them and those past their horizon."""
    known = sum(due.get(state, 0) for state in (*RESPONDED, ResponseState.UNANSWERED.value))
    return share(sum(due.get(state, 0) for state in counted), known, as_of, coverage_of_counts(states))


def _gap(brand: BrandPosts, is_own: bool) -> BrandGap:
    import numpy as np

    waits = waits_of(brand.posts, brand.clock)
    is_open = np.isnan(waits.waited)
    coverage = coverage_share([post.state for post in brand.posts])
    return BrandGap(
        brand=brand.slug,
        name=brand.name,
        is_own=is_own,
        unanswered_count=sum(1 for post in brand.posts if post.state == ResponseState.UNANSWERED),
        unknown_count=sum(1 for post in brand.posts if post.state == ResponseState.UNKNOWN),
        response_rate=response_rate(brand.posts, brand.clock),
        median=median_wait(waits.waited[~is_open], waits.age[is_open], brand.clock.as_of, coverage),
    )
