"""Finds, from posts in whole numbers, which shared experiences were met by people still choosing, when and by whom.

Pure: arrays in, arrays out. Nothing is compared pair by pair, so that a thread of thousands costs no more than its
posts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.reads.loop import ULTIMATE, ZERO, LoopPost

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

WINDOW_SECONDS = 14 * 86_400
"""A zero-moment post meets a shared experience at most so long after it."""


@dataclass(frozen=True, slots=True)
class Posts:
    """Columns of ``LoopPost``, the oldest first; ``shared`` and ``choosing`` are places (rows) in them.

    ``shared`` are the experiences shared in the period asked for.
    """

    columns: "dict[str, Numbers]"
    shared: "Numbers"
    choosing: "Numbers"

    def __getitem__(self, name: str) -> "Numbers":
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.columns["id"])


@dataclass(frozen=True, slots=True)
class Meetings:
    """By row: the first zero-moment post that met each shared experience, and the last experience that each met.

    Both are as long as all posts and hold rows, -1 for none.
    """

    first: "Numbers"
    last: "Numbers"


def columns_of(rows: Sequence[tuple[int, ...]], until_seconds: int) -> Posts:
    """Put the rows, fields as of ``LoopPost``, into columns. The period ends before ``until_seconds``."""
    import numpy as np

    table = np.array(rows, np.int64).reshape(-1, len(LoopPost._fields))
    columns = {name: table[:, place] for place, name in enumerate(LoopPost._fields)}
    is_shared = (columns["stage"] == ULTIMATE) & (columns["seconds"] < until_seconds)
    return Posts(columns, np.flatnonzero(is_shared), np.flatnonzero(columns["stage"] == ZERO))


def rows_of(posts: Posts, ids: "Numbers") -> "Numbers":
    """The row of each post id, -1 for posts that are not among these."""
    import numpy as np

    if not len(posts):
        return np.full(len(ids), -1)
    order = np.argsort(posts["id"])
    at = np.minimum(np.searchsorted(posts["id"], ids, sorter=order), len(posts) - 1)
    rows = order[at]
    return np.where(posts["id"][rows] == ids, rows, -1)


def by_reply(posts: Posts) -> Meetings:
    """Met by a post that answers it."""
    return _met(
        posts, posts.shared, posts["id"][posts.shared], posts.choosing, posts["parent"][posts.choosing], tied=True
    )


def by_thread(posts: Posts) -> Meetings:
    """Met by a later post of its thread, whether or not that answers it."""
    keys = posts["thread"]
    return _met(posts, posts.shared, keys[posts.shared], posts.choosing, keys[posts.choosing])


def by_quote(posts: Posts, pairs: Sequence[tuple[int, int]]) -> Meetings:
    """Met by a post that quotes it. ``pairs``: (post id, quoted post id)."""
    import numpy as np

    table = np.array(pairs, np.int64).reshape(-1, 2)
    quoting, shared = rows_of(posts, table[:, 0]), posts.shared
    is_choosing = np.isin(quoting, posts.choosing)
    return _met(posts, shared, posts["id"][shared], quoting[is_choosing], table[is_choosing, 1], tied=True)


def by_url(posts: Posts, shared: Sequence[tuple[int, int]], choosing: Sequence[tuple[int, int]]) -> Meetings:
    """Met by a later post with the same address. The pairs are (post id, number of the address)."""
    import numpy as np

    ends = [np.array(pairs, np.int64).reshape(-1, 2) for pairs in (shared, choosing)]
    rows = [rows_of(posts, end[:, 0]) for end in ends]
    kept = [np.isin(row, wanted) for row, wanted in zip(rows, (posts.shared, posts.choosing), strict=True)]
    return _met(posts, rows[0][kept[0]], ends[0][kept[0], 1], rows[1][kept[1]], ends[1][kept[1], 1])


def by_any(posts: Posts, kinds: Iterable[Meetings]) -> Meetings:
    """Met in any of these ways: by the first post, and last, over all of them."""
    import numpy as np

    first, last = np.full(len(posts), -1), np.full(len(posts), -1)
    for kind in kinds:  # rows are in order of time, then id
        first = np.where((kind.first >= 0) & ((first < 0) | (kind.first < first)), kind.first, first)
        last = np.maximum(last, kind.last)
    return Meetings(first, last)


def _met(
    posts: Posts,
    shared: "Numbers",
    shared_keys: "Numbers",
    choosing: "Numbers",
    choosing_keys: "Numbers",
    *,
    tied: bool = False,
) -> Meetings:
    """Meetings of rows that have a key (not 0) in common; ``tied`` ones may fall into one second."""
    import numpy as np

    least = 0 if tied else 1
    seconds, authors = posts["seconds"], posts["author"]
    count, last_row = len(posts), len(posts) - 1
    first, last = np.full(count, count), np.full(count, -1)
    found = _next(shared, shared_keys, choosing, choosing_keys, seconds, authors, least)
    np.minimum.at(first, shared[found >= 0], found[found >= 0])
    # The same, seen backwards in time: rows and seconds run the other way round.
    back = _next(
        last_row - choosing, choosing_keys, last_row - shared, shared_keys, -seconds[::-1], authors[::-1], least
    )
    np.maximum.at(last, choosing[back >= 0], last_row - back[back >= 0])
    first[first == count] = -1
    return Meetings(first, last)


def _next(
    rows: "Numbers",
    keys: "Numbers",
    others: "Numbers",
    other_keys: "Numbers",
    seconds: "Numbers",
    authors: "Numbers",
    least: int,
) -> "Numbers":
    """For each row the first other one of the same key and another author, ``least`` seconds later or more; else -1.

    An unknown author (0) is another one. -1 too where it lies beyond the window.
    """
    import numpy as np

    kept = other_keys != 0
    others, other_keys = others[kept], other_keys[kept]
    if not len(others) or not len(rows):
        return np.full(len(rows), -1)
    order = np.lexsort((others, seconds[others], other_keys))
    others, other_keys = others[order], other_keys[order]
    names, codes = np.unique(other_keys, return_inverse=True)
    mine = np.minimum(np.searchsorted(names, keys), len(names) - 1)
    begin = int(seconds.min())
    span = int(seconds.max()) - begin + 2
    at = np.searchsorted(codes * span + seconds[others] - begin, mine * span + seconds[rows] - begin + least)
    jump = _next_author(codes, authors[others])
    inside = np.minimum(at, len(others) - 1)
    is_same = (at < len(others)) & (authors[others[inside]] == authors[rows]) & (authors[rows] != 0)
    at = np.where(is_same & (codes[inside] == mine), jump[inside], at)
    inside = np.minimum(at, len(others) - 1)
    is_met = (at < len(others)) & (codes[inside] == mine) & (names[mine] == keys)
    is_met &= seconds[others[inside]] - seconds[rows] <= WINDOW_SECONDS
    return np.where(is_met, others[inside], -1)


def _next_author(codes: "Numbers", authors: "Numbers") -> "Numbers":
    """For each place the next one with another author or key; where all that follow are alike, the end."""
    import numpy as np

    changes = np.flatnonzero((np.diff(codes) != 0) | (np.diff(authors) != 0) | (authors[1:] == 0)) + 1
    return np.append(changes, len(codes))[np.searchsorted(changes, np.arange(len(codes)), side="right")]
