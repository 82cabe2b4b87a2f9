"""Cuts a journey map by groups of people who may walk differently; pure."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from listener.journeys.reading import Journey
from listener.reports.asking import Segment
from listener.reports.figures import share
from listener.reports.journey_rows import Heard, Places
from listener.reports.journey_shape import SegmentRow, SegmentStage

FEWEST = 20
"""Posts; smaller groups are gathered as ``other``."""
OTHER = "other"
FIRST_TIME, RETURNING, UNSIGNED = "first-time", "returning", "author unknown"


def segments_of(
    heard: Heard,
    journey: Journey,
    stages: Sequence[Places],
    segment: Segment | None,
    first_times: Mapping[int, int],
) -> list[SegmentRow]:
    """One row a group, the largest first, ``other`` last; none where no segment is asked for."""
    if segment is None or not len(heard):
        return []
    values = _authors(heard, first_times) if segment is Segment.AUTHOR else heard.raw(segment.value)
    counts = {value: values.count(value) for value in set(values)}
    names = [value if counts[value] >= FEWEST else OTHER for value in values]
    order = sorted(set(names), key=lambda name: (name == OTHER, -names.count(name), name))
    said = np.array([order.index(name) for name in names])
    return [_row(heard, journey, stages, name, said == at) for at, name in enumerate(order)]


def _authors(heard: Heard, first_times: Mapping[int, int]) -> list[str]:
    """Whether a post is its author's first about the brand; two of the same second both are."""
    authors, times = heard.raw("author_id"), heard.raw("at")
    return [
        UNSIGNED if author is None else (FIRST_TIME if first_times.get(author, at) >= at else RETURNING)
        for author, at in zip(authors, times, strict=True)
    ]


def _row(heard: Heard, journey: Journey, stages: Sequence[Places], value: str, mine: NDArray[np.bool_]) -> SegmentRow:
    inside = np.flatnonzero(mine).astype(np.int64)
    rows = [
        _stage(heard, stage.code, places[mine[places]], len(inside))
        for stage, places in zip(journey.stage, stages, strict=True)
    ]
    return SegmentRow(n=len(inside), post_ids=heard.evidence(inside), value=value, stages=rows)


def _stage(heard: Heard, code: str, places: Places, of: int) -> SegmentStage:
    shares = heard.sentiment(places).shares
    return SegmentStage(
        n=len(places),
        post_ids=heard.evidence(places),
        why_empty=None if len(places) else "no post of this stage",
        stage=code,
        authors_count=len(np.unique(heard.authors[places])),
        share_of_segment=share(len(places), of, heard.as_of, 1.0),
        positive=shares["positive"],
        negative=shares["negative"],
        unanswered=heard.response(places).unanswered,
    )
