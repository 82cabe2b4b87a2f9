"""Measures a journey map: a row a stage, and within it a row a touchpoint and a theme. Definitions: docs/metrics.md.

Pure: rows in, one structure out. Words are asked for once, by the ids of the few posts that are sampled or quoted.
"""

import numpy as np

from listener.journeys.reading import Journey
from listener.reports import journey_shape as shape
from listener.reports.asking import Segment
from listener.reports.journey_material import Material, Period
from listener.reports.journey_rows import Heard
from listener.reports.journey_segments import segments_of
from listener.reports.journey_stages import StageRows
from listener.reports.opportunities import ranked, stakes_of
from models.reads.journey import HeardPost

MOST_ROWS = 10
"""Touchpoints and themes of a stage, and opportunities, that are listed; all are counted."""
_STAGE = HeardPost._fields.index("stage")
NOTES = (
    "A stage is where its author speaks from, as a model says unless a person corrected it.",
    "Only public replies are seen: a private answer is invisible here.",
    "Emotions are cue words of five languages over a sample of at most 400 posts a stage: read them beside the quotes.",
    "Who moves on is seen only where the same account speaks again in public, so the share is a lower bound; a theme's "
    "lift is an association, not a cause.",
    "Survey scores are as imported; how sure they are is not known here.",
)


def measure(
    brand: str,
    journey: Journey,
    period: Period,
    material: Material,
    *,
    segment: Segment | None = None,
    limit: int | None = None,
) -> shape.JourneyMap:
    """Measure the posts of a period along a journey. ``limit`` cuts lists of rows, never what is counted."""
    codes = set(journey.codes)
    heard = Heard([post for post in material.posts if post[_STAGE] in codes], period.as_of)
    unlabelled = sum(post[_STAGE] is None for post in material.posts)
    stages = [np.flatnonzero(heard.is_("stage", code)).astype(np.int64) for code in journey.codes]
    most = limit or MOST_ROWS
    found = ranked(heard, stakes_of(heard, journey, stages, material.themes), material.eases)
    return shape.JourneyMap(
        brand=brand,
        journey=journey.name,
        title=journey.title,
        since=period.since,
        until=period.until,
        as_of=period.as_of,
        post_count=len(heard),
        unlabelled_count=unlabelled,
        off_journey_count=len(material.posts) - unlabelled - len(heard),
        stages=StageRows(journey, period, material, heard, stages, most).rows(),
        opportunities=found[:most],
        opportunities_left_out=len(found[most:]),
        segment=segment.value if segment else None,
        segments=segments_of(heard, journey, stages, segment, material.first_times),
        coverage=[
            shape.CheckedSource(
                source=row.source,
                reply_visibility=row.reply_visibility,
                covers_until=row.covers_until,
                checked_at=row.checked_at,
            )
            for row in material.sources
        ],
        notes=list(NOTES),
    )
