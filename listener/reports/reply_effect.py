"""Compares what authors say later after the brand answered their complaint with what matched unanswered ones say.

An association, not a cause: brands choose whom they answer. Pure: complaints beside later posts in, figures out.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from listener.reports.figures import Figure
from listener.reports.response_times import RESPONDED
from models.reads.gap import LaterPost
from models.reads.instants import MICROSECONDS
from models.words import Sentiment

WINDOW_SECONDS = 90 * 86_400
FEWEST = 10
"""With fewer authors on either side nothing is said."""
DRAWS = 500
SCORES = {Sentiment.NEGATIVE.value: -1.0, Sentiment.NEUTRAL.value: 0.0, Sentiment.POSITIVE.value: 1.0}
NOTE = (
    "Reply effect is an association, not a cause: brands choose whom they answer, and only authors who wrote again "
    "are seen."
)
Score = Callable[[LaterPost], float | None]


class EffectOfReply(BaseModel):
    """Mean change from a complaint to the author's later posts; ``difference`` is answered less unanswered."""

    model_config = ConfigDict(frozen=True)
    outcome: str = Field(description="sentiment (-1 to 1) or rating (stars)")
    answered: Figure
    unanswered: Figure = Field(description="weighted to the mix of the answered ones")
    difference: Figure
    unmatched_count: int = Field(description="answered complaints with no unanswered one like them")


class _Changed(NamedTuple):
    stratum: tuple[object, ...]
    is_answered: bool
    change: float


def measure_effect(pairs: Sequence[LaterPost], as_of: datetime) -> list[EffectOfReply]:
    """Sentiment, and rating where there are any; ``pairs`` are ordered by complaint, the oldest first.

    Of each author the first complaint counts. Matched on source, stage, language, month, and stars (1-2, 3, 4-5).
    Answered: posts up to 90 days after the response. Unanswered: as long after the median wait of the answered ones
    like them, so that neither side has more time to calm down.
    """
    outcomes: dict[str, tuple[Score, Score]] = {
        "sentiment": (lambda row: SCORES.get(row.sentiment or ""), lambda row: SCORES.get(row.later_sentiment or "")),
        "rating": (lambda row: row.rating, lambda row: row.later_rating),
    }
    first = _first_complaints(pairs)
    effects = []
    for name, (before, after) in outcomes.items():
        changed = _changes(first, before, after)
        if changed or name == "sentiment":
            effects.append(_effect(name, changed, as_of))
    return effects


def _first_complaints(pairs: Sequence[LaterPost]) -> list[list[LaterPost]]:
    met: set[int] = set()
    found = []
    for (author, _), rows in groupby(pairs, key=lambda row: (row.author_id, row.post_id)):
        if author not in met:
            met.add(author)
            found.append(list(rows))
    return found


def _changes(complaints: Sequence[list[LaterPost]], before: Score, after: Score) -> list[_Changed]:
    from statistics import fmean, median

    delays: dict[tuple[object, ...], list[int]] = {}
    for row, *_ in complaints:
        if row.state in RESPONDED and row.responded_us is not None:
            delays.setdefault(_stratum(row), []).append(row.responded_us - row.published_us)
    usual = {stratum: median(some) for stratum, some in delays.items()}
    found = []
    for rows in complaints:
        row, stratum = rows[0], _stratum(rows[0])
        was = before(row)
        is_answered = row.state in RESPONDED
        start = row.responded_us if is_answered else row.published_us + usual.get(stratum, 0)
        if was is None or start is None:
            continue
        end = start + WINDOW_SECONDS * MICROSECONDS
        scores = [score for one in rows if start < one.later_us <= end and (score := after(one)) is not None]
        if scores:
            found.append(_Changed(stratum, is_answered, fmean(scores) - was))
    return found


def _stratum(row: LaterPost) -> tuple[object, ...]:
    from datetime import UTC

    month = datetime.fromtimestamp(row.published_us / MICROSECONDS, UTC).strftime("%Y-%m")
    stars = None if row.rating is None else (row.rating > 2) + (row.rating > 3)
    return row.source, row.stage, row.language, month, stars


def _effect(outcome: str, changed: Sequence[_Changed], as_of: datetime) -> EffectOfReply:
    """Strata with both kinds of complaint, each weighted by its answered ones; percentile bootstrap over authors."""
    import numpy as np

    strata = {row.stratum for row in changed if row.is_answered} & {
        row.stratum for row in changed if not row.is_answered
    }
    matched = [row for row in changed if row.stratum in strata]
    place = {stratum: at for at, stratum in enumerate(sorted(strata, key=repr))}
    sides = []
    for is_answered in (True, False):
        mine = [row for row in matched if row.is_answered == is_answered]
        index = np.array([place[row.stratum] for row in mine], int)
        sides.append((index, np.array([row.change for row in mine], float)))
    counts = tuple(len(change) for _, change in sides)
    coverage = len(matched) / len(changed) if changed else None
    values, ends = _means(sides, len(strata)) if min(counts) >= FEWEST else ((None,) * 3, (None,) * 3)
    unit = f"points of {outcome}"
    figures = [
        Figure(value=value, unit=unit, n=n, interval=end, as_of=as_of, coverage=coverage)
        for value, end, n in zip(values, ends, (*counts, sum(counts)), strict=True)
    ]
    unmatched = sum(1 for row in changed if row.is_answered and row.stratum not in strata)
    return EffectOfReply(
        outcome=outcome, answered=figures[0], unanswered=figures[1], difference=figures[2], unmatched_count=unmatched
    )


def _means(sides: Sequence[tuple[Any, Any]], strata: int) -> tuple[Sequence[Any], Sequence[Any]]:
    """(answered, unanswered, difference), and the 2.5 and 97.5 percentiles of each over resampled authors."""
    import numpy as np

    draws = np.random.default_rng(0)
    values = _standardised([(index, change) for index, change in sides], strata)
    drawn = []
    for _ in range(DRAWS):
        chosen = [draws.integers(0, len(index), len(index)) for index, _ in sides]
        resampled = [(index[some], change[some]) for (index, change), some in zip(sides, chosen, strict=True)]
        drawn.append(_standardised(resampled, strata))
    low, high = np.nanpercentile(np.array(drawn), (2.5, 97.5), axis=0)
    return values, [(float(one), float(other)) for one, other in zip(low, high, strict=True)]


def _standardised(sides: Sequence[tuple[Any, Any]], strata: int) -> tuple[float, float, float]:
    """Means over the strata that both sides stand in, weighted by the answered ones."""
    import numpy as np

    counts = [np.bincount(index, minlength=strata) for index, _ in sides]
    sums = [np.bincount(index, weights=change, minlength=strata) for index, change in sides]
    both = (counts[0] > 0) & (counts[1] > 0)
    if not both.any():
        return (float("nan"),) * 3
    weight = counts[0][both] / counts[0][both].sum()
    answered, unanswered = (float((weight * sums[k][both] / counts[k][both]).sum()) for k in (0, 1))
    return answered, unanswered, answered - unanswered
