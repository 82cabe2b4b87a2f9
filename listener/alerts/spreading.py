"""Finds shared experiences that far more people take up than usual, and ever more. Pure. See docs/alerts.md."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from models.reads.alerts import Uptake
from models.store.alerts import AlertData
from models.words import AlertKind

WINDOW = 24 * 3600
DAYS = 28
"""Experiences of so many days are looked at, and say what is usual."""
LEAST = 5
"""Other people in a day below which nothing spreads."""
FALSE_DISCOVERY = 0.001
"""The share of false ones among those called in one look (Benjamini and Hochberg 1995)."""
_LEAST_MEAN = 0.02
"""Nobody so far is not nobody ever."""
SHOWN = 10


def find_spreading(shared: Sequence[tuple[int, int]], uptakes: Iterable[Uptake], now: int) -> list[AlertData]:
    """An alert an experience. ``shared``: (post id, seconds since 1970); ``now`` in such seconds."""
    from scipy.stats import false_discovery_control, nbinom

    by_post: dict[int, list[Uptake]] = defaultdict(list)
    for uptake in uptakes:
        if now - DAYS * 86400 <= uptake.seconds <= now:
            by_post[uptake.shared_id].append(uptake)
    ids = [id for id, _ in shared]
    counts = {id: _by_day(by_post[id], now) for id in ids}
    if not any(days.get(0, 0) >= LEAST for days in counts.values()):
        return []
    mean, dispersion = _usual(shared, counts, now)
    size = 1 / dispersion
    chances = [float(nbinom.sf(counts[id].get(0, 0) - 1, size, size / (size + mean))) for id in ids]
    adjusted = false_discovery_control(chances, method="bh")
    return [
        _alert(id, counts[id], by_post[id], mean)
        for id, chance in zip(ids, adjusted, strict=True)
        if chance <= FALSE_DISCOVERY and counts[id].get(0, 0) >= max(LEAST, counts[id].get(1, 0) + 1)
    ]


def _by_day(uptakes: Sequence[Uptake], now: int) -> dict[int, int]:
    """Distinct people by how many whole days ago."""
    people: dict[int, set[int]] = defaultdict(set)
    for uptake in uptakes:
        people[(now - uptake.seconds) // WINDOW].add(uptake.author)
    return {day: len(authors) for day, authors in people.items()}


def _usual(shared: Sequence[tuple[int, int]], counts: dict[int, dict[int, int]], now: int) -> tuple[float, float]:
    """Mean and dispersion of the people a day of an experience, over all days before the last one."""
    days = sum(min(DAYS, (now - at) // WINDOW) for _, at in shared)
    values = [count for by_day in counts.values() for day, count in by_day.items() if day >= 1]
    if not days:
        return _LEAST_MEAN, 1.0
    mean = max(_LEAST_MEAN, sum(values) / days)
    variance = sum(value**2 for value in values) / days - mean**2
    return mean, max(1.0, (variance - mean) / mean**2)


def _alert(id: int, counts: dict[int, int], uptakes: Sequence[Uptake], mean: float) -> AlertData:
    latest = sorted(uptakes, key=lambda uptake: (-uptake.seconds, uptake.post_id))
    posts = dict.fromkeys([id, *(uptake.post_id for uptake in latest)])
    detail = {"people_count": counts[0], "people_count_before": counts.get(1, 0), "expected": round(mean, 3)}
    return AlertData(AlertKind.SPREAD, f"spread:{id}", detail, tuple(posts)[:SHOWN])
