"""The flow between the four moments: which moment the next post of an author, or in a thread, speaks from."""

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from listener.reports.figures import Figure, Part
from listener.reports.loop_figures import bunched_share
from models.reads.loop import STAGES

if TYPE_CHECKING:
    from listener.reports.loop_links import Numbers, Posts


class FlowCell(Part):
    """How often this moment comes next."""

    to: str
    count: int
    share: Figure


class FlowRow(Part):
    """What comes after one moment; ``n`` steps, their shares add up to 1."""

    stage: str = Field(description="the moment that is left")
    n: int
    to: list[FlowCell]


def flow(posts: "Posts", groups: "Numbers", as_of: datetime, coverage: float | None) -> list[FlowRow]:
    """Steps between consecutive posts of one group (an author's or a thread's number, 0 for none) by time, then id.

    Posts at none of the four moments are passed over. Steps of one group make one bunch.
    """
    import numpy as np

    rows = np.flatnonzero((groups != 0) & (posts["stage"] >= 1) & (posts["stage"] <= len(STAGES)))
    rows = rows[np.argsort(groups[rows], kind="stable")]
    is_step = groups[rows[1:]] == groups[rows[:-1]]
    before, after = posts["stage"][rows[:-1]][is_step], posts["stage"][rows[1:]][is_step]
    bunches = groups[rows[1:]][is_step]
    found = []
    for place, stage in enumerate(STAGES, 1):
        mine = before == place
        following = after[mine]
        cells = [
            FlowCell(
                to=other.value,
                count=int((following == at).sum()),
                share=bunched_share((following == at).astype(int), bunches[mine], as_of, coverage),
            )
            for at, other in enumerate(STAGES, 1)
        ]
        found.append(FlowRow(stage=stage.value, n=int(mine.sum()), to=cells))
    return found
