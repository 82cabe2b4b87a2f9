"""Who carries the loop: authors and communities by how often what they share is met. Nobody is named.

An author is the number of a row of the database; a place in which few write, such as a person's own blog or server,
would name its writer and is counted together with others like it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from listener.reports.figures import Figure, Part
from listener.reports.loop_figures import bunched_share
from listener.reports.loop_links import rows_of
from models.reads.loop import OwnAddress

if TYPE_CHECKING:
    from listener.reports.loop_links import Flags, Meetings, Numbers, Posts

EVIDENCE = 5
LEAST_AUTHORS = 3
_ADDRESS = re.compile(r"[^:/?#]+://(?:[^/?#@]*@)?([^/?#:\[]+)(?::\d*)?(?:/([^/?#]*)(?:/([^/?#]*))?)?")
"""Host and first two parts of the path; an address without a plain name for a host is of no place."""
_GROUPS = ("r", "c", "m", "g", "groups")
"""First parts of paths that stand before a community's name: Reddit's, Lemmy's, kbin's, Google's and others'."""


class Carrier(Part):
    """An author whose shared experiences were met."""

    author: str = Field(description="the author's number in the database: no handle, no name")
    shared_count: int
    met_count: int
    share_met: Figure
    page_rank: Figure = Field(description="share of attention in the graph of replies and quotes; no interval")
    post_ids: list[int] = Field(description="met experiences, the newest first")


class Community(Part):
    """A place where experiences were shared."""

    community: str
    author_count: int
    shared_count: int
    met_count: int
    share_met: Figure
    post_ids: list[int] = Field(description="met experiences, the newest first")


def page_ranks(posts: "Posts", quoting: Sequence[tuple[int, int]]) -> tuple[dict[int, float], int]:
    """PageRank (Brin and Page 1998; damping 0.85) of authors, and how many replies and quotes it rests on.

    Who replies to or quotes a post gives weight to its author. Only other customers' posts of the period count.
    """
    import networkx as nx
    import numpy as np

    table = np.array(quoting, np.int64).reshape(-1, 2)
    givers = np.concatenate([np.arange(len(posts)), rows_of(posts, table[:, 0])])
    takers = np.concatenate([rows_of(posts, posts["parent"]), rows_of(posts, table[:, 1])])
    kept = (givers >= 0) & (takers >= 0)
    pairs = posts["author"][np.stack([givers[kept], takers[kept]], axis=1)]
    pairs = pairs[(pairs[:, 0] != pairs[:, 1]) & (pairs != 0).all(axis=1)]
    edges, weights = np.unique(pairs, axis=0, return_counts=True)
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(
        (*edge, weight) for edge, weight in zip(edges.tolist(), weights.tolist(), strict=True)
    )
    return (nx.pagerank(graph) if graph else {}), len(pairs)


def carriers(
    posts: "Posts",
    any_way: "Meetings",
    is_due: "Flags",
    ranks: tuple[Mapping[int, float], int],
    as_of: datetime,
    coverage: float | None,
    limit: int,
) -> list[Carrier]:
    """The authors with met experiences, those with the most first; then by rank, then by number."""
    of_author: dict[int, list[int]] = defaultdict(list)
    for row in posts.shared.tolist():
        of_author[int(posts["author"][row])].append(row)
    of_author.pop(0, None)
    met = {author: _met(rows, any_way) for author, rows in of_author.items()}
    order = sorted((a for a in met if met[a]), key=lambda a: (-len(met[a]), -ranks[0].get(a, 0.0), a))
    return [
        Carrier(
            author=f"author {author}",
            shared_count=len(of_author[author]),
            met_count=len(met[author]),
            share_met=_share(posts, of_author[author], any_way, is_due, as_of, coverage),
            page_rank=Figure(
                value=ranks[0].get(author), unit="share", n=ranks[1], interval=None, as_of=as_of, coverage=coverage
            ),
            post_ids=_evidence(posts, met[author]),
        )
        for author in order[:limit]
    ]


def communities(
    posts: "Posts",
    any_way: "Meetings",
    is_due: "Flags",
    places: Mapping[int, str],
    as_of: datetime,
    coverage: float | None,
    limit: int,
) -> list[Community]:
    """The places by met experiences, then by all, then by name. ``places``: by the id of each shared experience."""
    of_place: dict[str, list[int]] = defaultdict(list)
    for row in posts.shared.tolist():
        of_place[places.get(int(posts["id"][row]), "unknown")].append(row)
    of_place = _veiled(posts, of_place)
    met = {place: _met(rows, any_way) for place, rows in of_place.items()}
    order = sorted(of_place, key=lambda place: (-len(met[place]), -len(of_place[place]), place))
    return [
        Community(
            community=place,
            author_count=_author_count(posts, of_place[place]),
            shared_count=len(of_place[place]),
            met_count=len(met[place]),
            share_met=_share(posts, of_place[place], any_way, is_due, as_of, coverage),
            post_ids=_evidence(posts, met[place]),
        )
        for place in order[:limit]
    ]


def places_of(addresses: Iterable[OwnAddress], threads: Mapping[int, int]) -> dict[int, str]:
    """Where each experience was shared: source and host, with the group where the address tells; else the thread.

    ``threads``: the thread's number by post id. E.g. ``reddit_rss reddit.com/r/coffee``, ``forum thread 12``.
    """
    return {
        said.post_id: f"{said.source} {_place(said.url) or f'thread {threads.get(said.post_id, 0)}'}"
        for said in addresses
    }


def _place(url: str | None) -> str | None:
    found = _ADDRESS.match(url or "")
    if found is None:
        return None
    host, kind, group = found.groups()
    host = host.lower().removeprefix("www.")
    return f"{host}/{kind}/{group}" if host and kind in _GROUPS and group is not None else host or None


def _veiled(posts: "Posts", of_place: Mapping[str, list[int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, rows in of_place.items():
        is_named = _author_count(posts, rows) >= LEAST_AUTHORS
        name = place if is_named else f"{place.split(' ')[0]}, places of fewer than {LEAST_AUTHORS} authors"
        found[name] += rows
    return {name: sorted(rows) for name, rows in found.items()}


def _author_count(posts: "Posts", rows: Sequence[int]) -> int:
    return len(set(posts["author"][list(rows)].tolist()) - {0})


def _met(rows: Sequence[int], any_way: "Meetings") -> list[int]:
    return [row for row in rows if any_way.first[row] >= 0]


def _evidence(posts: "Posts", rows: Sequence[int]) -> list[int]:
    return [int(posts["id"][row]) for row in reversed(rows[-EVIDENCE:])]


def _share(
    posts: "Posts",
    rows: Sequence[int],
    any_way: "Meetings",
    is_due: "Flags",
    as_of: datetime,
    coverage: float | None,
) -> Figure:
    import numpy as np

    due = np.array([row for row in rows if is_due[row]], np.int64)
    hits = (any_way.first[due] >= 0).astype(int)
    return bunched_share(hits, bunch_of(posts, due), as_of, coverage)


def bunch_of(posts: "Posts", rows: "Numbers") -> "Numbers":
    """The thread of each row; a post of no thread is its own."""
    import numpy as np

    bunches: Numbers = np.where(posts["thread"][rows] != 0, posts["thread"][rows], -1 - rows)
    return bunches
