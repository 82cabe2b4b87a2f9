"""Measures the influence loop: which shared experiences are met again by people who are still choosing.

Links, echo, carriers and flow from posts in whole numbers; no texts, no database. Definitions: docs/metrics.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from listener.reports import loop_links
from listener.reports.figures import Figure, Part, quantile
from listener.reports.loop_carriers import EVIDENCE, Carrier, Community, bunch_of, carriers, communities, page_ranks
from listener.reports.loop_echo import LEAST_DAYS, LEAST_POSTS, LEVEL, LONGEST_LAG, PERMUTATIONS, Echo, echoes
from listener.reports.loop_figures import bunched_share, difference
from listener.reports.loop_flow import FlowRow, flow
from listener.reports.loop_links import WINDOW_SECONDS, Meetings, Posts
from models.reads.loop import SENTIMENTS, ULTIMATE, ZERO

if TYPE_CHECKING:
    from listener.reports.loop_links import Flags

LIMIT = 20
NOTES = (
    "Association, not cause: that questions follow shared experiences does not say that they come from them.",
    "Most people who meet an experience read it and write nothing; they are invisible here, so all shares are low.",
    "An experience counts as met if a post by somebody else who is still choosing answers it, follows in its thread, "
    f"quotes it or shares an address with it within {WINDOW_SECONDS // 86_400} days. Shares are of experiences that "
    "old; counts and delays hold younger ones too.",
    f"Echo: tested over at least {LEAST_DAYS} whole days for themes with {LEAST_POSTS} posts of either kind; "
    f"called one where q is at most {LEVEL}. The lag is the strongest of 1 to {LONGEST_LAG} days, so that the size "
    "beside it leans upwards. Days that nobody listened to count as days without posts.",
)


class Meeting(Part):
    """One shared experience, and the first post that met it."""

    shared_id: int
    choosing_id: int
    delay_seconds: int


class LinkRow(Part):
    """One way of meeting. ``thread`` holds what answers directly too; ``any`` is all of them."""

    kind: str = Field(description="reply, thread, quote, url, any")
    met_count: int = Field(description="shared experiences met")
    choosing_count: int = Field(description="zero-moment posts that met one")
    share_met: Figure
    delay: Figure = Field(description="median of the time to the first meeting, of those met")
    evidence: list[Meeting] = Field(description="the newest")


class SentimentRow(Part):
    """With which sentiment people ask who met an experience of this sentiment last."""

    shared: str
    choosing: dict[str, int]
    negative: Figure = Field(description="share of negative zero-moment posts")


class SentimentCarried(Part):
    """Every zero-moment post counts once, with the experience that it met last."""

    rows: list[SentimentRow]
    difference: Figure = Field(description="share negative after negative less that after positive experiences")


class ThemeEcho(Part):
    """Whether zero-moment posts on a theme rise after shared experiences on it."""

    theme_id: int
    name: str
    shared_count: int
    choosing_count: int
    burst_count: int = Field(description="days with far more shared experiences than usual")
    lag_days: int | None
    p: float | None
    q: float | None = Field(description="p corrected for the number of themes tested")
    is_echo: bool | None = Field(description="None where it was not tested")
    excess: Figure = Field(description="zero-moment posts for each shared experience above the usual, lag_days later")


class EchoSection(Part):
    """The test over all themes."""

    day_count: int
    theme_count: int
    tested_count: int
    permutation_count: int
    themes: list[ThemeEcho]


class InfluenceLoop(Part):
    """The report. Without duplicates, bots and the brands' own posts."""

    report: str = "influence-loop"
    brand: str
    since: datetime
    until: datetime | None
    as_of: datetime
    post_count: int
    unlabelled_count: int
    shared_count: int
    too_early_count: int = Field(description="shared too short a time ago for a share")
    choosing_count: int
    links: list[LinkRow]
    sentiment: SentimentCarried
    echo: EchoSection
    carriers: list[Carrier]
    communities: list[Community]
    flow_by_author: list[FlowRow]
    flow_by_thread: list[FlowRow]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class LoopData:
    """What is measured. ``posts`` of the period, and those at most two weeks after it that may meet them.

    ``quotes`` are (post, quoted post), ``addresses`` (post, number of an address), ``places`` by post id, all for
    whichever posts have them. Days are numbered as ``models.reads.days`` does; ``first_day`` is the first whole one.
    """

    posts: Posts
    in_period: "Flags"
    first_day: int
    day_count: int
    quotes: Sequence[tuple[int, int]] = ()
    addresses: Sequence[tuple[int, int]] = ()
    places: Mapping[int, str] = field(default_factory=dict)
    theme_names: Mapping[int, str] = field(default_factory=dict)


def measure(
    brand: str,
    data: LoopData,
    as_of: datetime,
    *,
    since: datetime,
    until: datetime | None = None,
    limit: int | None = None,
) -> InfluenceLoop:
    """Measure. ``limit`` cuts the lists of carriers and communities."""
    posts, most = data.posts, limit or LIMIT
    count = int(data.in_period.sum())
    labelled = int((posts["stage"][data.in_period] != 0).sum())
    cover = labelled / count if count else None
    is_due = posts["seconds"] <= int(as_of.timestamp()) - WINDOW_SECONDS
    due_cover = float(is_due[posts.shared].mean()) if len(posts.shared) else None
    ways = _ways(data)
    within = _within(posts, data.in_period)
    ranks = page_ranks(within, data.quotes)
    return InfluenceLoop(
        brand=brand,
        since=since,
        until=until,
        as_of=as_of,
        post_count=count,
        unlabelled_count=count - labelled,
        shared_count=len(posts.shared),
        too_early_count=int((~is_due[posts.shared]).sum()),
        choosing_count=len(within.choosing),
        links=[_link_row(posts, kind, met, is_due, as_of, due_cover) for kind, met in ways.items()],
        sentiment=_sentiment(posts, ways["any"], as_of, cover),
        echo=_echo(data, as_of, cover),
        carriers=carriers(posts, ways["any"], is_due, ranks, as_of, due_cover, most),
        communities=communities(posts, ways["any"], is_due, data.places, as_of, due_cover, most),
        flow_by_author=flow(within, within["author"], as_of, cover),
        flow_by_thread=flow(within, within["thread"], as_of, cover),
        notes=list(NOTES),
    )


def _within(posts: Posts, in_period: "Flags") -> Posts:
    import numpy as np

    columns = {name: values[in_period] for name, values in posts.columns.items()}
    stage = columns["stage"]
    return Posts(columns, np.flatnonzero(stage == ULTIMATE), np.flatnonzero(stage == ZERO))


def _ways(data: LoopData) -> dict[str, Meetings]:
    found = {
        "reply": loop_links.by_reply(data.posts),
        "thread": loop_links.by_thread(data.posts),
        "quote": loop_links.by_quote(data.posts, data.quotes),
        "url": loop_links.by_url(data.posts, data.addresses, data.addresses),
    }
    # An answer in the very second of its post is not later, and still in the thread.
    found["thread"] = loop_links.by_any(data.posts, (found["reply"], found["thread"]))
    return found | {"any": loop_links.by_any(data.posts, found.values())}


def _link_row(posts: Posts, kind: str, met: Meetings, is_due: "Flags", as_of: datetime, cover: float | None) -> LinkRow:
    rows = posts.shared[met.first[posts.shared] >= 0]
    delays = (posts["seconds"][met.first[rows]] - posts["seconds"][rows]).tolist()
    due = posts.shared[is_due[posts.shared]]
    meetings = zip(posts["id"][rows].tolist(), posts["id"][met.first[rows]].tolist(), delays, strict=True)
    return LinkRow(
        kind=kind,
        met_count=len(rows),
        choosing_count=int((met.last >= 0).sum()),
        share_met=bunched_share((met.first[due] >= 0).astype(int), bunch_of(posts, due), as_of, cover),
        delay=quantile(delays, 0.5, as_of, cover),
        evidence=[
            Meeting(shared_id=shared, choosing_id=choosing, delay_seconds=delay)
            for shared, choosing, delay in reversed(list(meetings)[-EVIDENCE:])
        ],
    )


def _sentiment(posts: Posts, met: Meetings, as_of: datetime, cover: float | None) -> SentimentCarried:
    import numpy as np

    rows = np.flatnonzero(met.last >= 0)
    before, after = posts["sentiment"][met.last[rows]], posts["sentiment"][rows]
    told = (before > 0) & (after > 0)
    rows, before, after = rows[told], before[told], after[told]
    found = []
    for place, name in enumerate(SENTIMENTS, 1):
        mine = before == place
        said = after[mine]
        negative = bunched_share((said == 1).astype(int), bunch_of(posts, met.last[rows[mine]]), as_of, cover)
        counts = {other.value: int((said == at).sum()) for at, other in enumerate(SENTIMENTS, 1)}
        found.append(SentimentRow(shared=name.value, choosing=counts, negative=negative))
    return SentimentCarried(rows=found, difference=difference(found[0].negative, found[-1].negative))


def _echo(data: LoopData, as_of: datetime, cover: float | None) -> EchoSection:
    found = echoes(daily_counts(data))
    order = sorted(found, key=lambda id: (found[id].q is None, found[id].q or 0, found[id].p or 0, id))
    tested = sum(1 for echo in found.values() if echo.p is not None)
    days = max((echo.days for echo in found.values()), default=data.day_count)
    return EchoSection(
        day_count=days,
        theme_count=len(found),
        tested_count=tested,
        permutation_count=PERMUTATIONS if tested else 0,
        themes=[_theme(id, found[id], data.theme_names.get(id, f"theme {id}"), as_of, cover) for id in order],
    )


def daily_counts(data: LoopData) -> dict[int, tuple[list[int], list[int]]]:
    """By theme: shared experiences and zero-moment posts of each whole day of the period."""
    import numpy as np

    day = data.posts["day"] - data.first_day
    is_in = data.in_period & (data.posts["theme"] != 0) & (day >= 0) & (day < data.day_count)
    themes, codes = np.unique(data.posts["theme"][is_in], return_inverse=True)
    counts = np.zeros((2, len(themes), data.day_count), np.int64)
    for at, stage in enumerate((ULTIMATE, ZERO)):
        mine = data.posts["stage"][is_in] == stage
        np.add.at(counts[at], (codes[mine], day[is_in][mine]), 1)
    return {id: (counts[0, at].tolist(), counts[1, at].tolist()) for at, id in enumerate(themes.tolist())}


def _theme(id: int, echo: Echo, name: str, as_of: datetime, cover: float | None) -> ThemeEcho:
    excess = Figure(
        value=echo.per_post, unit="posts", n=echo.shared, interval=echo.interval, as_of=as_of, coverage=cover
    )
    return ThemeEcho(
        theme_id=id,
        name=name,
        shared_count=echo.shared,
        choosing_count=echo.choosing,
        burst_count=echo.bursts,
        lag_days=echo.lag,
        p=echo.p,
        q=echo.q,
        is_echo=None if echo.q is None else echo.q <= LEVEL,
        excess=excess,
    )
