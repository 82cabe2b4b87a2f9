"""Finds shares of a week that moved beyond noise: it asks the trends' own test and adds none. Pure."""

from listener.reports.change import Verdict
from listener.reports.trends import SECTIONS, Trends
from models.store.alerts import AlertData
from models.words import AlertKind


def find_shifts(trends: Trends) -> list[AlertData]:
    """An alert a share of the period that rose or fell since the period before."""
    found = []
    for section in SECTIONS:
        for row in getattr(trends.period, section):
            change = row.change
            if change is None or change.verdict not in (Verdict.RISE, Verdict.FALL):
                continue
            detail = {
                "section": section,
                "name": row.name,
                "verdict": change.verdict.value,
                "share": row.counted.value,
                "moved": change.counted.value,
                "interval": change.counted.interval,
                "n": change.counted.n,
                "since": trends.since.isoformat(),
                "until": trends.until.isoformat(),
            }
            found.append(AlertData(AlertKind.SHIFT, f"shift:{section}:{row.name}:{change.verdict.value}", detail))
    return found
