"""The reports that are drawn, each measured once over the same posts: five languages, a theme with a hostile name."""

from collections.abc import Mapping

import pytest
from pydantic import BaseModel

from listener.charts.pictures import DRAWN
from listener.reports.asking import ReportRequest
from listener.reports.figures import Figure
from listener.reports.kinds import kind_of
from listener.reports.trends import Stretch, TrendRow, Trends
from models.database import session_of
from models.store.brands import BrandData, save_brand
from tests.builders import NOW
from tests.reports.journey_posts import SLUG, mixed_posts, stored

HOSTILE = '=HYPERLINK("http://x.example") <script>alert(1)</script> \u202eabc'
THEMES = ((HOSTILE, "complaint"), ("קפה נוזל, 漏水, žąsų", "complaint"), ("the taste", "praise"))
GAP, PART = (3, 4), 12
"""Buckets of the trends that nobody listened to, and the one that is cut off."""


@pytest.fixture(scope="session")
def reports() -> Mapping[str, BaseModel]:
    """By name. The trends have a gap of two weeks, and corrected shares beside the counted ones."""
    engine = stored(mixed_posts(300), THEMES)
    with session_of(engine) as session:
        save_brand(session, BrandData("north-beans", "North Beans"))
        brand = BrandData(SLUG, "Amber Roast", timezone="Europe/Vilnius", rivals=("north-beans",))
        save_brand(session, brand)
    with session_of(engine) as session:
        made = {name: kind_of(name).build(session, ReportRequest(SLUG, NOW)) for name in DRAWN}
    trends = made["trends"]
    assert isinstance(trends, Trends)
    buckets = [_stretch(one, is_gap=at in GAP, is_partial=at == PART) for at, one in enumerate(trends.buckets)]
    period = _stretch(trends.period, is_gap=False, is_partial=False)
    return made | {"trends": trends.model_copy(update={"buckets": buckets, "period": period})}


@pytest.fixture
def trends(reports: Mapping[str, BaseModel]) -> Trends:
    """The trends alone."""
    report = reports["trends"]
    assert isinstance(report, Trends)
    return report


def _stretch(stretch: Stretch, *, is_gap: bool, is_partial: bool) -> Stretch:
    rows = {name: [_row(row, is_gap=is_gap) for row in getattr(stretch, name)] for name in ("stage", "sentiment")}
    counts = {"post_count": None, "labelled_count": None} if is_gap else {}
    return stretch.model_copy(update={"is_gap": is_gap, "is_partial": is_partial, **rows, **counts})


def _row(row: TrendRow, *, is_gap: bool) -> TrendRow:
    nothing = Figure(value=None, unit="share", n=0, interval=None, as_of=NOW, coverage=None)
    counted = nothing if is_gap else row.counted
    corrected = None
    if counted.value is not None:
        corrected = counted.model_copy(update={"value": counted.value * 0.9})
    return row.model_copy(update={"counted": counted, "corrected": corrected, "count": None if is_gap else row.count})
