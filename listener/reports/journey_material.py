"""What a journey map is measured from; holds it, and measures nothing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from listener.reports.journey_points import Texts
from models.reads.coverage import SourceCoverage
from models.reads.journey import Step, StoredTheme
from models.tables import Ease, SurveyScore


@dataclass(frozen=True, slots=True)
class Period:
    """What is measured: ``since`` included, ``until`` not, as of when; UTC and aware."""

    since: datetime
    until: datetime
    as_of: datetime

    @property
    def before(self) -> tuple[datetime, datetime]:
        """The period of the same length that ends where this one begins."""
        return self.since - (self.until - self.since), self.since


@dataclass(frozen=True, slots=True)
class Material:
    """All that a map is made of. ``posts`` have the columns of ``HeardPost``.

    ``before`` counts (stage, sentiment) of the period before. ``steps`` are what known authors said from ``since`` on,
    as long as they are waited for; if ``has_every_step``, the posts are such steps too and not among them.
    ``first_times`` (author id to seconds since 1970) is needed for the segment ``author`` alone.
    """

    posts: Sequence[tuple[Any, ...]]
    steps: Sequence[Step]
    has_every_step: bool
    before: Mapping[tuple[str, str], int]
    themes: Mapping[int, StoredTheme]
    surveys: Sequence[SurveyScore]
    eases: Mapping[str, Ease]
    sources: Sequence[SourceCoverage]
    read_texts: Callable[[Collection[int]], Texts]
    first_times: Mapping[int, int]
