"""Holds a journey's posts as columns and measures the cells that any group of them has; opens no text, reads no table.

A group is an array of places (row numbers). Evidence is chosen by label confidence, then by a mix of the post's id:
the same posts give the same evidence, and it is no run of one day.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from listener.reports.figures import Figure, share
from listener.reports.journey_shape import Audience, Feeling, Response
from models.reads.journey import HeardPost
from models.reads.sampling import GOLDEN
from models.words import ResponseState, Sentiment

MOST_EVIDENCE = 3
Places = NDArray[np.int64]
_KNOWN = (ResponseState.ANSWERED, ResponseState.REDIRECTED, ResponseState.UNANSWERED)


class Heard:
    """Posts (rows with the columns of ``HeardPost``) as columns.

    ``authors`` are dense numbers; every unsigned post counts as an author of its own.
    """

    def __init__(self, posts: Sequence[tuple[Any, ...]], as_of: datetime) -> None:
        self._posts = posts
        self.as_of = as_of
        self._coded: dict[str, tuple[NDArray[np.int64], list[Any]]] = {}

    def __len__(self) -> int:
        return len(self._posts)

    def raw(self, name: str) -> list[Any]:
        """A column as it was read."""
        return list(map(itemgetter(HeardPost._fields.index(name)), self._posts))

    def numbers(self, name: str) -> NDArray[np.float64]:
        """A column of numbers; NaN where nothing is known."""
        return np.array(self.raw(name), dtype=np.float64)

    def coded(self, name: str) -> tuple[NDArray[np.int64], list[Any]]:
        """A column as numbers from 0 on, and what each stands for, in order of first appearance; kept once made."""
        if name not in self._coded:
            self._coded[name] = _coded(self.raw(name))
        return self._coded[name]

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        """Post ids."""
        return np.array(self.raw("post_id"), dtype=np.int64)

    @cached_property
    def times(self) -> NDArray[np.int64]:
        """Seconds since 1970."""
        return np.array(self.raw("at"), dtype=np.int64)

    @cached_property
    def theme_ids(self) -> NDArray[np.int64]:
        """Theme ids; -1 for none."""
        return np.nan_to_num(self.numbers("theme_id"), nan=-1.0).astype(np.int64)

    @cached_property
    def is_signed(self) -> NDArray[np.bool_]:
        """Whether the author is known."""
        return ~np.isnan(self.numbers("author_id"))

    @cached_property
    def authors(self) -> NDArray[np.int64]:
        """Dense author numbers."""
        keys = np.where(self.is_signed, np.nan_to_num(self.numbers("author_id")), -1.0 - np.arange(len(self)))
        return np.unique(keys, return_inverse=True)[1].astype(np.int64)

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """The rank of each place as evidence: confident labels first, then as mixed."""
        return self._ranked(~self.is_("is_confident", True))

    @cached_property
    def mixed(self) -> NDArray[np.int64]:
        """The rank of each place in a sample: as mixed alone, so that a sample holds unsure labels too."""
        return self._ranked()

    def _ranked(self, *before: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Ranks by what goes ``before``, then as mixed."""
        mixed = (self.ids.astype(np.uint64) * np.uint64(GOLDEN)) & np.uint64(0xFFFFFFFF)
        rank = np.empty(len(self), dtype=np.int64)
        rank[np.lexsort((self.ids, mixed, *before))] = np.arange(len(self))
        return rank

    @cached_property
    def needing(self) -> NDArray[np.bool_]:
        """Whether a post needs a response, by its label."""
        return ~(self.is_("state", None) | self.is_("state", ResponseState.NOT_NEEDED))

    @cached_property
    def decided(self) -> NDArray[np.bool_]:
        """Whether a post needs a response, is past its horizon and is known to be answered or not."""
        answered, redirected, unanswered = (self.is_("state", state) for state in _KNOWN)
        return (answered | redirected | unanswered) & self.is_("is_due", True)

    @cached_property
    def unanswered(self) -> NDArray[np.bool_]:
        """Decided, and nobody answered."""
        return self.decided & self.is_("state", ResponseState.UNANSWERED)

    def is_(self, name: str, value: object) -> NDArray[np.bool_]:
        """Where a column holds a value."""
        codes, names = self.coded(name)
        return np.equal(codes, names.index(value) if value in names else -1)

    def evidence(self, places: Places, most: int = MOST_EVIDENCE) -> list[int]:
        """The ids of the posts of a group to look at, the surest first."""
        return [int(id) for id in self.ids[self.surest(places, most)]]

    def surest(self, places: Places, most: int) -> Places:
        """The places of a group to look at first."""
        rank = self.order[places]
        if len(places) > most:
            chosen = np.argpartition(rank, most)[:most]
            places, rank = places[chosen], rank[chosen]
        return places[np.argsort(rank)]

    def audience(self, places: Places) -> Audience:
        """Who spoke in a group, and before whom."""
        n = len(places)
        signed = places[self.is_signed[places]]
        _, first = np.unique(self.authors[signed], return_index=True)
        followers = self._followers[signed[first]]
        views, likes = self._views[places], self._likes[places]
        return Audience(
            n=n,
            post_ids=self.evidence(places),
            why_empty=None if n else "no post",
            authors_count=len(first),
            unsigned_count=n - len(signed),
            followers_sum=_sum(followers),
            followers_known=self._known(followers),
            views_sum=_sum(views),
            views_known=self._known(views),
            likes_sum=_sum(likes),
            likes_known=self._known(likes),
        )

    def sentiment(self, places: Places) -> Feeling:
        """The shares of the sentiments in a group."""
        codes, names = self.coded("sentiment")
        said = codes[places]
        labelled = int(sum((said == place).sum() for place, name in enumerate(names) if name is not None))
        cover = labelled / len(places) if len(places) else None
        counts = {name: int((said == place).sum()) for place, name in enumerate(names)}
        shares = {name.value: share(counts.get(name.value, 0), labelled, self.as_of, cover) for name in Sentiment}
        why = None if labelled else "no post"
        return Feeling(n=labelled, post_ids=self.evidence(places), why_empty=why, shares=shares)

    def response(self, places: Places) -> Response:
        """What became of the posts of a group that need a response."""
        needing = places[self.needing[places]]
        codes, names = self.coded("state")
        counts = np.bincount(codes[places], minlength=len(names)) if len(places) else np.zeros(len(names), int)
        states = {state.value: 0 for state in ResponseState}
        states |= {name: int(count) for name, count in zip(names, counts, strict=True) if name is not None}
        decided, unanswered = int(self.decided[places].sum()), places[self.unanswered[places]]
        known = 1 - states[ResponseState.UNKNOWN] / len(needing) if len(needing) else None
        why = None if decided else ("no post needs a response" if not len(needing) else "none is past its horizon")
        return Response(
            n=decided,
            post_ids=self.evidence(unanswered),
            why_empty=why,
            needing_count=len(needing),
            states=states,
            unanswered=share(len(unanswered), decided, self.as_of, known),
        )

    def split(self, codes: NDArray[np.int64], places: Places) -> Iterator[tuple[int, Places]]:
        """(code, its places) for each code that a group holds, by rising code."""
        if not len(places):
            return
        said = codes[places]
        order = np.argsort(said, kind="stable")
        starts = np.flatnonzero(np.diff(said[order], prepend=said[order[0]] - 1))
        for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
            yield int(said[order[start]]), places[order[start:end]]

    @cached_property
    def _followers(self) -> NDArray[np.float64]:
        return self.numbers("followers")

    @cached_property
    def _views(self) -> NDArray[np.float64]:
        return self.numbers("views")

    @cached_property
    def _likes(self) -> NDArray[np.float64]:
        return self.numbers("likes")

    def _known(self, values: NDArray[np.float64]) -> Figure:
        return share(int((~np.isnan(values)).sum()), len(values), self.as_of, 1.0 if len(values) else None)


def _coded(values: Sequence[Any]) -> tuple[NDArray[np.int64], list[Any]]:
    numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return np.fromiter(map(numbers.__getitem__, values), np.int64, len(values)), list(numbers)


def _sum(values: NDArray[np.float64]) -> int | None:
    known = values[~np.isnan(values)]
    return int(known.sum()) if len(known) else None
